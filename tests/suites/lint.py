"""Formatting and static checks of what is written by hand."""

import functools
import os
import re
from pathlib import Path

from cache import cache
from suites import how_to_add, modules, tidy
from suites.suite import ROOT, Failed, Suite, Test, run, sources


def _is_shell(file: Path) -> bool:
    with file.open("rb") as script:
        first = script.readline(80)
    return first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"/bash", b"busybox sh"))


def _shell_scripts() -> list:
    ours = sources(".", ":!tests/fuzz/corpus", ":!tests/golden")  # what is there is input, not code
    return [file for file in ours if file.suffix == ".sh" or (not file.suffix and _is_shell(file))]


def _tests() -> list:
    tests = [Test(f"lint/shellcheck/{_name(file)}", functools.partial(_shellcheck, file)) for file in _shell_scripts()]
    tests.append(Test("lint/clang-format", _clang_format))
    tests.append(Test("lint/numbers", _numbers))
    tests.append(Test("lint/generated-text", _generated_text))
    tests += modules.tests()
    tests += how_to_add.tests()
    tests.append(Test("lint/kernel-config", lambda: run(["kernel-config/check"])))
    tests.append(Test("lint/scripts-readme", _scripts_readme))
    tests.append(Test("lint/flake8", lambda: run(["flake8", *_python_files()])))
    tests += [Test(f"lint/mypy/{name}", functools.partial(_mypy, name)) for name in _MYPY]
    tests += tidy.tests()
    for page in sources("*.1", "*.5", "*.8", ":!tests/golden"):
        tests.append(Test(f"lint/mandoc/{_name(page)}", functools.partial(_mandoc, page)))
    return tests


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _shellcheck(file: Path):
    run(["shellcheck", "--external-sources", "--shell", "bash" if _bash(file) else "sh", file])


def _bash(file: Path) -> bool:
    return file.read_bytes().startswith(b"#!/bin/bash")


def _clang_format():
    run(["clang-format", "--dry-run", "-Werror", *sources("*.cc", "*.h")])


def _numbers():
    """Texts become numbers by base/number.h. These take what a number begins for one, and most say nothing about the rest."""
    reader = re.compile(r"\b(ato[fil]|atoll|sto(i|l|ll|ul|ull|f|d)|strto\w+|sscanf)\(")
    found = [f"{_name(file)}:{number}: {line.strip()}"
             for file in sources(*(f"{folder}/*.{suffix}" for folder in modules.FOLDERS for suffix in ("cc", "h")))
             for number, line in enumerate(file.read_text().splitlines(), 1) if reader.search(line)]
    if found:
        raise Failed("whole_number() of base/number.h reads numbers:\n" + "\n".join(found))


def _generated_text():
    """Catch2 takes the type of GENERATE's first value for that of all, and casts the others: a std::string behind a literal
    would be read as an array of characters."""
    first = re.compile(r'\bGENERATE(_COPY|_REF)?\(\s*"(\\.|[^"\\])*"(?!s)')
    found = [f"{_name(file)}: {match.group()}" for file in sources("tests/unit/*.cc") for match in first.finditer(file.read_text())]
    if found:
        raise Failed("GENERATE(as<std::string>(), ...) makes texts:\n" + "\n".join(found))


def _scripts_readme():
    """scripts/README.md says of each file what it is for."""
    readme = (ROOT / "scripts/README.md").read_text()
    files = [file for folder in ("scripts", "scripts/builder") for file in sources(f"{folder}/*") if file.parent == ROOT / folder]
    if missing := [_name(file) for file in files if file.name != "README.md" and file.name not in readme]:
        raise Failed(f"scripts/README.md has not a word about {', '.join(missing)}")


def _is_python(file: Path) -> bool:
    with file.open("rb") as script:
        return script.readline(80).startswith(b"#!/usr/bin/python3")


def _python_files() -> list[Path]:
    ours = sources(".", ":!tests/fuzz/corpus", ":!tests/golden")
    return [file for file in ours if file.suffix == ".py" or (not file.suffix and _is_python(file))]


# Which files mypy sees at a time, and where their modules are: scripts/images/disk is another module than tests/vm/disk.py.
_MYPY = {
    "scripts-and-tests": ("tests", "tests/vm", "scripts", "scripts/builder", "scripts/images", "scripts/benchmark", "kernel-config"),
    "images": ("scripts/images", "scripts/builder"),
}


def _mypy(name: str):
    """Its cache makes the second run one of a second."""
    programs_of_images = [file for file in _python_files() if file.parent.name == "images" and not file.suffix]
    files = programs_of_images if name == "images" else [file for file in _python_files() if file not in programs_of_images]
    path = ":".join(str(ROOT / folder) for folder in _MYPY[name])
    run(["mypy", "--cache-dir", cache("mypy", name), *files], env={**os.environ, "MYPYPATH": path})


def _mandoc(page: Path):
    run(["mandoc", "-Tlint", "-Wwarning", page])


SUITE = Suite("lint", _tests)
