"""Boots of several loaders, timed: from power-on to the second kernel's marker."""

import re
import sys
import time

from console import ExpectError
from results import Results

_DEADLINE = 600


def time_boots(results: Results, size: int, place, starts: dict):
    """`starts` has a function for each loader, and `floor`, that powers a machine on at the place."""
    # One after the other and from the beginning again: what else the machine does hits all of them.
    for _ in range(results.rounds):
        for name, start in starts.items():
            for what, seconds in (phases(start, place) or {"": None}).items():
                results.add(size, name + what, seconds)
    results.show_times(size)


def add_options(options, cases: str, sizes: tuple = ()):
    options.add_argument("--only", metavar="PATTERN", type=re.compile, default="", help=f"only {cases} whose name has this regular expression in it")
    if sizes:
        options.add_argument("--sizes", type=int, nargs="+", default=sizes, metavar="MB", help="of the initrds")


def phases(start, place) -> dict:
    """Seconds to the marker, and of a machine that had a prompt those before and after; {} when it did not boot."""
    try:
        with start(place) as machine:
            machine.second_kernel(_DEADLINE)
            end = time.monotonic()
            seconds = {"": end - machine.started}
            if prompted := getattr(machine, "prompted", None):
                seconds |= {", to its prompt": prompted - machine.started, ", from Enter": end - prompted}
            return seconds
    except ExpectError as error:
        print(error, file=sys.stderr)
        return {}


def type_at_prompt(machine, line: str):
    """The line is typed as soon as there is a prompt. Returns the machine."""
    try:
        machine.prompt()
        machine.prompted = time.monotonic()
        machine.type(line)
    except BaseException:
        machine.close()
        raise
    return machine
