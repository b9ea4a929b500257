"""The parser of profiles: files of lines WHAT NAME REASON, where what stands behind a # is a comment.

What is wrong is reported as `file:line: message`, all of it at once. profiles.py reads initramfs/profiles by it, and
kernel-config/kconfig.py reads kernel-config/profiles. It is in the hash of every kernel: what only one of them needs is theirs.
"""

from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class ProfileError(Exception):
    """A profile that cannot be used; a line of the text for each thing that is wrong."""


@dataclass(frozen=True)
class Rule:
    """What a kind of line has to be like."""

    reason: bool = False  # it needs one
    least: int = 0  # so many lines of the kind have to be there
    most: int | None = None  # and not more than so many may be
    among: tuple[str, ...] = ()  # the names that there are; empty: any


@dataclass(frozen=True)
class Line:
    number: int
    what: str
    name: str


def parse(text: str, file: str, rules: dict[str, Rule], alone: str | None = None) -> list[Line]:
    """The lines of a profile. `file` is its name in messages; a line that is one word is of the kind `alone`."""
    lines: list[Line] = []
    wrong: list[str] = []
    first: dict[tuple[str, str], int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.partition("#")[0].split()
        if alone and len(words) == 1:
            words = [alone, *words]
        if not words:
            continue
        if message := _mistake(words, rules, first):
            wrong.append(f"{file}:{number}: {message}")
            continue
        first[words[0], words[1]] = number
        lines.append(Line(number, words[0], words[1]))
    understood = not wrong  # else what seems to be missing may be in a line that was not understood
    for what, rule in rules.items():
        found = [line.number for line in lines if line.what == what]
        if len(found) < rule.least and understood:
            wrong.append(f"{file}: no line '{what} NAME'")
        if rule.most is not None and len(found) > rule.most:
            wrong.append(f"{file}:{found[rule.most]}: '{what}' stands in line {found[0]} already")
    if wrong:
        raise ProfileError("\n".join(wrong))
    return lines


def _mistake(words: list[str], rules: dict[str, Rule], first: dict[tuple[str, str], int]) -> str:
    rule = rules.get(words[0])
    if rule is None:
        return f"'{words[0]}' is none of {', '.join(rules)}"
    if len(words) < 2:
        return f"'{words[0]}' is not followed by a name"
    if (number := first.get((words[0], words[1]))) is not None:
        return f"'{words[0]} {words[1]}' stands in line {number} already"
    if rule.among and words[1] not in rule.among:
        return f"'{words[0]} {words[1]}': it can be {' or '.join(rule.among)}"
    if rule.reason and len(words) < 3:
        return f"'{words[0]} {words[1]}' has no reason behind it"
    if not rule.reason and len(words) > 2:
        return f"more than one name: {' '.join(words[1:])}"
    return ""


def read(path: Path, rules: dict[str, Rule], alone: str | None = None) -> list[Line]:
    """The lines of a profile's file."""
    name = str(path.relative_to(TOP) if path.is_relative_to(TOP) else path)
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{name}: {error.strerror if isinstance(error, OSError) else error}") from None
    return parse(text, name, rules, alone)
