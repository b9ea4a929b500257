"""Reads the profiles in initramfs/profiles.

    profiles.py NAME   checks initramfs/profiles/NAME and prints its lines without the reasons, for scripts/build
"""

import sys
from pathlib import Path

from profile_parser import TOP, Line, ProfileError, Rule, read

# initramfs/profiles/standard explains the words.
INITRAMFS = {
    "sysroot": Rule(reason=True, least=1, most=1),
    "skeleton": Rule(reason=True, most=1),
    "base": Rule(reason=True, least=1),
    "package": Rule(reason=True),
    "without": Rule(reason=True),
    "compress": Rule(reason=True, least=1, most=1, among=("zstd", "xz")),
}


def initramfs(path: Path) -> list[Line]:
    """The lines of one of initramfs/profiles, whose components and folders are there."""
    lines = read(path, INITRAMFS)
    places = {"sysroot": "scripts/components", "base": "scripts/components", "package": "scripts/components", "skeleton": "initramfs"}
    gone = [line for line in lines if line.what in places and not (TOP / places[line.what] / line.name).exists()]
    if gone:
        name = path.relative_to(TOP) if path.is_relative_to(TOP) else path
        raise ProfileError("\n".join(f"{name}:{line.number}: there is no {places[line.what]}/{line.name}" for line in gone))
    return lines


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        for line in initramfs(TOP / "initramfs/profiles" / arguments[0]):
            print(line.what, line.name)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
