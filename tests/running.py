"""Runs suites and counts: each test once, and one of an unsteady kind again when it failed."""

import fnmatch
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from suites.suite import Failed, Suite, Test

# Two virtual machines, or two of anything else here, keep two cores busy; more would only stretch the deadlines.
AT_ONCE = 2

# So many tests that passed only when they ran again are a failure of the whole run.
UNSTEADY_LIMIT = 4

# Where more tests than these failed, something is broken for all of them. To run each again would only take long.
AGAIN_AT_MOST = 8


def run_suites(suites: list[Suite], patterns: list[str], only_list: bool = False, write=sys.stdout.write) -> int:
    """Runs what matches and returns the exit status."""
    printer = Printer(write)
    # A misspelt name must not look like tests that passed. One that no suite can have is known before anything runs.
    if unknown := [pattern for pattern in patterns if not any(_may_match(pattern, suite.name) for suite in suites)]:
        for pattern in unknown:
            printer.line(f"no suite has a test {pattern}; there are {', '.join(suite.name for suite in suites)}")
        return 2
    unmatched = dict.fromkeys(patterns)
    for suite in suites:
        if any(_may_match(pattern, suite.name) for pattern in patterns):
            for pattern in _run_suite(suite, patterns, printer, only_list):
                unmatched.pop(pattern, None)
    for pattern in unmatched:
        printer.line(f"no test matches {pattern}")
    status = 0 if only_list else printer.close()
    return 1 if unmatched else status


def _may_match(pattern: str, suite: str) -> bool:
    return fnmatch.fnmatchcase(suite, pattern.partition("/")[0])


def _matches(name: str, pattern: str) -> bool:
    # A name is taken literally first: those of Catch2 may hold brackets.
    return name == pattern or fnmatch.fnmatchcase(name, pattern)


def _run_suite(suite: Suite, patterns: list[str], printer: "Printer", only_list: bool) -> list[str]:
    """Returns the patterns that match a test; all that could, where it is not known which tests there are."""
    prepared: list[Test] = []
    begin = time.monotonic()
    try:
        prepared = suite.prepare()
    except Failed as failure:
        printer.failure(f"{suite.name}/prepare", time.monotonic() - begin, str(failure))
        return [pattern for pattern in patterns if _may_match(pattern, suite.name)]
    wanted = [test for test in prepared if any(_matches(test.name, pattern) for pattern in patterns)]
    matched = [pattern for pattern in patterns if any(_matches(test.name, pattern) for test in prepared)]
    if only_list:
        for test in wanted:
            printer.line(test.name)
        return matched
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            runs = pool.map(lambda test: _first_run(suite, test, printer), wanted)
            failed = [run for run in runs if run]
        _run_again(failed, printer)
    finally:
        suite.clean_up()
    return matched


def _first_run(suite: Suite, test: Test, printer: "Printer") -> tuple | None:
    """What is to run again: the test, how long it took and what it said."""
    seconds, said = _run(test)
    if said is None:
        printer.success(test.name, seconds)
    elif suite.again:
        printer.postponed(test.name, seconds, said)
        return test, seconds, said
    else:
        printer.failure(test.name, seconds, said)
    return None


def _run_again(failed: list, printer: "Printer"):
    """Runs them alone, one after the other."""
    for test, first_seconds, first_said in failed:
        if len(failed) > AGAIN_AT_MOST:
            printer.failure(test.name, first_seconds, first_said)
            continue
        seconds, said = _run(test)
        if said is None:
            printer.unsteady(test.name, seconds, first_said)
        else:
            printer.failure(test.name, seconds, f"{said.rstrip()}\nThe first run said:\n{first_said}")


def _run(test: Test) -> tuple[float, str | None]:
    """How long it took, and what it said if it failed."""
    begin = time.monotonic()
    said = None
    try:
        test.run()
    except Failed as failure:
        said = str(failure)
    except Exception as error:  # an assertion, or the test's own bug, which must not hide the others' results
        # What it says comes first: where a log is cut, the end is what is lost.
        said = "".join([*traceback.format_exception_only(type(error), error), *traceback.format_tb(error.__traceback__)])
    return time.monotonic() - begin, said


class Printer:
    """One line per test, and what a failed one said, whole."""

    def __init__(self, write):
        self.passed = 0
        self.failed = 0
        self._unsteady: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._write = write

    def line(self, text: str):
        self._write(f"{text}\n")
        sys.stdout.flush()

    def success(self, name: str, seconds: float):
        with self._lock:
            self.passed += 1
            self.line(f"ok {name} {seconds:.1f}s")

    def failure(self, name: str, seconds: float, output: str):
        with self._lock:
            self.failed += 1
            self.line(f"FAIL {name} {seconds:.1f}s")
            self._indented(output)

    def postponed(self, name: str, seconds: float, output: str):
        with self._lock:
            self.line(f"again {name} {seconds:.1f}s")
            self._indented(output.strip().partition("\n")[0])

    def unsteady(self, name: str, seconds: float, output: str):
        """It passed when it ran again; the output is the first run's."""
        self.success(name, seconds)
        with self._lock:
            self._unsteady.append((name, output))

    def close(self) -> int:
        """Prints the unsteady tests and the counts; returns the exit status."""
        for name, output in self._unsteady:
            self.line(f"unsteady: {name}")
            self._indented(output)
        if len(self._unsteady) >= UNSTEADY_LIMIT:
            self.failure("unsteady", 0, f"{len(self._unsteady)} tests passed only when they ran again")
        self.line(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1

    def _indented(self, output: str):
        for line in output.rstrip().splitlines():
            self.line(f"    {line}")
