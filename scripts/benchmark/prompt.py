"""Times to the prompt, at it, and from it to the second kernel."""

import statistics
import time

from lab import ARGUMENTS, Lab
from results import Results

ROUNDS_AT_THE_PROMPT = 9
LINE = f"/boot/vmlinuz initrd=/boot/initrd.img {ARGUMENTS}"


def add_options(_):
    pass


def run(lab: Lab, arguments) -> Results:
    from_disk = [boot(lab, LINE) for _ in range(arguments.rounds)]
    from_server = [boot(lab, LINE.replace("/boot/", lab.server.url + "/")) for _ in range(arguments.rounds)]
    starts, answers = zip(*(at_the_prompt(lab) for _ in range(arguments.rounds)))
    results = Results("prompt", arguments.rounds)
    rows = {
        "QEMU start to prompt": median(prompt for prompt, _ in from_disk),
        "start of `kboot` to its prompt": median(starts, "ms"),
        "answer to `pwd`": median(answers, "ms"),
        "Enter to the second kernel's marker, from disk": median(booted for _, booted in from_disk),
        "Enter to the second kernel's marker, over http": median(booted for _, booted in from_server),
    }
    print()
    results.show(["", ""], [list(row) for row in rows.items()])
    return results


def boot(lab: Lab, line: str, deadline: float = 120) -> tuple:
    """Seconds from QEMU's start to the prompt and from Enter to the second kernel's marker."""
    with lab.machine() as machine:
        machine.prompt(deadline)
        prompt = time.monotonic()
        machine.wait_for_lease()
        enter = time.monotonic()
        machine.type(line)
        machine.second_kernel(deadline)
        return prompt - machine.started, time.monotonic() - enter


def at_the_prompt(lab: Lab, deadline: float = 120) -> tuple:
    """Seconds from Enter to the prompt, each as a person sees them: of a kboot in kboot, and of a `pwd` in it.

    The medians over a machine's rounds: what came first was read from the archive or the disk for the first time.
    """
    with lab.machine() as machine:
        machine.prompt(deadline)
        machine.wait_for_lease()
        starts: list[float] = []
        answers: list[float] = []
        for _ in range(ROUNDS_AT_THE_PROMPT):
            for line, times in (("kboot", starts), ("pwd", answers)):
                enter = time.monotonic()
                machine.run(line)
                times.append(time.monotonic() - enter)
            machine.send("\x04")
            machine.prompt()
        return statistics.median(starts), statistics.median(answers)


def median(seconds, unit: str = "s") -> str:
    middle = statistics.median(seconds)
    return f"{middle * 1000:.0f} ms" if unit == "ms" else f"{middle:.1f} s"
