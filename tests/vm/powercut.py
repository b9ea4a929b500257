"""What a disk may hold after a power cut, made of a log of all writes to it, and the boot state found there."""

import hashlib
import json
import random
import struct
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
_MAGIC = 0x6A736677736872  # dm-log-writes, whose format QEMU's blklogwrites has
_FLUSH, _DISCARD = 1, 4


@dataclass
class Write:
    offset: int
    data: bytes
    flush: bool  # what was written before is on the disk for good


def logged_disk(name: str, image: Path, log: Path) -> list:
    """QEMU's options for a virtio disk that logs what is written to it."""
    log.write_bytes(b"")
    node = {
        "driver": "blklogwrites",
        "node-name": name,
        "file": {"driver": "raw", "file": {"driver": "file", "filename": str(image)}},
        "log": {"driver": "file", "filename": str(log)},
        "log-sector-size": SECTOR,
    }
    return ["-blockdev", json.dumps(node), "-device", f"virtio-blk-pci,drive={name}"]


def read_log(log: Path) -> list:
    """The writes, in their order. The number of entries in its head may be late; what follows them is zeroes."""
    raw = log.read_bytes()
    magic, version, _, sector = struct.unpack_from("<QQQI", raw)
    assert (magic, version, sector) == (_MAGIC, 1, SECTOR), "not a log of writes"
    writes, at = [], SECTOR
    while at + SECTOR <= len(raw):
        first, count, flags, _ = struct.unpack_from("<QQQQ", raw, at)
        at += SECTOR
        if flags & _DISCARD:
            continue
        if count == 0 and not flags & _FLUSH:
            break
        data = raw[at : at + count * SECTOR]
        if len(data) < count * SECTOR:
            break
        writes.append(Write(first * SECTOR, data, bool(flags & _FLUSH)))
        at += count * SECTOR
    return writes


class Cuts:
    """The disk after each of the writes, one after the other, and torn variants of it."""

    def __init__(self, before: bytes, writes: list):
        self._safe = bytearray(before)  # what no power cut takes back
        self._all = bytearray(before)  # with all that was written
        self._writes = writes

    def __iter__(self):
        """(the whole of what was written, or a torn variant of what may be lost of it) for each write."""
        pending: list = []
        for write in self._writes:
            if write.flush:
                self._safe[:] = self._all
                pending = []
            self._all[write.offset : write.offset + len(write.data)] = write.data
            if write.data:
                pending.append(write)
            yield self._all, pending

    def torn(self, pending: list, chance: random.Random) -> bytearray:
        """Each sector that is not safe has reached the disk, or has not."""
        disk = bytearray(self._safe)
        for write in pending:
            for at in range(0, len(write.data), SECTOR):
                if chance.random() < 0.5:
                    disk[write.offset + at : write.offset + at + SECTOR] = write.data[at : at + SECTOR]
        return disk


def boot_state(disk: bytes) -> dict:
    """The state that a start would find: a reader of its own, which knows no file system."""
    newest: dict = {"sequence": 0, "attempts": {}, "last": "", "once": ""}
    at = disk.find(b"kboot-state 1 ")
    while at >= 0:
        if at % SECTOR == 0:
            head, _, text = bytes(disk[at : at + 4096]).partition(b"\n")
            text = text.partition(b"\0")[0]
            if hashlib.sha256(text).hexdigest().encode() == head.rpartition(b" ")[2]:
                found = json.loads(text)
                newest = max(newest, found, key=lambda state: state["sequence"])
        at = disk.find(b"kboot-state 1 ", at + 1)
    return newest
