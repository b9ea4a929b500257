"""The rescue image: what it has more than the standard one, on disks that need it."""

import tempfile
from pathlib import Path

from disk import MIB, Partition, make_disk
from lab import INSTALLED, Lab

_UUID = "5b9d4f5c-3e0f-4c07-8d5c-0e6d7b8b9c0d"
_SUPERBLOCK = (MIB + 1024, 1024)  # of the first partition: offset and length


def test_rescue_tools_mend_a_disk(lab: Lab):
    """An ext4 whose superblock is gone, and a partition table whose first copy is."""
    disk = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    make_disk(disk, [Partition(64, "data", _UUID, {"/kept": b"still there\n" * 1000}, uuid=_UUID)])
    with disk.open("r+b") as file:
        for offset, length in (_SUPERBLOCK, (512, 512)):  # the latter is the GPT's first header
            file.seek(offset)
            file.write(b"\xff" * length)
    copied = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    copied.write_bytes(bytes(80 * MIB))
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=[disk, copied]) as machine:
        machine.prompt()
        machine.wait_for_discovery()
        # The kernel takes no backup of a table, sfdisk does; what it writes is read anew.
        assert "data" in machine.run("!sfdisk --dump /dev/sda >/tmp/table; cat /tmp/table")
        assert "status 0" in machine.run("!test ! -e /dev/sda1 && sfdisk /dev/sda </tmp/table >/tmp/said 2>&1; echo status $?")
        assert "cannot" in machine.run("!mount -t ext4 -o ro /dev/sda1 /mnt || echo cannot")
        machine.wait_for_discovery()  # of the new partition
        assert "status 1" in machine.run("!e2fsck -fy /dev/sda1 >/dev/null 2>&1; echo status $?", 60)  # e2fsck(8): errors corrected
        assert "status 0" in machine.run("!e2fsck -fn /dev/sda1 >/dev/null 2>&1; echo status $?", 60)
        said = machine.run("!mount -o ro /dev/sda1 /mnt && tail -n 1 /mnt/kept; umount /mnt")
        assert said.strip() == "still there", said
        assert "status 0" in machine.run("!ddrescue --force --quiet /dev/sda1 /dev/sdb; echo status $?", 60)
        assert "ext4" in machine.run("!wipefs --noheadings --output TYPE /dev/sdb")
        made = machine.run("!mkfs.fat -n ESP /dev/sdb >/dev/null && fsck.fat -n /dev/sdb; echo status $?", 60)
        assert "status 0" in made, made
