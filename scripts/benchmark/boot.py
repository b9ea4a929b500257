"""From power-on to the second kernel off a disk, beside other loaders; to kboot's prompt; from Enter on."""

import re
import sys
import time

import disks
from console import ExpectError
from disks import LOADERS, Disks
from lab import Lab
from results import Results

SIZES = (30, 200)  # MB of an initrd
_DEADLINE = 600


def add_options(options):
    options.add_argument("--only", metavar="PATTERN", default="", help="only loaders whose name has this regular expression in it")
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="MB", help="of the initrds")


def run(lab: Lab, arguments) -> Results:
    results = Results("boot", arguments.rounds)
    wanted = re.compile(arguments.only)
    starts = {"floor": disks.floor} | {name: start for name, start in LOADERS.items() if wanted.search(name)}
    for size in arguments.sizes:
        place = Disks(lab, size)
        # One after the other and from the beginning again: what else the machine does hits all of them.
        for _ in range(arguments.rounds):
            for name, start in starts.items():
                for what, seconds in _phases(start, place).items():
                    results.add(f"{size} MB, {name}{what}", seconds)
        results.show(f"{size} MB initrd", f"{size} MB, ", f"{size} MB, floor")
    return results


def _phases(start, place: Disks) -> dict:
    """Seconds; {} when it did not boot."""
    try:
        with start(place) as machine:
            machine.second_kernel(_DEADLINE)
            end = time.monotonic()
            phases = {"": end - machine.started}
            if prompted := getattr(machine, "prompted", None):
                phases |= {", to its prompt": prompted - machine.started, ", from Enter": end - prompted}
            return phases
    except ExpectError as error:
        print(error, file=sys.stderr)
        return {}
