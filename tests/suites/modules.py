"""Holds #include lines to the modules' link lines: what kboot_module() lists is all that a module may see."""

import re
from pathlib import Path
from typing import Container, Dict, List, Set

from suites.suite import ROOT, Failed, Test, sources

MOST_FILES = 40  # of a room
MOST_LINES = 400  # of a file
SESSION = "loader/session/session.h"
MAY_SEE_SESSION = {"loader/session", "loader/commands", "loader/prompt", "loader/prompt/menu", "loader/app"}
FOLDERS = ["base", "config", "netfetch", "pathfs", "loader"]  # of all the code


def tests() -> list:
    return [
        Test("lint/modules/edges", _edges),
        Test("lint/modules/cycles", _cycles),
        Test("lint/modules/sizes", _sizes),
        Test("lint/modules/session", _session),
    ]


def _link_lines() -> Dict[str, Set[str]]:
    """What each module may see, by its name."""
    lines = {}
    for file in sources("*CMakeLists.txt"):
        for name, depends in re.findall(r"^kboot_module\((\w+)(?:\s+DEPENDS\s+([\w\s]*?))?\s+SOURCES", file.read_text(), re.MULTILINE):
            lines[name] = set((depends or "").split())
    return lines


def _module_of(path: str, modules: Container[str]) -> str:
    """`loader/boot/image.h` is in `boot`, `loader/prompt/menu/menu.h` in `menu`, `config/formats/bls.h` in `config`."""
    folders = path.split("/")[:-1]
    outermost = folders[1] if folders[0] == "loader" and len(folders) > 1 else folders[0]
    return next((folder for folder in reversed(folders) if folder in modules), outermost)


def _code() -> List[Path]:
    return sources(*(f"{top}/*.{end}" for top in FOLDERS for end in ("cc", "h")))


def _includes(file: Path) -> List[str]:
    return re.findall(r'^#include "([^"]+)"', file.read_text(), re.MULTILINE)


def _edges():
    allowed = _link_lines()
    if len(allowed) <= len(FOLDERS):
        raise Failed(f"only these modules were found in CMakeLists.txt files: {', '.join(allowed)}")
    wrong = []
    for file in _code():
        name = str(file.relative_to(ROOT))
        module = _module_of(name, allowed)
        if module not in allowed:
            raise Failed(f"{name}: its folder is no module: no kboot_module({module} …) in a CMakeLists.txt")
        for include in _includes(file):
            seen = _module_of(include, allowed)
            if seen != module and seen not in allowed[module]:
                wrong.append(f"{name}: includes {include}, but {module}'s link line does not list {seen}")
    if wrong:
        raise Failed("\n".join(wrong))


def _cycles():
    """Takes away what sees nothing that is left, until nothing is left."""
    lines = _link_lines()
    while lines:
        bottom = {name for name, seen in lines.items() if not seen & set(lines)}
        if not bottom:
            raise Failed(f"these see each other: {', '.join(sorted(lines))}")
        lines = {name: seen for name, seen in lines.items() if name not in bottom}


def _sizes():
    wrong = []
    rooms: Dict[Path, int] = {}
    for file in _code():
        lines = file.read_text().count("\n")
        if lines >= MOST_LINES:
            wrong.append(f"{file.relative_to(ROOT)}: {lines} lines; a file has fewer than {MOST_LINES}")
        if file.relative_to(ROOT).parts[0] == "loader":
            rooms[file.parent] = rooms.get(file.parent, 0) + 1
    for room, files in rooms.items():
        if files > MOST_FILES:
            wrong.append(f"{room.relative_to(ROOT)}: {files} files; a room has at most {MOST_FILES}")
    if wrong:
        raise Failed("\n".join(wrong))


def _session():
    wrong = []
    for file in _code():
        name = str(file.relative_to(ROOT))
        if SESSION in _includes(file) and str(Path(name).parent).removesuffix("/left_out") not in MAY_SEE_SESSION:
            wrong.append(f"{name}: only {', '.join(sorted(MAY_SEE_SESSION))} include {SESSION}")
    if wrong:
        raise Failed("\n".join(wrong))
