"""Unit and golden tests: the Catch2 programs of the preset `host`, one test per TEST_CASE; and the unit tests with system calls that fail."""

import functools
import subprocess
from pathlib import Path

from suites.suite import ROOT, Failed, Suite, Test, build, programs, run


def _cases(program: Path) -> list:
    # The exit status is the number of tests: no sign of failure.
    listing = subprocess.run([program, "--list-test-names-only"], stdout=subprocess.PIPE, text=True, check=False)
    return listing.stdout.splitlines()


def _exactly(case: str) -> str:
    """Catch2's pattern that means this test case and no other."""
    return "".join("\\" + letter if letter in '\\,["*' else letter for letter in case)


def _tests(suite: str) -> list:
    build("host")
    tests = []
    for program in programs(ROOT / "out/build/host/tests" / suite):
        for case in _cases(program):
            # A crash takes its own case down and no other, for each runs by itself.
            tests.append(Test(f"{suite}/{case}", functools.partial(_run_case, program, case)))
    if not tests:
        raise Failed(f"no test cases found in out/build/host/tests/{suite}")
    return tests


def _run_case(program: Path, case: str):
    output = run([program, _exactly(case)], deadline=120)
    if "No test cases matched" in output:
        raise Failed(output)


def _fault_tests() -> list:
    build("host")
    found = programs(ROOT / "out/build/host/tests/unit")
    return [Test(f"faults/{program.name.removesuffix('_test')}", functools.partial(_run_with_faults, program)) for program in found]


def _run_with_faults(program: Path):
    """All cases of a program, each once for every system call that it makes, which fails then (tests/unit/fault_runs.h)."""
    wrong = []
    for case in _cases(program):
        try:
            run([program, "--faults", _exactly(case)], deadline=1800)
        except Failed as failure:
            wrong.append(f"{case}\n{failure}")
    if wrong:
        raise Failed("\n\n".join(wrong))


UNIT = Suite("unit", lambda: _tests("unit"))
GOLDEN = Suite("golden", lambda: _tests("golden"))
FAULTS = Suite("faults", _fault_tests)
