"""cpio archives as the kernel reads them (newc), written from a dictionary: no root, no temporary tree."""

import re
import stat
import subprocess
from pathlib import Path


def cpio(files: dict) -> bytes:
    """Archive of {path: content}: bytes are a file, None a directory, a str the target of a symbolic link.

    Directories must come before what is in them. Files are executable: these archives hold programs and data that
    does not mind.
    """
    entries = []
    for number, (path, content) in enumerate(files.items(), start=1):
        if content is None:
            entries.append(_entry(number, path, stat.S_IFDIR | 0o755, b""))
        elif isinstance(content, str):
            entries.append(_entry(number, path, stat.S_IFLNK | 0o777, content.encode()))
        else:
            entries.append(_entry(number, path, stat.S_IFREG | 0o755, content))
    entries.append(_entry(0, "TRAILER!!!", 0, b""))
    return b"".join(entries)


def _entry(number: int, path: str, mode: int, content: bytes) -> bytes:
    name = path.encode() + b"\0"
    # inode mode uid gid links mtime size devmajor devminor rdevmajor rdevminor namesize check
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return _padded(header) + _padded(content)


def _padded(part: bytes) -> bytes:
    return part + b"\0" * (-len(part) % 4)


def host_program(program: str) -> dict:
    """A program of this machine with the libraries it needs, for cpio()."""
    listed = subprocess.run(["ldd", program], check=True, stdout=subprocess.PIPE, text=True).stdout
    files: dict = {}
    for path in [program, *re.findall(r"(/\S+) \(0x", listed)]:
        for parent in reversed(Path(path).parents[:-1]):
            files.setdefault(str(parent).lstrip("/"), None)
        files[path.lstrip("/")] = Path(path).read_bytes()
    return files
