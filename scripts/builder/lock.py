"""scripts/sources.lock: every file of every third party, with its SHA-256."""

from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LOCK = TOP / "scripts" / "sources.lock"


class LockError(Exception):
    pass


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


def locked_files(package: str, lock: Path = LOCK) -> list[LockedFile]:
    """The files of a package; LockError when the lock has none."""
    files = []
    for number, line in enumerate(lock.read_text().splitlines(), 1):
        fields = line.split("#")[0].split()
        if not fields:
            continue
        if len(fields) != 5 or fields[0] not in ("source", "deb"):
            raise LockError(f"{lock}:{number}: expected KIND PACKAGE VERSION FILE SHA256")
        if fields[1] == package:
            files.append(LockedFile(*fields))
    if not files:
        raise LockError(f"{lock}: no package {package}; add it with scripts/fetch-source --lock {package}")
    return files
