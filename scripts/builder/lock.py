"""scripts/sources.lock: every file of every third party, with its SHA-256."""

from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LOCK = TOP / "scripts" / "sources.lock"


class LockError(Exception):
    """The lock file cannot be used; the text says where and why."""


@dataclass(frozen=True)
class LockedFile:
    kind: str  # "source": part of a Debian source package; "deb": a binary package
    package: str
    version: str
    path: str  # in the archive: pool/main/...
    sha256: str

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def __str__(self) -> str:
        return f"{self.kind} {self.package} {self.version} {self.path} {self.sha256}"


def parse_line(line: str) -> LockedFile | None:
    """The file that a line pins; None for an empty line or a comment, ValueError for anything else."""
    fields = line.split("#")[0].split()
    if not fields:
        return None
    if len(fields) != 5 or fields[0] not in ("source", "deb"):
        raise ValueError("expected KIND PACKAGE VERSION FILE SHA256")
    return LockedFile(*fields)


def read_lock(lock: Path = LOCK) -> dict[str, list[LockedFile]]:
    """The files of each package, in the order of the lock."""
    packages: dict[str, list[LockedFile]] = {}
    for number, line in enumerate(lock.read_text().splitlines(), 1):
        try:
            file = parse_line(line)
        except ValueError as error:
            raise LockError(f"{lock}:{number}: {error}") from None
        if file:
            packages.setdefault(file.package, []).append(file)
    return packages


def locked_files(package: str, lock: Path = LOCK) -> list[LockedFile]:
    """The files of a package; LockError when the lock has none."""
    if files := read_lock(lock).get(package):
        return files
    raise LockError(f"{lock}: no package {package}; add it with scripts/fetch-source --lock {package}")


def with_lines(text: str, renewed: dict[str, list[LockedFile]]) -> str:
    """The text of a lock file with other lines for these packages, where their first line was."""
    lines: list[str] = []
    left = dict(renewed)
    for line in text.splitlines():
        file = parse_line(line)
        if file is None or file.package not in renewed:
            lines.append(line)
        else:
            lines += map(str, left.pop(file.package, []))
    return "\n".join(lines) + "\n"
