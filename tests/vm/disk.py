"""Disk images with partitions and file systems, made without root."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024
_SBIN = "/sbin:/usr/sbin:/bin:/usr/bin"  # where sfdisk and mke2fs are, whatever the caller's PATH

# In an MBR the third primary entry holds the logical partitions, which are counted from 5.
_EXTENDED = 3
_FIRST_LOGICAL = 5


@dataclass
class Link:
    """A symbolic link among a partition's files."""

    target: str


@dataclass
class Program:
    """A file with its x bits set."""

    content: bytes


@dataclass
class Partition:
    """ext4 with files in it ({path: bytes, str, Link, Program, or None for a folder}), or raw content as it is."""

    size_mib: int
    name: str = ""  # PARTLABEL, which only a GPT has
    partuuid: str = ""  # in an MBR it is made of the disk's id and the partition's number
    files: dict = field(default_factory=dict)
    uuid: str = ""
    label: str = ""
    raw: bytes = b""


def make_disk(image: Path, partitions: list) -> Path:
    """Writes image with a GPT; the first partition starts at 1 MiB."""
    table = ["label: gpt"]
    starts = []
    end = 1
    for part in partitions:
        starts.append(end)
        table.append(f'start={end}MiB, size={part.size_mib}MiB, type=linux, name="{part.name}", uuid={part.partuuid}')
        end += part.size_mib
    return _write(image, end + 1, table, list(zip(starts, partitions)))


def make_mbr_disk(image: Path, disk_id: int, primary: list, logical: list) -> Path:
    """Writes image with an MBR: at most two primary partitions, then logical ones, numbered from 5."""
    table = ["label: dos", f"label-id: 0x{disk_id:08x}"]
    placed = []
    end = 1
    for number, part in enumerate(primary, start=1):
        table.append(f"{number} : start={end}MiB, size={part.size_mib}MiB, type=83")
        placed.append((end, part))
        end += part.size_mib
    # Each logical partition is described in a sector of its own before it: a MiB keeps the next one aligned.
    extended_mib = sum(part.size_mib + 1 for part in logical)
    table.append(f"{_EXTENDED} : start={end}MiB, size={extended_mib}MiB, type=5")
    for number, part in enumerate(logical, start=_FIRST_LOGICAL):
        end += 1
        table.append(f"{number} : start={end}MiB, size={part.size_mib}MiB, type=83")
        placed.append((end, part))
        end += part.size_mib
    return _write(image, end + 1, table, placed)


def _write(image: Path, size_mib: int, table: list, placed: list) -> Path:
    image.parent.mkdir(parents=True, exist_ok=True)
    with image.open("wb") as file:
        file.truncate(size_mib * MIB)
    _run(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", str(image)], "\n".join(table) + "\n")
    for start, part in placed:
        if part.raw:
            with image.open("r+b") as file:
                file.seek(start * MIB)
                file.write(part.raw)
        else:
            _make_ext4(image, start, part)
    return image


def _make_ext4(image: Path, start_mib: int, part: Partition):
    with tempfile.TemporaryDirectory(prefix="kboot-disk-") as tree:
        write_tree(Path(tree), part.files)
        command = ["mke2fs", "-q", "-t", "ext4", "-d", tree, "-L", part.label, "-U", part.uuid]
        command += ["-E", f"root_owner=0:0,lazy_itable_init=0,offset={start_mib * MIB}"]
        _run([*command, str(image), f"{part.size_mib}M"])


def write_tree(folder: Path, files: dict):
    """Writes files, as a Partition has them, below folder."""
    for path, content in files.items():
        place = folder / path.lstrip("/")
        if content is None:
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            place.symlink_to(content.target)
        elif isinstance(content, Program):
            place.write_bytes(content.content)
            place.chmod(0o755)
        else:
            place.write_bytes(content.encode() if isinstance(content, str) else content)


def _run(command: list, text: str = ""):
    subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, env={"PATH": _SBIN})
