"""What a suite of tests is, and how its commands run."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cache import cache

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "out/test"  # what tests leave to be looked at


# What was compiled once, in this tree or in another clone, is not compiled again. What a file includes is known by the
# compiler's own list: what is not in the cache is not preprocessed twice.
os.environ.update(
    CMAKE_CXX_COMPILER_LAUNCHER="ccache",
    CCACHE_DIR=str(cache("ccache")),
    CCACHE_BASEDIR=str(ROOT),
    CCACHE_NOHASHDIR="1",
    CCACHE_DEPEND="1",
)


class Failed(Exception):
    """The test failed; the text is what to show."""


@dataclass
class Test:
    name: str  # SUITE/…
    run: Callable[[], object]  # raises Failed


@dataclass
class Suite:
    name: str
    prepare: Callable[[], "list[Test]"]  # builds what the tests need and returns them; raises Failed
    clean_up: Callable[[], None] = lambda: None
    again: bool = False  # a failed test of it runs once more, alone


def run(command: Sequence[object], deadline: float = 300, **options: Any) -> str:
    """Runs a command in the root of the tree; Failed with its output when it fails or outlives the deadline."""
    words = [str(word) for word in command]
    shown = textwrap.shorten(" ".join(words), 200, placeholder=" ...")
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=deadline,
            check=False,
            **options,
        )
    except subprocess.TimeoutExpired as late:
        output = (late.output or b"").decode(errors="replace")
        raise Failed(f"{output}\n{shown}: still running after {deadline:g} s") from None
    if done.returncode:
        raise Failed(f"{done.stdout}\n{shown}: exit status {done.returncode}")
    return done.stdout


def scripts_build(profile: str = "standard") -> None:
    """Makes what is in out/ of a profile; takes a quarter of an hour on a fresh machine, so its progress is seen."""
    if subprocess.run([ROOT / "scripts/build", profile], cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode:
        raise Failed("scripts/build failed; what it said is above")


def build(preset: str) -> None:
    """Configures and builds a CMake preset, with what the compiler says only when it fails."""
    print(f"tests: building the preset {preset}", file=sys.stderr, flush=True)
    run(["cmake", "--preset", preset])
    run(["cmake", "--build", "--preset", preset], deadline=3600)


def programs(folder: Path) -> list[Path]:
    """What was linked into a folder of a build tree."""
    return sorted(file for file in folder.iterdir() if file.is_file() and file.stat().st_mode & 0o100) if folder.is_dir() else []


def sources(*patterns: str) -> list[Path]:
    """Files of the tree that git knows or would take, by git's patterns."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    return [ROOT / name for name in sorted(set(run(command).splitlines())) if (ROOT / name).is_file()]
