"""Machines that start from a medium by their own firmware: SeaBIOS is QEMU's own, OVMF comes from its package."""

import re
import shutil
import struct
import uuid
from pathlib import Path

_OVMF = Path("/usr/share/OVMF")
# The owner of a machine with Secure Boot on: its certificate is in the variables file's db.
OWNER_KEY = Path("/usr/share/ovmf/PkKek-1-snakeoil.key")
OWNER_KEY_PASSWORD = "snakeoil"
OWNER_CERTIFICATE = Path("/usr/share/ovmf/PkKek-1-snakeoil.pem")

# EDK2's MdeModulePkg/Include/Guid/VariableFormat.h, AUTHENTICATED_VARIABLE_HEADER: where a variable begins, its state, the sizes of
# its name and data, its vendor. Behind the first 256 KiB of the file are what a write is moved through and copies.
_HEAD = struct.Struct("<HBx4x8x16x4xII16s")
_BEGIN, _ADDED = 0x55AA, 0x3F
_GLOBAL = uuid.UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c").bytes_le
_LIVE = 0x40000

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


def variable(folder: Path, name: str) -> bytes | None:
    """What a variable of EFI's own vendor holds in the file of variables in folder, once its machine is off."""
    store = (folder / "variables.fd").read_bytes()[:_LIVE]
    key = name.encode("utf-16-le") + b"\0\0"
    for match in re.finditer(re.escape(key), store):
        head = store[max(0, match.start() - _HEAD.size) : match.start()]
        if len(head) < _HEAD.size:
            continue
        begin, state, name_size, data_size, vendor = _HEAD.unpack(head)
        if (begin, state, name_size, vendor) == (_BEGIN, _ADDED, len(key), _GLOBAL):
            return store[match.end() : match.end() + data_size]
    return None


def cd(image: Path) -> list:
    return ["-drive", f"if=none,id=cd,media=cdrom,readonly=on,format=raw,file={image}", "-device", "ide-cd,drive=cd,bootindex=0"]


def usb_stick(image: Path) -> list:
    return ["-device", "qemu-xhci", "-drive", f"if=none,id=stick,format=raw,file={image}", "-device", "usb-storage,drive=stick,bootindex=0"]


def floppy(image: Path | str) -> list:
    return ["-drive", f"if=floppy,format=raw,snapshot=on,file={image}", "-boot", "a"]
