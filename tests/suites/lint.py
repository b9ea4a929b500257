"""Formatting and static checks of what is written by hand."""

import hashlib
from pathlib import Path

from cache import cache
from suites.suite import ROOT, Suite, Test, run, sources

MODULES = ["base", "config", "netfetch", "pathfs", "loader"]


def _is_shell(file: Path) -> bool:
    with file.open("rb") as script:
        first = script.readline(80)
    return first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"/bash", b"busybox sh"))


def _shell_scripts() -> list:
    ours = sources(".", ":!tests/fuzz/corpus", ":!tests/golden")  # what is there is input, not code
    return [file for file in ours if file.suffix == ".sh" or (not file.suffix and _is_shell(file))]


def _tests() -> list:
    # clang-tidy wants to know how each file is compiled.
    run(["cmake", "--preset", "host"])
    tests = [Test(f"lint/shellcheck/{_name(file)}", lambda file=file: _shellcheck(file)) for file in _shell_scripts()]
    tests.append(Test("lint/clang-format", _clang_format))
    tests.append(Test("lint/kernel-config", lambda: run(["kernel-config/check"])))
    for file in sources(*(f"{module}/*.cc" for module in MODULES)):
        tests.append(Test(f"lint/clang-tidy/{_name(file)}", lambda file=file: _clang_tidy(file)))
    for page in sources("*.1", "*.5", "*.8"):
        tests.append(Test(f"lint/mandoc/{_name(page)}", lambda page=page: _mandoc(page)))
    return tests


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _shellcheck(file: Path):
    run(["shellcheck", "--external-sources", "--shell", "bash" if _bash(file) else "sh", file])


def _bash(file: Path) -> bool:
    return file.read_bytes().startswith(b"#!/bin/bash")


def _clang_format():
    run(["clang-format", "--dry-run", "-Werror", *sources("*.cc", "*.h")])


def _clang_tidy(file: Path):
    """A quarter of a minute for each file: one that was clean, with the same headers and checks, is not looked at again."""
    clean = cache("tidy") / _tidy_key(file)
    if clean.exists():
        return
    run(["clang-tidy", "--quiet", "-p", "out/build/host", file])
    clean.parent.mkdir(parents=True, exist_ok=True)
    clean.touch()


def _tidy_key(file: Path) -> str:
    """The hash of all that decides what clang-tidy says: version, checks, the source and each of our headers in it."""
    rule = run(["g++", "-std=c++20", "-I", ROOT, "-MM", file]).replace("\\\n", " ").partition(":")[2]
    key = hashlib.sha256(run(["clang-tidy", "--version"]).encode())
    for part in [ROOT / ".clang-tidy", ROOT / "CMakeLists.txt", *(Path(name) for name in rule.split())]:
        key.update(part.read_bytes())
    return key.hexdigest()


def _mandoc(page: Path):
    run(["mandoc", "-Tlint", "-Wwarning", page])


SUITE = Suite("lint", _tests)
