"""scripts/test --coverage: which lines of the code the unit and golden tests run, and the fuzz targets on their corpora.

The table is in docs/coverage.md, and a person writes the reasons below it. The VM tests run what only a real kernel shows, but the
program in a guest is not counted: the guest has no place for the counters' files. The page names those files of ours.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from suites import modules
from suites.fuzz import CORPUS
from suites.suite import ROOT, build, programs, run

_BUILD = ROOT / "out/build/coverage"
_PAGE = ROOT / "docs/coverage.md"
_TABLE = re.compile(r"(?<=<!-- scripts/test --coverage -->\n).*?(?=<!-- end -->)", re.DOTALL)


def measure() -> int:
    """Builds, runs, and writes the table anew; the exit status."""
    build("coverage")
    for counts in _BUILD.rglob("*.gcda"):
        counts.unlink()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda command: run(command, deadline=1800), _commands()))
    summary = _BUILD / "summary.json"
    run(["gcovr", "--root", ".", *_filters(), "--json-summary", summary, _BUILD], deadline=1800)
    table = _table(json.loads(summary.read_text())["files"])
    print(table)
    _PAGE.write_text(_TABLE.sub(lambda _: table, _PAGE.read_text()))
    return 0


def _commands() -> list[list[object]]:
    files = [file for folder in ("unit", "golden", "fuzz") for file in programs(_BUILD / "tests" / folder)]
    return [[file, CORPUS / file.name] if file.name.startswith("fuzz_") else [file] for file in files]


def _filters() -> list[str]:
    return [word for folder in modules.FOLDERS for word in ("--filter", f"{folder}/")]


def _table(files: list[dict]) -> str:
    rooms: dict[str, list[int]] = {}
    for file in files:
        room = str(Path(file["filename"]).parent).removesuffix("/left_out")
        counted = rooms.setdefault(room, [0, 0])
        counted[0] += file["line_covered"]
        counted[1] += file["line_total"]
    rows = [f"| `{room}/` | {total:,} | {_percent(covered, total)} |\n" for room, (covered, total) in sorted(rooms.items())]
    covered, total = (sum(counted[which] for counted in rooms.values()) for which in (0, 1))
    return f"| folder | lines | run |\n|---|---|---|\n{''.join(rows)}| all | {total:,} | {_percent(covered, total)} |\n"


def _percent(covered: int, total: int) -> str:
    return f"{100 * covered / max(total, 1):.0f} %"
