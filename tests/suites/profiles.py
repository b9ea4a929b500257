"""The parser of profiles: what it takes, and what it says of files that are wrong."""

import functools
import tempfile
from pathlib import Path

import kconfig
import profile_parser
import profiles
from suites.suite import ROOT, Failed, Suite, Test

GOOD = "# What it is.\n\nsysroot sysroot  every library\nbase busybox     init\n\tpackage keymaps layouts  # and why\ncompress xz small\n"

# A profile's text, and what is said of it.
_WRONG = {
    "unknown_word": (f"{GOOD}basis dropbear ssh\n", ["p:7: 'basis' is none of sysroot, skeleton, base, package, without, compress"]),
    "no_name": (f"{GOOD}base\n", ["p:7: 'base' is not followed by a name"]),
    "no_reason": (f"{GOOD}base dropbear\n", ["p:7: 'base dropbear' has no reason behind it"]),
    "a_comment_is_no_reason": (f"{GOOD}base dropbear # ssh\n", ["p:7: 'base dropbear' has no reason behind it"]),
    "twice": (f"{GOOD}base busybox the shell\n", ["p:7: 'base busybox' stands in line 4 already"]),
    "two_of_what_is_one": (f"{GOOD}sysroot small less\n", ["p:7: 'sysroot' stands in line 3 already"]),
    "unknown_packer": (GOOD.replace("xz", "gzip"), ["p:6: 'compress gzip': it can be zstd or xz"]),
    "nothing": ("", ["p: no line 'sysroot NAME'", "p: no line 'base NAME'", "p: no line 'compress NAME'"]),
    "comments_only": ("# sysroot sysroot all\n", ["p: no line 'sysroot NAME'", "p: no line 'base NAME'", "p: no line 'compress NAME'"]),
    "all_of_it_is_said": (f"{GOOD}x\nbase\n", ["p:7: 'x' is none of sysroot, skeleton, base, package, without, compress",
                                               "p:8: 'base' is not followed by a name"]),
}

_WRONG_KERNEL = {
    "three_words": ("base\nprofile standard rescue\n", ["p:2: more than one name: standard rescue"]),
    "two_fragments_in_a_line": ("base disk\n", ["p:1: 'base' is none of profile, fragment"]),
    "fragment_twice": ("base\ndisk # why\nbase\n", ["p:3: 'fragment base' stands in line 1 already"]),
}


def _same(got: object, expected: object) -> None:
    if got != expected:
        raise Failed(f"expected: {expected!r}\ngot:      {got!r}")


def _said(text: str, rules: dict[str, profile_parser.Rule], alone: str | None = None) -> list[str]:
    try:
        lines = profile_parser.parse(text, "p", rules, alone)
    except profile_parser.ProfileError as error:
        return str(error).splitlines()
    raise Failed(f"it was taken: {lines}")


def _wrong(text: str, expected: list[str]) -> None:
    _same(_said(text, profiles.INITRAMFS), expected)


def _wrong_kernel(text: str, expected: list[str]) -> None:
    _same(_said(text, kconfig.WORDS, "fragment"), expected)


def _good() -> None:
    lines = [(line.number, line.what, line.name) for line in profile_parser.parse(GOOD, "p", profiles.INITRAMFS)]
    _same(lines, [(3, "sysroot", "sysroot"), (4, "base", "busybox"), (5, "package", "keymaps"), (6, "compress", "xz")])


def _good_kernel() -> None:
    lines = profile_parser.parse("# A kernel.\nprofile rescue\nnic-server # cards\n", "p", kconfig.WORDS, "fragment")
    _same([(line.number, line.what, line.name) for line in lines], [(2, "profile", "rescue"), (3, "fragment", "nic-server")])


def _those_of_the_tree() -> None:
    for file in (ROOT / "initramfs/profiles").iterdir():
        profiles.initramfs(file)
    for file in (ROOT / "kernel-config/profiles").iterdir():
        profile_parser.read(file, kconfig.WORDS, "fragment")


def _no_such_component() -> None:
    with tempfile.TemporaryDirectory(prefix="kboot-profile-") as scratch:
        file = Path(scratch) / "p"
        file.write_text(GOOD.replace("busybox", "buzybox"))
        try:
            profiles.initramfs(file)
        except profile_parser.ProfileError as error:
            return _same(str(error), f"{file}:4: there is no scripts/components/buzybox")
    raise Failed("a component that is not there was taken")


def _no_such_file() -> None:
    try:
        profile_parser.read(ROOT / "initramfs/profiles/none", profiles.INITRAMFS)
    except profile_parser.ProfileError as error:
        return _same(str(error), "initramfs/profiles/none: No such file or directory")
    raise Failed("a file that is not there was taken")


def _tests() -> list[Test]:
    tests = [Test(f"profiles/{name}", functools.partial(_wrong, *case)) for name, case in _WRONG.items()]
    tests += [Test(f"profiles/kernel_{name}", functools.partial(_wrong_kernel, *case)) for name, case in _WRONG_KERNEL.items()]
    more = {"good": _good, "good_kernel": _good_kernel, "those_of_the_tree": _those_of_the_tree, "no_such_component": _no_such_component,
            "no_such_file": _no_such_file}
    return tests + [Test(f"profiles/{name}", function) for name, function in more.items()]


SUITE = Suite("profiles", _tests)
