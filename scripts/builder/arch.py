"""The architecture that kboot is built for, and what follows from it for scripts and tests.

A second one is a value here, which KBOOT_ARCH then names, the files `arch_NAME.*` beside those of the first, and profiles of
kernel-config/ with drivers of its machines.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    name: str  # as `uname -m` says it
    kernel: str  # the ARCH of the kernel's makefiles
    debian: str  # dpkg's name of it
    efi: str  # in names of EFI programs (UEFI specification, 3.5.1.1)
    qemu: tuple[str, ...]  # the emulator and what it is always told

    @property
    def removable_efi(self) -> str:
        """The program that a firmware starts from a medium without a boot entry."""
        return f"EFI/BOOT/BOOT{self.efi.upper()}.EFI"

    @property
    def efi_stub(self) -> str:
        """systemd's stub, which makes one EFI program of a kernel and an initramfs."""
        return f"/usr/lib/systemd/boot/efi/linux{self.efi}.efi.stub"


_ALL = {
    "x86_64": Architecture(name="x86_64", kernel="x86_64", debian="amd64", efi="x64",
                           qemu=("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max")),
}

ARCH = _ALL[os.environ.get("KBOOT_ARCH", "x86_64")]
