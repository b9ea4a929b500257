"""What a case of the language table is, and how an answer is compared with what it has to be."""

import re
from dataclasses import dataclass, field


@dataclass
class Case:
    """Lines for one session of kboot and what has to come of them.

    The lines run in `kboot -n --json`. In all texts WEB, FTP and TFTP stand for the servers' `host:port`.
    """

    section: str  # of the language's description, with the row or sentence meant: "1.5"
    name: str
    lines: list = field(default_factory=list)
    says: str = ""  # the sentence, when the name does not say it

    # What the JSON object of the last line has to be, or of each line when it is a list: see fits().
    wants: object = None
    err: str = ""  # a regular expression for what people are told on standard error
    not_err: str = ""  # and for what they must not be told
    text: str = ""  # a regular expression for the whole of standard output, in place of `wants`
    status: int | None = None  # of the process; without it, 1 when `wants` is an error and 0 otherwise

    conf: str = ""  # the kboot.conf to use in place of the one that is built in
    fstab: str = ""
    options: list = field(default_factory=list)
    real: bool = False  # not -n
    sh: str = ""  # a command for the shell in place of all of this; $kboot is `kboot -n --json`
    guest: str = "main"
    typed: bool = False  # also typed at the serial prompt of the same guest, where it says the same to people

    @property
    def title(self) -> str:
        return f"{self.section}_{self.name}"


def place(as_written: str, kind: str, source, path: str | re.Pattern) -> dict:
    """A LOCATION."""
    return {"as_written": as_written, "kind": kind, "source": source, "path": path}


def error(pattern: str) -> dict:
    return {"error": re.compile(pattern)}


def plan(kernel=None, cmdline=None, initrds=None, origin=None) -> dict:
    """A plan, of which only what is given is looked at; a `kernel` that is a str is its path."""
    wants: dict = {"kernel": kernel if isinstance(kernel, dict) else {"path": kernel} if kernel else {}}
    if cmdline is not None:
        wants["cmdline"] = cmdline
    if initrds is not None:
        wants["initrds"] = [one if isinstance(one, dict) else {"path": one} for one in initrds]
    if origin is not None:
        wants["origin"] = origin
    return wants


def fits(answer, wants) -> bool:
    """Whether answer is what it has to be: of a dict the keys in wants count, a pattern is searched for."""
    if isinstance(wants, re.Pattern):
        return isinstance(answer, str) and wants.search(answer) is not None
    if isinstance(wants, dict):
        return isinstance(answer, dict) and all(key in answer and fits(answer[key], wants[key]) for key in wants)
    if isinstance(wants, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(wants)
            and all(fits(one, want) for one, want in zip(answer, wants))
        )
    return answer == wants and type(answer) is type(wants)
