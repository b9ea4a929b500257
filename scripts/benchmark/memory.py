"""The smallest machines, in steps of 8 MB, that boot the test kernel from a disk."""

from console import ExpectError
from disks import LOADERS, Disks, floor
from lab import Lab

_STEP = 8  # MB
_DEADLINE = 60


def add_options(_):
    pass


def run(lab: Lab, _):
    place = Disks(lab, 1)
    print("\nleast memory of a machine that boots Debian's kernel with an initrd of 1 MB")
    for name, start in {"floor": floor, **LOADERS}.items():
        if "UEFI" not in name:  # the firmware alone wants more
            print(f"  {name:36} {_least(place, start)} MB", flush=True)


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
