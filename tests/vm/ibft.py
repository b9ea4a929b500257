"""The iSCSI Boot Firmware Table (iBFT 1.03) that a network card's firmware leaves in memory, as an ACPI table."""

import ipaddress
import struct

_VALID_AND_SELECTED = 3


def boot_firmware_table(initiator: str, server: str, lun: int, target: str, user: str, secret: str) -> bytes:
    """The table with one target on port 3260 and no network card. QEMU makes the checksum."""
    header = struct.pack("<4sIBB6s8s24x", b"iBFT", 0, 1, 0, b"KBOOT ", b"KBOOT   ")
    control_at = len(header)
    initiator_at = control_at + 24  # each structure begins at a multiple of eight
    target_at = initiator_at + 80
    strings_at = target_at + 56

    strings = b""

    def string(text: str) -> tuple:
        """Length and offset of a string, which goes behind the structures."""
        nonlocal strings
        place = strings_at + len(strings)
        strings += text.encode() + b"\0"
        return len(text), place

    def structure(number: int, flags: int, content: bytes) -> bytes:
        return struct.pack("<BBHBB", number, 1, 6 + len(content), 0, flags) + content

    control = structure(1, 0, struct.pack("<6H", 0, initiator_at, 0, target_at, 0, 0))
    who = structure(2, _VALID_AND_SELECTED, bytes(64) + struct.pack("<HH", *string(initiator)))
    address = ipaddress.IPv6Address("::ffff:" + server).packed
    unit = struct.pack(">H6x", lun)
    chap = 1
    where = address + struct.pack("<H8sBB", 3260, unit, chap, 0)
    where += struct.pack("<10H", *string(target), *string(user), *string(secret), 0, 0, 0, 0)
    table = header + control.ljust(24, b"\0") + who.ljust(80, b"\0") + structure(4, _VALID_AND_SELECTED, where).ljust(56, b"\0")
    table += strings
    return table[:4] + struct.pack("<I", len(table)) + table[8:]
