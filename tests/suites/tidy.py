"""clang-tidy over all of the product's sources, a room at a time.

Alone, a file takes ten seconds, and nine of them go to the headers of the standard library. So the files of a room are included into one
source, as "unified sources" (the analyzer knows these: AnalysisDeclContext::isInCodeFile() of clang). Names without linkage may collide in
there: each file that the compiler complains of waits for the next round. What clang-tidy finds in such a source counts when it finds it in
the file alone, too.
"""

import functools
import hashlib
import json
import re
import shlex
import tempfile
from pathlib import Path

from cache import cache
from suites import modules
from suites.suite import ROOT, Failed, Test, run, sources

_DATABASE = ROOT / "out/build/host/compile_commands.json"
# What it says of our files, wherever they are included.
_OURS = f"--header-filter=^{ROOT}/({'|'.join(modules.FOLDERS)})/.*"
_COMPLAINT = re.compile(rf"^{ROOT}/([^:\n]+):\d+:\d+: error: ", re.MULTILINE)


def tests() -> list[Test]:
    # clang-tidy wants to know how each file is compiled.
    run(["cmake", "--preset", "host"])
    rooms: dict[str, list[Path]] = {}
    for file in sources(*(f"{folder}/*.cc" for folder in modules.FOLDERS)):
        room = file.parent.parent if file.parent.name == "left_out" else file.parent
        rooms.setdefault(str(room.relative_to(ROOT)), []).append(file)
    return [Test(f"lint/clang-tidy/{room}", functools.partial(_room, files)) for room, files in rooms.items()]


def _room(files: list[Path]):
    compiled = _flags()
    # What stands in for a part that is left out is not compiled on the host: as its room is.
    room = next(compiled[file] for file in files if file in compiled)
    flags = {file: compiled.get(file, room) for file in files}
    keys = {file: _key(file, flags[file]) for file in files}
    # One that was clean, with the same headers, flags and checks, is not looked at again.
    remaining = [file for file in files if not (cache("tidy") / keys[file]).exists()]
    failures: list[str] = []
    while remaining:
        alike = [file for file in remaining if flags[file] == flags[remaining[0]]]
        chosen = _compile_together(alike, flags[remaining[0]])
        failures += _check(chosen, keys, flags[remaining[0]])
        remaining = [file for file in remaining if file not in chosen]
    if failures:
        raise Failed("\n".join(failures))


def _flags() -> dict[Path, tuple[str, ...]]:
    """How each file is compiled; without the sanitizers, of which clang has its own."""
    found = {}
    for one in json.loads(_DATABASE.read_text()):
        words = shlex.split(one["command"])
        found[Path(one["file"])] = tuple(word for word in words[1 : words.index("-o")] if not word.startswith("-fsanitize"))
    return found


def _compile_together(files: list[Path], flags: tuple[str, ...]) -> list[Path]:
    """The first of them, and those whose names do not collide with names of others before them."""
    chosen = files
    while len(chosen) > 1:
        with _Together(chosen) as source:
            try:
                run(["clang++", *flags, "-Wno-error", "-fsyntax-only", "-ferror-limit=0", source])
                return chosen
            except Failed as failure:
                blamed = {ROOT / name for name in _COMPLAINT.findall(str(failure))}
        # Where it blames a header, or the first file, these files cannot be looked at together.
        fine = [file for file in chosen if file not in blamed]
        chosen = fine if chosen[0] in fine and len(fine) < len(chosen) else chosen[:1]
    return chosen


def _check(files: list[Path], keys: dict[Path, str], flags: tuple[str, ...]) -> list[str]:
    """What clang-tidy finds in them; those that are clean are remembered."""
    failures: list[str] = []
    if len(files) > 1:
        with _Together(files) as source:
            try:
                run(["clang-tidy", "--quiet", f"--config-file={ROOT}/.clang-tidy", _OURS, source, "--", *flags], deadline=900)
            except Failed:
                return [said for file in files for said in _check([file], keys, flags)]
    else:
        try:
            run(["clang-tidy", "--quiet", _OURS, files[0], "--", *flags])
        except Failed as failure:
            return [str(failure)]
    for file in files:
        clean = cache("tidy") / keys[file]
        clean.parent.mkdir(parents=True, exist_ok=True)
        clean.touch()
    return failures


class _Together(tempfile.TemporaryDirectory):
    """A source that includes these."""

    def __init__(self, files: list[Path]):
        super().__init__(prefix="kboot-tidy-")
        self._files = files

    def __enter__(self) -> str:
        source = Path(super().__enter__()) / "together.cc"
        source.write_text("".join(f'#include "{file}"  // NOLINT(bugprone-suspicious-include)\n' for file in self._files))
        return str(source)


def _key(file: Path, flags: tuple[str, ...]) -> str:
    """The hash of all that decides what clang-tidy says: version, flags, checks, the source and each of our headers in it."""
    rule = run(["g++", "-std=c++20", "-I", ROOT, "-MM", file]).replace("\\\n", " ").partition(":")[2]
    key = hashlib.sha256(_version().encode())
    key.update(" ".join(flags).replace(str(ROOT), "").encode())
    for part in [ROOT / ".clang-tidy", *(Path(name) for name in rule.split())]:
        key.update(part.read_bytes())
    return key.hexdigest()


@functools.cache
def _version() -> str:
    return run(["clang-tidy", "--version"])
