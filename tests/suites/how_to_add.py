"""Holds "How to add" of ARCHITECTURE.md true: what is there by now stands in every place that the list names for its kind."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from suites.suite import ROOT, Failed, Test, sources

_NO_PARSERS = {"config/formats/places.h"}  # of what the table includes
_PLACEHOLDERS = re.compile(r"NAME|\*")  # `tests/golden/entries/NAME/`, `config/network_plan.*`


def tests() -> list[Test]:
    return [
        Test("lint/how-to-add/paths", _paths),
        Test("lint/how-to-add/commands", _commands),
        Test("lint/how-to-add/settings", _settings),
        Test("lint/how-to-add/formats", _formats),
        Test("lint/how-to-add/rooms", _rooms),
        Test("lint/how-to-add/images", _images),
    ]


def _text(name: str) -> str:
    return (ROOT / name).read_text()


def _rows(file: str, pattern: str) -> list[str]:
    """The names in a table's rows. A table that cannot be read any more is a failure, not an empty list."""
    rows = re.findall(pattern, _text(file), re.MULTILINE)
    if len(rows) < 5:
        raise Failed(f"{file}: only {len(rows)} rows were found by {pattern!r}")
    return rows


def _check(wrong: Iterable[str]):
    if found := list(wrong):
        raise Failed("\n".join(found))


def _items(page: str) -> set[str]:
    """What a manual page has an item for: `.It Ic net.dns , net.search` is two."""
    lines = re.findall(r"^\.It (?:Ic|Li) (.*)$", _text(page), re.MULTILINE)
    return {word for line in lines for word in re.split(r"[ ,]+", line)}


def _paths():
    """What the list names is there."""
    page = _text("ARCHITECTURE.md").partition("## How to add")[2].partition("\n## ")[0]
    named = {name for name in re.findall(r"`([\w.*/-]+/[\w.*/-]*)`", page) if not _PLACEHOLDERS.search(name)}
    if not named:
        raise Failed("ARCHITECTURE.md: no path was found below \"How to add\"")
    _check(f"ARCHITECTURE.md names {name}, which is not there" for name in sorted(named) if not (ROOT / name).exists())


def _commands():
    bodies = "".join(file.read_text() for file in sources("loader/commands/*.cc"))
    declared = _text("loader/commands/commands.h")
    page = _items("loader/kboot.8")
    wrong = []
    for name in _rows("loader/commands/commands.cc", r'^    Command\{"(\w+)"'):
        if f"void run_{name}(Session& " not in bodies:
            wrong.append(f"{name}: no file of loader/commands/ has its function")
        if f"void run_{name}(Session& " not in declared:
            wrong.append(f"{name}: loader/commands/commands.h does not declare it")
        if name not in page:
            wrong.append(f"{name}: loader/kboot.8 does not explain it")
    _check(wrong)


def _settings():
    users = "".join(file.read_text() for folder in ("config", "loader") for file in sources(f"{folder}/*.cc")
                    if file.name != "setting_table.cc")
    page = _items("config/kboot.conf.5")
    cases = "".join(file.read_text(errors="replace") for file in sources("tests/golden/kboot_conf/*expected.json"))
    wrong = []
    for name in _rows("config/setting_table.cc", r'^    \{"([\w.]+)", Type::'):
        if f'"{name}"' not in users and f'"{name.removeprefix("net.")}"' not in users:
            wrong.append(f"{name}: nothing in config/ or loader/ reads it")
        if name not in page:
            wrong.append(f"{name}: config/kboot.conf.5 does not explain it")
        if f'"{name}"' not in cases:
            wrong.append(f"{name}: no case of tests/golden/kboot_conf/ sets it")
    _check(wrong)


def _formats():
    table = "loader/entries/source_table.cc"
    page = _items("loader/kboot.8")
    golden = sources("tests/golden/entries/*/expected.json")
    covered = {source["format"] for file in golden for source in json.loads(file.read_text())["sources"]}
    fuzzed = "".join(file.read_text() for file in sources("tests/fuzz/fuzz_*.cc"))
    parsers = re.findall(r'^#include "(config/formats/\w+\.h)"$', _text(table), re.MULTILINE)
    wrong = [f"{parser}: no target of tests/fuzz/ includes it" for parser in parsers
             if parser not in _NO_PARSERS and f'"{parser}"' not in fuzzed]
    for name in _rows(table, r'(?:^    |Row k\w+ = )\{"([\w-]+)", k\w+Paths'):
        if name not in page:
            wrong.append(f"{name}: loader/kboot.8 does not say where it is looked for")
        if name not in covered:
            wrong.append(f"{name}: no case of tests/golden/entries/ has a source of it")
    _check(wrong)


def _rooms():
    rooms = [str(file.parent.relative_to(ROOT / "loader")) for file in sources("loader/*/CMakeLists.txt")]
    built, tested, page = (_text(name) for name in ("loader/CMakeLists.txt", "tests/unit/CMakeLists.txt", "ARCHITECTURE.md"))
    wrong = []
    for room in rooms:
        if not re.search(rf"[ (]{room}[ )]", built):
            wrong.append(f"{room}: loader/CMakeLists.txt does not build it")
        if not re.search(rf"[ (]{Path(room).name}[ )]", tested):
            wrong.append(f"{room}: tests/unit/CMakeLists.txt does not test it")
        if f"| `{room}/` |" not in page and f"| `{Path(room).name}/` |" not in page:
            wrong.append(f"{room}: the table of rooms in ARCHITECTURE.md has no row of it")
    _check(wrong)


def _images():
    tests_of_images = "".join(file.read_text() for file in sources("tests/vm/*.py"))
    wrong = []
    for file in sources("scripts/images/*"):
        lines = file.read_text().splitlines()
        if not lines[0].startswith("#!"):
            continue
        if len(lines) < 2 or not lines[1].strip('"# '):
            wrong.append(f"scripts/images/{file.name}: its second line does not say what it makes")
        if not re.search(rf"""["' /]{re.escape(file.name)}["' ]""", tests_of_images):
            wrong.append(f"scripts/images/{file.name}: no test of tests/vm/ starts it")
    _check(wrong)
