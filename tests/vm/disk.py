"""Disk images with partitions and file systems, made without root."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024
_SBIN = "/sbin:/usr/sbin:/bin:/usr/bin"  # where sfdisk and mke2fs are, whatever the caller's PATH


@dataclass
class Partition:
    """A partition of a GPT: ext4 with files in it ({path: content}), or raw content as it is."""

    size_mib: int
    name: str  # PARTLABEL
    partuuid: str
    files: dict = field(default_factory=dict)
    uuid: str = ""
    label: str = ""
    raw: bytes = b""


def make_disk(image: Path, partitions: list) -> Path:
    """Writes image; the first partition starts at 1 MiB."""
    image.parent.mkdir(parents=True, exist_ok=True)
    with image.open("wb") as file:
        file.truncate((2 + sum(part.size_mib for part in partitions)) * MIB)
    table = ["label: gpt"]
    start = 1
    for part in partitions:
        table.append(f'start={start}MiB, size={part.size_mib}MiB, type=linux, name="{part.name}", uuid={part.partuuid}')
        start += part.size_mib
    _run(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", str(image)], "\n".join(table) + "\n")

    start = 1
    for part in partitions:
        if part.raw:
            with image.open("r+b") as file:
                file.seek(start * MIB)
                file.write(part.raw)
        else:
            _make_ext4(image, start, part)
        start += part.size_mib
    return image


def _make_ext4(image: Path, start_mib: int, part: Partition):
    with tempfile.TemporaryDirectory(prefix="kboot-disk-") as tree:
        for path, content in part.files.items():
            place = Path(tree) / path.lstrip("/")
            if content is None:
                place.mkdir(parents=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        command = ["mke2fs", "-q", "-t", "ext4", "-d", tree, "-L", part.label, "-U", part.uuid]
        command += ["-E", f"root_owner=0:0,lazy_itable_init=0,offset={start_mib * MIB}"]
        _run([*command, str(image), f"{part.size_mib}M"])


def _run(command: list, text: str = ""):
    subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, env={"PATH": _SBIN})
