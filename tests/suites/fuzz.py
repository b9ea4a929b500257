"""Fuzz targets of the preset `fuzz`: each runs on its corpus and then for a short while on what it makes of it."""

import os
import shutil
import tempfile
from pathlib import Path

from suites.suite import ARTEFACTS, ROOT, Failed, Suite, Test, build, run

SECONDS = int(os.environ.get("KBOOT_FUZZ_SECONDS", "10"))  # per target
CORPUS = ROOT / "tests/fuzz/corpus"


def _tests() -> list:
    build("fuzz")
    folder = ROOT / "out/build/fuzz/tests/fuzz"
    programs = sorted(file for file in folder.glob("fuzz_*") if file.is_file() and file.stat().st_mode & 0o100)
    if not programs:
        raise Failed(f"no fuzz targets found in {folder}")
    return [Test(f"fuzz/{file.name.removeprefix('fuzz_')}", lambda file=file: _fuzz(file)) for file in programs]


def _fuzz(program: Path):
    seeds = CORPUS / program.name
    if not seeds.is_dir() or not any(seeds.iterdir()):
        raise Failed(f"{seeds.relative_to(ROOT)}: no corpus; a target starts from real input")
    found = ARTEFACTS / "fuzz" / program.name  # an input that breaks it is kept here
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kboot-fuzz-") as grown:
        shutil.copytree(seeds, grown, dirs_exist_ok=True)  # the corpus in the tree does not grow by testing
        limits = [f"-max_total_time={SECONDS}", "-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=0"]
        run([program, *limits, f"-artifact_prefix={found}/", grown], deadline=SECONDS + 60)


SUITE = Suite("fuzz", _tests)
