"""The pages of docs/ and the README: what they tell people to write and to type is there.

Each block `kboot.conf` is read by kboot without a diagnostic. Each line at a prompt begins with a command, a label of the page, or a
path. Each script knows the options that it is given. Each link leads to a file. Each message is one of the program's.
"""

import functools
import re
import subprocess
import tempfile
from pathlib import Path

from suites.suite import ROOT, Failed, Suite, Test, build, run

_BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"[/!#]|[\w.=-]+:/|\w+://|[a-z_]+=|(?:sd|vd|hd|nvme|sr)\w+")


def _tests() -> list[Test]:
    build("host")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [Test(f"guides/{_name(page)}", functools.partial(_check, page)) for page in pages]


def _name(page: Path) -> str:
    return page.stem.lower() if page.parent == ROOT else page.stem


def _check(page: Path) -> None:
    text = page.read_text()
    wrong = [f"a link leads nowhere: {link}" for link in _LINK.findall(text) if "://" not in link and not (page.parent / link).exists()]
    blocks = _BLOCK.findall(text)
    confs = [body for kind, body in blocks if kind == "kboot.conf"]
    labels = {name for body in confs for name in re.findall(r"^([a-z]\w*)=", body, re.MULTILINE)}
    for body in confs:
        wrong += _wrong_settings(body)
    for kind, body in blocks:
        if kind == "sh":
            wrong += _wrong_options(body)
        if not kind:
            wrong += _wrong_lines(body, labels)
    if page.stem == "troubleshooting":
        wrong += _wrong_messages(text)
    if wrong:
        raise Failed(f"{page.relative_to(ROOT)}:\n" + "\n".join(wrong))


def _kboot(*words: str | Path) -> str:
    command: list[str | Path] = [ROOT / "out/build/host/loader/app/kboot", "-n", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    return done.stdout


def _wrong_settings(body: str) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="kboot-guide-") as folder:
        conf = Path(folder) / "kboot.conf"
        conf.write_text(body)
        said = _kboot("--config", conf, "-c", "labels")
    return [line for line in said.splitlines() if "kboot.conf:" in line or line.startswith("warning")]


@functools.cache
def _commands() -> frozenset[str]:
    columns = re.findall(r"^  ([a-z]+(?: +[a-z]+)+)$", _kboot("-c", "help"), re.MULTILINE)
    return frozenset(word for line in columns for word in line.split())


def _wrong_lines(body: str, labels: set[str]) -> list[str]:
    lines = re.findall(r"^kboot: (.*)$", body, re.MULTILINE)
    known = _commands() | labels
    return [f"neither a command nor a path: {line}" for line in lines if line.split()[0] not in known and not _PATH.match(line)]


def _wrong_options(body: str) -> list[str]:
    wrong = []
    for line in re.findall(r"^(scripts/.*)$", body, re.MULTILINE):
        script, *words = line.split()
        kinds = [word for word in words[:1] if script == "scripts/image"]
        usage = run([ROOT / script, *kinds, "--help"])
        wrong += [f"{script} does not know {word}" for word in words if word.startswith("--") and word not in usage]
    return wrong


@functools.cache
def _sources() -> str:
    """What the program's sources have in quotes, as one text; a literal that goes on in the next line is joined."""
    texts = [file.read_text() for folder in ("base", "config", "netfetch", "pathfs", "loader") for file in (ROOT / folder).rglob("*.[ch]*")]
    return re.sub(r'"\s*\n\s*"', "", "\n".join(texts))


def _wrong_messages(text: str) -> list[str]:
    """The first column of the tables is what kboot says, with … for what differs."""
    rows = re.findall(r"^\| ([^|`]+?) \|", text, re.MULTILINE)
    said = [row for row in rows if not row.startswith(("message", "what the console", "---"))]
    parts = [part.strip() for row in said for part in row.split("…")]
    return [f"kboot never says: {part}" for part in parts if len(part) > 3 and part not in _sources()]


SUITE = Suite("guides", _tests)
