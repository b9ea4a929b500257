"""The tests of tests/vm: functions test_NAME(lab) in its modules test_*.py."""

import importlib

from lab import Lab
from suites.suite import ARTEFACTS, ROOT, Suite, Test, scripts_build

_lab = Lab(ROOT, ARTEFACTS / "vm")


def _tests() -> list:
    scripts_build()
    tests = []
    for file in sorted((ROOT / "tests/vm").glob("test_*.py")):
        module = importlib.import_module(file.stem)
        for name, function in vars(module).items():
            if name.startswith("test_") and callable(function):
                tests.append(Test(f"vm/{name.removeprefix('test_')}", lambda function=function: function(_lab)))
    return tests


SUITE = Suite("vm", _tests, _lab.close)
