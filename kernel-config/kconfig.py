"""Reads profiles (lists of fragments) and fragments (Kconfig requests with their reasons)."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent

# What Kconfig itself reads in a .config file; `=n` and "is not set" mean the same.
REQUEST = re.compile(r"CONFIG_(?P<set>\w+)=(?P<value>.+)|# CONFIG_(?P<unset>\w+) is not set")


class Bad(Exception):
    """A profile or fragment that cannot be used; the text says where and why."""


def profiles():
    """The names of all profiles."""
    return sorted(path.name for path in (HERE / "profiles").iterdir())


def fragments():
    """All fragment files."""
    return sorted((HERE / "fragments").iterdir())


def lists_of(profile):
    """The profile's own file, and those of the profiles that it starts from, which come first."""
    if profile not in profiles():
        raise Bad(f"no kernel profile '{profile}'; there are: {' '.join(profiles())}")
    own = HERE / "profiles" / profile
    others, _ = _read_list(own)
    return [file for other in others for file in lists_of(other)] + [own]


def fragments_of(profile):
    """The fragment files that a profile lists, in its order."""
    paths = []
    for file in lists_of(profile):
        _, names = _read_list(file)
        found = [HERE / "fragments" / f"{name}.config" for name in names]
        if gone := [path.name for path in found if not path.exists()]:
            raise Bad(f"profiles/{file.name}: no such fragment: {' '.join(gone)}")
        paths += found
    return paths


def _read_list(file):
    """What a profile's file names: other profiles, and fragments."""
    others, names = [], []
    for line in file.read_text().splitlines():
        match line.split("#")[0].split():
            case []:
                pass
            case ["profile", other]:
                others.append(other)
            case [name]:
                names.append(name)
            case _:
                raise Bad(f"profiles/{file.name}: neither a fragment nor 'profile NAME': {line}")
    return others, names


def site_fragments():
    """What a person's own packages ask for; they go into the kernel of every profile."""
    return sorted((TOP / "site/packages").glob("*/kernel.config"))


def patches_of(profile):
    """The patches that every kernel gets, then the profile's own."""
    folder = HERE / "patches"
    return sorted(folder.glob("*.patch")) + sorted((folder / profile).glob("*.patch"))


def requests(path):
    """The symbols a .config-like file sets, without their CONFIG_, and their values."""
    found = {}
    for line in path.read_text().splitlines():
        if match := REQUEST.fullmatch(line):
            found[match["set"] or match["unset"]] = match["value"] or "n"
    return found


def merged(profile):
    """All requests of a profile. Each fragment names what it stands on, so two may ask for the
    same; they may not ask for different things."""
    result, source = {}, {}
    for path in fragments_of(profile) + site_fragments():
        name = path.relative_to(TOP)
        for symbol, value in requests(path).items():
            if result.setdefault(symbol, value) != value:
                raise Bad(f"profiles/{profile}: {name} wants {symbol}={value}, "
                          f"{source[symbol]} wants {symbol}={result[symbol]}")
            source.setdefault(symbol, name)
    return result


def print_files(usage, files_of):
    """A program that is given linux-PROFILE and prints the files of the tree that `files_of` finds for the profile."""
    if len(sys.argv) != 2 or not sys.argv[1].startswith("linux-"):
        sys.exit(usage)
    try:
        for file in files_of(sys.argv[1].removeprefix("linux-")):
            print(file.relative_to(TOP))
    except Bad as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
