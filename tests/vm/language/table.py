"""All cases, and how one is checked."""

import functools
import json
import re

from collections.abc import Callable
from lab import Lab
from language import section1, section2, section3, section4, section5, section6
from language.case import Case, fits
from language.guest import Answer, Runs

CASES = [case for section in (section1, section2, section3, section4, section5, section6) for case in section.CASES]


def tests(lab: Lab) -> dict:
    """The functions to run, by name."""
    runs = Runs(lab, CASES)
    found: dict[str, Callable] = {}
    for case in CASES:
        assert case.title not in found, f"two cases are called {case.title}"
        found[case.title] = functools.partial(check, runs, case)
        if case.typed:
            found[f"{case.title}_typed"] = functools.partial(check_typed, runs, case)
    found["6.dry_nothing_is_written"] = lambda: check_disks(runs)
    found["6.dry_urls_are_not_downloaded_whole"] = lambda: check_downloads(lab, runs)
    return found


def check(runs: Runs, case: Case):
    answer = runs.answer(case)
    shown = f"{case.says or case.title}\n{case.sh or case.lines}\nstatus {answer.status}, said:\n{answer.out}{answer.err}"
    wants = filled(case.wants, runs.of(case.guest).fill)
    if case.text:
        assert re.search(case.text, answer.out, re.MULTILINE), f"{shown}\nexpected {case.text!r}"
    if wants is not None:
        try:
            objects = answer.objects()
        except json.JSONDecodeError as error:
            raise AssertionError(f"{shown}\nnot one JSON object a line: {error}") from None
        got = objects if isinstance(wants, list) else objects[-1] if objects else None
        assert fits(got, wants), f"{shown}\nexpected {wants}"
    if case.err:
        assert re.search(case.err, answer.err, re.MULTILINE), f"{shown}\nexpected on standard error {case.err!r}"
    if case.not_err:
        assert not re.search(case.not_err, answer.err, re.MULTILINE), f"{shown}\nunexpected: {case.not_err!r}"
    status = case.status if case.status is not None else status_of(wants)
    assert answer.status == status, f"{shown}\nexpected status {status}"


def status_of(wants) -> int:
    last = wants[-1] if isinstance(wants, list) and wants else wants
    return 1 if isinstance(last, dict) and "error" in last else 0


def filled(wants, fill):
    if isinstance(wants, str):
        return fill(wants)
    if isinstance(wants, re.Pattern):
        return re.compile(fill(wants.pattern))
    if isinstance(wants, dict):
        return {key: filled(value, fill) for key, value in wants.items()}
    if isinstance(wants, list):
        return [filled(value, fill) for value in wants]
    return wants


def check_typed(runs: Runs, case: Case):
    """At the prompt people are told what the JSON says."""
    answer = runs.answer(case)
    expected = for_people(answer)
    assert answer.typed == expected, f"{case.lines} typed gave\n{answer.typed}\nexpected\n{expected}"


def for_people(answer: Answer) -> str:
    said = answer.objects()[-1]
    if "error" in said:
        return f"{said['error']}\n"
    if "output" in said:
        return said["output"]
    lines = [f"kernel   {_place(said['kernel'])}"]
    lines += [f"initrd   {_place(initrd)}" for initrd in said["initrds"]]
    lines += [f"cmdline  {said['cmdline']}", f"origin   {said['origin']}"]
    return "".join(f"{line}\n" for line in lines)


def _place(location: dict) -> str:
    source = f"  ({location['source']}:{location['path']})" if location["source"] else ""
    return location["as_written"] + source


def check_disks(runs: Runs):
    for name in ("main", "local"):
        assert not runs.of(name).disks_changed, f"a disk of the guest {name} was written to"


def check_downloads(lab: Lab, runs: Runs):
    fetched = runs.of("main").fetched
    whole = len(lab.boot_files["/vmlinuz"])
    assert 0 < fetched < whole / 10, f"{fetched} bytes of kernel and initrd were fetched to see what they are"
