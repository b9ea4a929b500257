"""The tests of tests/vm: functions test_NAME(lab) in its modules test_*.py, and the language table's cases."""

import importlib

from lab import Lab
from language import table
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
    tests += [Test(f"vm/language/{name}", function) for name, function in table.tests(_lab).items()]
    return tests


SUITE = Suite("vm", _tests, _lab.close)
