"""The tests of tests/vm: of its modules test_*.py the functions test_NAME(lab), and what table(lab) returns by name."""

import functools
import importlib

from lab import Lab
from suites.suite import ARTEFACTS, ROOT, Suite, Test, scripts_build

_lab = Lab(ROOT, ARTEFACTS / "vm")


def _tests() -> list:
    for profile in ("standard", "rescue", "server"):
        scripts_build(profile)
    tests = []
    for file in sorted((ROOT / "tests/vm").glob("test_*.py")):
        module = importlib.import_module(file.stem)
        for name, function in vars(module).items():
            if name.startswith("test_") and callable(function):
                tests.append(Test(f"vm/{name.removeprefix('test_')}", functools.partial(function, _lab)))
        if table := getattr(module, "table", None):
            tests += [Test(f"vm/{name}", function) for name, function in table(_lab).items()]
    return tests


SUITE = Suite("vm", _tests, _lab.close, again=True)
