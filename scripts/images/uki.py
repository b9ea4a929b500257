"""A unified kernel image: kernel, initramfs and command line as sections of one EFI program.

The sections are those of the UAPI group's specification; the program is systemd's stub, systemd-stub(7), which hands the
initramfs to the kernel's own EFI stub. Under Secure Boot one signature covers them all.
"""

import re
from pathlib import Path

from arch import ARCH
from parts import ImageError, Parts, from_cmake, replacing, run, scratch

_STUB = Path(ARCH.efi_stub)
# Behind the stub's own sections, as in systemd-stub(7)'s example; .linux is unpacked in place and wants room behind it.
_FIRST = 0x20000
_LINUX = 0x2000000
_PAGE = 0x1000


def make(out: Path, parts: Parts, signature: list | None = None):
    """Writes `out`; signature is a key and a certificate, both as PEM files."""
    with scratch() as folder, replacing(out) as new:
        release, command_line, name = (folder / name for name in ("osrel", "cmdline", "uname"))
        release.write_text(_os_release())
        command_line.write_text(parts.append)
        name.write_text(_kernel_release(parts.kernel))
        _add_sections(new, {".osrel": release, ".uname": name, ".cmdline": command_line, ".linux": parts.kernel, ".initrd": parts.initramfs})
        if signature:
            key, certificate = signature
            run("sbsign", "--key", key, "--cert", certificate, "--output", new, new)
            run("sbverify", "--cert", certificate, new)


def _add_sections(out: Path, sections: dict):
    words = []
    address = _FIRST
    for name, file in sections.items():
        if name == ".linux":
            address = _LINUX
        words += ["--add-section", f"{name}={file}", "--change-section-vma", f"{name}={address:#x}"]
        address += -(-max(file.stat().st_size, 1) // _PAGE) * _PAGE
    if _end_of_stub() > _FIRST:
        raise ImageError(f"{_STUB} is larger than was thought")
    run("objcopy", *words, _STUB, out)
    _forget_when(out)


def _forget_when(program: Path):
    """objcopy notes the time: PE format, TimeDateStamp and CheckSum, which nobody asks for in an EFI program."""
    with program.open("r+b") as file:
        file.seek(0x3C)
        header = int.from_bytes(file.read(4), "little")
        for offset in (8, 24 + 64):
            file.seek(header + offset)
            file.write(bytes(4))


def _end_of_stub() -> int:
    """The first address behind its sections."""
    rows = re.findall(r"^ +\d+ \S+ +([0-9a-f]{8}) +([0-9a-f]{16}) ", run("objdump", "-h", _STUB), re.MULTILINE)
    return max(int(size, 16) + int(address, 16) for size, address in rows)


def _os_release() -> str:
    """What firmware menus and boot loaders show: os-release(5)."""
    version = from_cmake(r"^project\(kboot .*VERSION ([\d.]+)")
    return f'ID=kboot\nNAME=kboot\nPRETTY_NAME="kboot {version}"\nVERSION_ID={version}\n'


def _kernel_release(kernel: Path) -> str:
    """Offset 0x20e of a bzImage tells where its version is: Documentation/x86/boot.rst, kernel_version."""
    image = kernel.read_bytes()
    begin = int.from_bytes(image[0x20E:0x210], "little") + 0x200
    return image[begin : image.index(b"\0", begin)].decode(errors="replace").split()[0]
