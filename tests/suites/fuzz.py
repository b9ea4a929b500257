"""Fuzz targets of the preset `fuzz`: each runs on its corpora and then for a while on what it makes of them.

There are two corpora: the one in the tree, which is written by hand, and one in the cache, which long runs make grow.
"""

import functools
import os
import re
import shutil
import tempfile
from pathlib import Path

from cache import cache, locked
from suites.suite import ARTEFACTS, ROOT, Failed, Suite, Test, build, programs, run

SECONDS = int(os.environ.get("KBOOT_FUZZ_SECONDS", "10"))  # per target
CORPUS = ROOT / "tests/fuzz/corpus"

# Quick runs stay quick by short inputs; an input of a corpus that is longer is cut.
SHORT = 8 << 10
LONG = 256 << 10


def for_hours(hours: float) -> Suite:
    """The suite of long runs, each for so many hours; what they find is added to the corpora in the cache."""
    return Suite("fuzz", lambda: _tests(lambda program: _long_run(program, max(1, int(hours * 3600)))))


def _tests(run_target) -> list:
    build("fuzz")
    folder = ROOT / "out/build/fuzz/tests/fuzz"
    targets = programs(folder)
    if not targets:
        raise Failed(f"no fuzz targets found in {folder}")
    return [Test(f"fuzz/{file.name.removeprefix('fuzz_')}", functools.partial(run_target, file)) for file in targets]


def _quick_run(program: Path):
    # The same inputs in each run, in the same order: a change is tested, not luck. How many fit into the time depends on
    # the machine, so the time for one input is for what never ends; what an input may cost is held by unit tests, in steps.
    options = ["-seed=1", "-reload=0", "-timeout=60", "-rss_limit_mb=2048"]
    with tempfile.TemporaryDirectory(prefix="kboot-fuzz-") as scratch:
        _fuzz(program, Path(scratch), SECONDS, SHORT, options, deadline=SECONDS + 600, before=_fixed_addresses())


@functools.cache
def _fixed_addresses() -> tuple:
    """What comes before a program so that its addresses are the same in each run: libFuzzer makes inputs of what it compares.

    Some containers forbid it; the first few hundred inputs are the same there, too.
    """
    command = ("setarch", "-R")
    try:
        run([*command, "true"])
    except Failed:
        return ()
    return command


def _long_run(program: Path, seconds: int):
    with tempfile.TemporaryDirectory(prefix="kboot-fuzz-") as scratch:
        before = _size(_grown(program))
        try:
            options = ["-timeout=5", "-rss_limit_mb=1024"]
            output = _fuzz(program, Path(scratch), seconds, LONG, options, deadline=seconds + 60)
        finally:
            _keep(program, Path(scratch))
        done = re.search(r"Done (\d+) runs", output)
        runs = done.group(1) if done else "?"
        print(f"{program.name}: {runs} runs found no fault; corpus: {before} -> {_size(_grown(program))}", flush=True)


def _fuzz(program: Path, scratch: Path, seconds: int, length: int, options: list, deadline: int, before: tuple = ()) -> str:
    """Runs a target for so long; the inputs with which it started and those that it found are in scratch then."""
    shutil.copytree(_seeds(program), scratch, dirs_exist_ok=True)  # the corpus in the tree does not grow by testing
    with _lock(program):
        shutil.copytree(_grown(program), scratch, dirs_exist_ok=True)
    found = ARTEFACTS / "fuzz" / program.name  # an input that breaks it is kept here
    found.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", f"-max_len={length}", "-print_final_stats=0"]
    words = ROOT / "tests/fuzz" / f"{program.name}.dict"
    dictionary = [f"-dict={words}"] if words.exists() else []
    return run([*before, program, *limits, *options, *dictionary, f"-artifact_prefix={found}/", scratch], deadline=deadline)


def _keep(program: Path, found: Path):
    """Makes the corpus in the cache of it and of what was found: the fewest inputs that reach all of the code that they reach."""
    seeds = _seeds(program)
    with _lock(program):
        grown = _grown(program)
        merged = Path(tempfile.mkdtemp(prefix=f".{program.name}-", dir=grown.parent))
        try:
            shutil.copytree(seeds, merged, dirs_exist_ok=True)  # what these reach needs no other input
            run([program, "-merge=1", f"-max_len={LONG}", "-timeout=5", "-rss_limit_mb=1024", merged, grown, found], deadline=1800)
            for seed in seeds.iterdir():
                (merged / seed.name).unlink(missing_ok=True)
            shutil.rmtree(grown)
            merged.rename(grown)
        finally:
            shutil.rmtree(merged, ignore_errors=True)


def _seeds(program: Path) -> Path:
    seeds = CORPUS / program.name
    if not seeds.is_dir() or not any(seeds.iterdir()):
        raise Failed(f"{seeds.relative_to(ROOT)}: no corpus; a target starts from real input")
    return seeds


def _grown(program: Path) -> Path:
    return cache("fuzz-corpus", program.name)


def _lock(program: Path):
    return locked(f"fuzz-corpus-{program.name}")


def _size(folder: Path) -> str:
    files = [file.stat().st_size for file in folder.iterdir()]
    return f"{len(files)} inputs, {sum(files) / 1024:.0f} KB"


SUITE = Suite("fuzz", lambda: _tests(_quick_run))
