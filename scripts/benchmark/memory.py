"""The smallest machines, in steps of 8 MB, that boot the test kernel from a disk."""

import timing
from console import ExpectError
from disks import LOADERS, Disks, floor
from lab import Lab
from results import Results

_STEP = 8  # MB
_DEADLINE = 60


def add_options(options):
    timing.add_options(options, "loaders")


def run(lab: Lab, arguments) -> Results:
    place = Disks(lab, 1)
    results = Results("memory", 1, "MB of the least machine", worse=1)
    print("\nleast memory of a machine that boots Debian's kernel with an initrd of 1 MB")
    for name, start in {"floor": floor, **LOADERS}.items():
        if "UEFI" not in name and arguments.only.search(name):  # UEFI's firmware alone wants more
            results.put(name, _least(place, start))
    results.show(["least `-m` that boots Debian's kernel from a disk", "MB"], [[name, f"{least}"] for name, least in results.figures.items()])
    return results


def _least(place: Disks, start) -> int:
    fails, works = 0, 512
    while works - fails > _STEP:
        place.memory = (fails + works) // (2 * _STEP) * _STEP
        try:
            with start(place) as machine:
                machine.second_kernel(_DEADLINE)
            works = place.memory
        except ExpectError:
            fails = place.memory
    return works
