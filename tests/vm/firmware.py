"""Machines that start from a medium by their own firmware: SeaBIOS is QEMU's own, OVMF comes from its package."""

import shutil
from pathlib import Path

_OVMF = Path("/usr/share/OVMF")
# The owner of a machine with Secure Boot on: its certificate is in the variables file's db.
OWNER_KEY = Path("/usr/share/ovmf/PkKek-1-snakeoil.key")
OWNER_KEY_PASSWORD = "snakeoil"
OWNER_CERTIFICATE = Path("/usr/share/ovmf/PkKek-1-snakeoil.pem")

ESP_PARTUUID = "7c2b6030-1c1d-4e63-8b64-1c304070ab21"


def uefi(folder: Path) -> list:
    """QEMU's options for a UEFI machine; its variables are a new file in folder."""
    return ["-machine", "q35", *_flash(_OVMF / "OVMF_CODE_4M.fd", _OVMF / "OVMF_VARS_4M.fd", folder)]


def secure_uefi(folder: Path) -> list:
    """The same with Secure Boot on, for what OWNER_KEY has signed."""
    secure = ["-machine", "q35,smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"]
    return [*secure, *_flash(_OVMF / "OVMF_CODE_4M.secboot.fd", _OVMF / "OVMF_VARS_4M.snakeoil.fd", folder)]


def _flash(code: Path, variables: Path, folder: Path) -> list:
    own = folder / "variables.fd"
    if not own.exists():
        shutil.copyfile(variables, own)
    drives = (f"file={code},readonly=on", f"file={own}")
    return [word for unit, drive in enumerate(drives) for word in ("-drive", f"if=pflash,format=raw,unit={unit},{drive}")]


def cd(image: Path) -> list:
    return ["-drive", f"if=none,id=cd,media=cdrom,readonly=on,format=raw,file={image}", "-device", "ide-cd,drive=cd,bootindex=0"]


def usb_stick(image: Path) -> list:
    return ["-device", "qemu-xhci", "-drive", f"if=none,id=stick,format=raw,file={image}", "-device", "usb-storage,drive=stick,bootindex=0"]


def floppy(image: Path | str) -> list:
    return ["-drive", f"if=floppy,format=raw,snapshot=on,file={image}", "-boot", "a"]
