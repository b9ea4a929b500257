"""Unified Kernel Images as objcopy makes them from systemd's stub: systemd-stub(7) has the command."""

import subprocess
import tempfile
from pathlib import Path

from arch import ARCH

_FIRST = 0x20000  # behind the stub's own sections
_STEP = 0x4000000  # larger than any section


def make_uki(sections: dict) -> bytes:
    """An image with these sections, {name: contents}."""
    return _with_sections(Path(ARCH.efi_stub), sections)


def make_addon(cmdline: str) -> bytes:
    """An addon that has words for the command line."""
    return _with_sections(Path(ARCH.efi_stub), {".cmdline": cmdline.encode()})


def _with_sections(stub: Path, sections: dict) -> bytes:
    with tempfile.TemporaryDirectory(prefix="kboot-uki-") as name:
        folder = Path(name)
        words: list = []
        for number, (section, contents) in enumerate(sections.items()):
            file = folder / str(number)
            file.write_bytes(contents)
            words += ["--add-section", f"{section}={file}", "--change-section-vma", f"{section}={_FIRST + number * _STEP:#x}"]
        subprocess.run(["objcopy", *words, stub, folder / "uki"], check=True)
        return (folder / "uki").read_bytes()
