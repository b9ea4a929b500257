"""Disks with a boot source on them and no kboot.conf: what the discovery is for."""

import tempfile
from pathlib import Path

from disk import Partition, make_disk
from lab import ARGUMENTS, Lab

_ENTRY = "menuentry '{title}' --id {name} {{\n  linux /boot/vmlinuz {arguments} from={name}\n  initrd /boot/initrd.img\n}}\n"


def grub_entry(name: str, title: str) -> str:
    """A grub.cfg with one entry, whose kernel is told from={name}."""
    return _ENTRY.format(title=title, name=name, arguments=ARGUMENTS)


def image(lab: Lab, kind: str) -> Path:
    """A new file among the test's."""
    return Path(tempfile.mkstemp(dir=lab.scratch, suffix=f".{kind}")[1])


def system_disk(lab: Lab, name: str, title: str, uuid: str, others: dict | None = None) -> Path:
    """A disk of one partition, that of `uuid`, with a kernel, an initrd, the entry of GRUB's that boots them, and other files."""
    files = {"/boot": None, "/boot/grub": None, "/boot/grub/grub.cfg": grub_entry(name, title), **(others or {})}
    files |= {f"/boot{file}": lab.boot_files[file] for file in ("/vmlinuz", "/initrd.img")}
    size = 32 + sum(len(content) for content in files.values() if content) // (1024 * 1024)
    return make_disk(image(lab, "system"), [Partition(size, name, uuid, files, uuid=uuid)])
