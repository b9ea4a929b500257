"""Which files are taken for a pinned package: those of scripts/sources.lock, or those of another version when the archive
has dropped the pinned one.

A replacement is kept in the cache, under the hash of the pin that it stands for: later builds take the same one and need
no network. It counts as long as the lock pins the same, and as long as the pinned files are not in the cache themselves.
"""

import hashlib
import os
from pathlib import Path

from cache import cache
from lock import TOP, LockedFile, LockError, locked_files, parse_line

NOTE = TOP / "out" / "not-pinned.txt"

# Packages that this process found gone. With KBOOT_ARCHIVE, which may have what was gone before, only these count.
_replaced_now: set[str] = set()


def strict() -> bool:
    """Whether nothing but the pinned version is good enough."""
    wanted = os.environ.get("KBOOT_PINNED", "")
    if wanted not in ("", "strict"):
        raise LockError(f"KBOOT_PINNED={wanted}: the only value is strict")
    return wanted == "strict"


def kept(file: LockedFile) -> Path:
    """Where the cache has a file, or would have it."""
    # The hash is in the name: an archive may bring a file back with other contents.
    return cache("sources") / f"{file.sha256[:16]}-{file.name}"


def taken(package: str) -> list[LockedFile]:
    """The files to build from."""
    pinned = locked_files(package)
    record = _record(pinned)
    asked_again = os.environ.get("KBOOT_ARCHIVE") and package not in _replaced_now
    if strict() or asked_again or not record.exists() or all(kept(file).exists() for file in pinned):
        return pinned
    return [file for line in record.read_text().splitlines() if (file := parse_line(line))]


def replace(package: str, files: list[LockedFile]) -> None:
    """From now on these files are taken for the package."""
    record = _record(locked_files(package))
    new = record.with_name(f"{record.name}.{os.getpid()}")
    new.write_text("".join(f"{file}\n" for file in files))
    new.replace(record)
    _replaced_now.add(package)


def _record(pinned: list[LockedFile]) -> Path:
    text = "".join(f"{file}\n" for file in pinned)
    return cache("replaced") / f"{pinned[0].package}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def named(files: list[LockedFile]) -> str:
    """Package and version, for people."""
    return f"{files[0].package} {files[0].version}"


def note(used: dict[str, list[LockedFile]]) -> list[str]:
    """Writes into out/not-pinned.txt which of the packages in `used` are not the pinned ones; returns the lines about these.

    Lines about packages that are not in `used` stay: they are about other profiles in out/."""
    lines = dict(line.split(":", 1) for line in NOTE.read_text().splitlines()) if NOTE.exists() else {}
    before = dict(lines)
    said = []
    for package, files in used.items():
        pinned = locked_files(package)
        lines.pop(package, None)
        if files != pinned:
            lines[package] = f" {named(files)} was taken, {named(pinned)} is pinned"
            said.append(f"{package}:{lines[package]}")
    if not lines:
        NOTE.unlink(missing_ok=True)
    elif lines != before:
        NOTE.parent.mkdir(exist_ok=True)
        new = NOTE.with_name(f"{NOTE.name}.{os.getpid()}")
        new.write_text("".join(f"{package}:{text}\n" for package, text in sorted(lines.items())))
        new.replace(NOTE)
    return said
