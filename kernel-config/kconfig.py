"""Reads profiles (lists of fragments) and fragments (Kconfig requests with their reasons)."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent

sys.path.insert(0, str(TOP / "scripts/builder"))

import profile_parser  # noqa: E402

# What Kconfig itself reads in a .config file; `=n` and "is not set" mean the same.
REQUEST = re.compile(r"CONFIG_(?P<set>\w+)=(?P<value>.+)|# CONFIG_(?P<unset>\w+) is not set")

# The words of a profile: `profile OTHER` stands for another's fragments, and a word alone names a fragment.
WORDS = {"profile": profile_parser.Rule(), "fragment": profile_parser.Rule()}


class Bad(Exception):
    """A profile or fragment that cannot be used; the text says where and why."""


def profiles() -> list[str]:
    """The names of all profiles."""
    return sorted(path.name for path in (HERE / "profiles").iterdir())


def fragments() -> list[Path]:
    """All fragment files."""
    return sorted((HERE / "fragments").iterdir())


def lists_of(profile: str) -> list[Path]:
    """The profile's own file, and those of the profiles that it starts from, which come first."""
    if profile not in profiles():
        raise Bad(f"no kernel profile '{profile}'; there are: {' '.join(profiles())}")
    own = HERE / "profiles" / profile
    return [file for other in _named_in(own, "profile") for file in lists_of(other.name)] + [own]


def fragments_of(profile: str) -> list[Path]:
    """The fragment files that a profile lists, in its order."""
    paths = []
    for file in lists_of(profile):
        for line in _named_in(file, "fragment"):
            path = HERE / "fragments" / f"{line.name}.config"
            if not path.exists():
                raise Bad(f"{file.relative_to(TOP)}:{line.number}: there is no fragment '{line.name}'")
            paths.append(path)
    return paths


def _named_in(file: Path, what: str) -> list[profile_parser.Line]:
    """The lines of a profile that name other profiles, or fragments."""
    try:
        return [line for line in profile_parser.read(file, WORDS, "fragment") if line.what == what]
    except profile_parser.ProfileError as error:
        raise Bad(str(error)) from None


def site_fragments() -> list[Path]:
    """What a person's own packages ask for; they go into the kernel of every profile."""
    return sorted((TOP / "site/packages").glob("*/kernel.config"))


def patches_of(profile: str) -> list[Path]:
    """The patches that every kernel gets, then the profile's own."""
    folder = HERE / "patches"
    return sorted(folder.glob("*.patch")) + sorted((folder / profile).glob("*.patch"))


def requests(path: Path) -> dict[str, str]:
    """The symbols a .config-like file sets, without their CONFIG_, and their values."""
    found: dict[str, str] = {}
    for line in path.read_text().splitlines():
        if match := REQUEST.fullmatch(line):
            found[match["set"] or match["unset"]] = match["value"] or "n"
    return found


def merged(profile: str) -> dict[str, str]:
    """All requests of a profile. Each fragment names what it stands on, so two may ask for the
    same; they may not ask for different things."""
    result: dict[str, str] = {}
    source: dict[str, Path] = {}
    for path in fragments_of(profile) + site_fragments():
        name = path.relative_to(TOP)
        for symbol, value in requests(path).items():
            if result.setdefault(symbol, value) != value:
                raise Bad(f"profiles/{profile}: {name} wants {symbol}={value}, "
                          f"{source[symbol]} wants {symbol}={result[symbol]}")
            source.setdefault(symbol, name)
    return result


def print_files(usage: str | None, files_of: Callable[[str], list[Path]]) -> None:
    """A program that is given linux-PROFILE and prints the files of the tree that `files_of` finds for the profile."""
    if len(sys.argv) != 2 or not sys.argv[1].startswith("linux-"):
        sys.exit(usage)
    try:
        for file in files_of(sys.argv[1].removeprefix("linux-")):
            print(file.relative_to(TOP))
    except Bad as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
