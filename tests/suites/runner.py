"""The runner itself, on suites that are made up: what it runs again, and what it counts as what."""

import running
from suites.suite import Failed, Suite, Test


def _fails(name: str, times: int, runs: list) -> Test:
    """A test that fails so many times and passes from then on; each run of it is noted in `runs`."""

    def run():
        runs.append(name)
        if runs.count(name) <= times:
            raise Failed(f"{name} said: no\nin run {runs.count(name)}")

    return Test(name, run)


def _run(failures: dict, again: bool, *patterns: str, only_list: bool = False) -> tuple[int, list, list]:
    """Runs tests that fail so many times: the exit status, the lines, the names in the order in which they ran."""
    written: list[str] = []
    runs: list[str] = []
    tests = [_fails(f"odd/{name}", times, runs) for name, times in failures.items()]
    suite = Suite("odd", lambda: tests, lambda: runs.append("cleaned up"), again=again)
    status = running.run_suites([suite], list(patterns) or ["*"], only_list, write=written.append)
    return status, "".join(written).splitlines(), runs


def _same(got, expected):
    if got != expected:
        raise Failed(f"expected: {expected!r}\ngot:      {got!r}")


def _passing():
    status, lines, runs = _run({"a": 0, "b": 0}, again=True)
    _same((status, lines[-1], sorted(runs)), (0, "2 passed, 0 failed", ["cleaned up", "odd/a", "odd/b"]))


def _nothing_ran():
    status, lines, _ = _run({}, again=True)
    _same((status, lines), (1, ["no test matches *", "0 passed, 0 failed"]))


def _passes_the_second_time():
    status, lines, runs = _run({"a": 1, "b": 0, "c": 0}, again=True)
    _same((status, lines[-4:]), (0, ["unsteady: odd/a", "    odd/a said: no", "    in run 1", "3 passed, 0 failed"]))
    # It runs when no other does, and before what the tests share is gone.
    _same(runs[-2:], ["odd/a", "cleaned up"])


def _fails_twice():
    status, lines, runs = _run({"a": 2, "b": 0}, again=True)
    _same((status, lines[-1], runs.count("odd/a")), (1, "1 passed, 1 failed", 2))
    said = [line.strip() for line in lines]
    at = next(place for place, line in enumerate(said) if line.startswith("FAIL odd/a"))
    _same(said[at + 1 : at + 6], ["odd/a said: no", "in run 2", "The first run said:", "odd/a said: no", "in run 1"])
    _same([line for line in lines if line.startswith("unsteady")], [])


def _unsteady_tests(count: int) -> tuple[int, str, int]:
    status, lines, _ = _run({f"t{number}": 1 for number in range(count)}, again=True)
    return status, lines[-1], len([line for line in lines if line.startswith("unsteady: ")])


def _three_are_unsteady():
    _same(_unsteady_tests(3), (0, "3 passed, 0 failed", 3))


def _four_are_unsteady():
    _same(_unsteady_tests(4), (1, "4 passed, 1 failed", 4))


def _many_fail():
    count = running.AGAIN_AT_MOST + 1
    status, lines, runs = _run({f"t{number}": 1 for number in range(count)}, again=True)
    _same((status, lines[-1], len(runs)), (1, f"0 passed, {count} failed", count + 1))


def _other_suites_run_once():
    status, lines, runs = _run({"a": 1}, again=False)
    _same((status, lines[-1], runs), (1, "0 passed, 1 failed", ["odd/a", "cleaned up"]))


def _misspelt_name():
    status, lines, runs = _run({"a": 0, "b": 0}, True, "odd/a", "odd/c*")
    _same((status, lines[-2:], runs), (1, ["no test matches odd/c*", "1 passed, 0 failed"], ["odd/a", "cleaned up"]))
    _same(_run({"a": 0}, True, "odd/c", only_list=True)[:2], (1, ["no test matches odd/c"]))


def _misspelt_suite():
    _same(_run({"a": 0}, True, "odd/a", "ood/a"), (2, ["no suite has a test ood/a; there are odd"], []))


def _name_with_brackets():
    """As Catch2's may be: they are no pattern."""
    _same(_run({"a [b]": 0}, True, "odd/a [b]")[:2], (0, ["ok odd/a [b] 0.0s", "1 passed, 0 failed"]))


_TESTS = {
    "all_pass": _passing,
    "nothing_ran": _nothing_ran,
    "misspelt_name": _misspelt_name,
    "misspelt_suite": _misspelt_suite,
    "name_with_brackets": _name_with_brackets,
    "passes_the_second_time": _passes_the_second_time,
    "fails_twice": _fails_twice,
    "three_are_unsteady": _three_are_unsteady,
    "four_are_unsteady": _four_are_unsteady,
    "many_fail_and_none_runs_again": _many_fail,
    "other_suites_run_once": _other_suites_run_once,
}

SUITE = Suite("runner", lambda: [Test(f"runner/{name}", function) for name, function in _TESTS.items()])
