"""Disks that are damaged, that fail, that come late or go: a clear line each, a prompt, and the other disks as usable as before."""

import os
import re
import shutil
import struct
import tempfile
import time
from pathlib import Path

from disk import MIB, Link, Partition, make_disk
from filesystems import make_file_systems
from installed import BOOT_PARTUUID, make_installed_disk
from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, Lab, digest
from ssh import SshClient
from stacks import PASSPHRASE, make_stack
from test_bad_input import complains

_GARBAGE = b"\xa5" * 4096

# Where each file system is hit, past what it is known by: offset and length in bytes.
_DAMAGE = {
    "btrfs": [(64 * 1024 + 0x120, 256), (64 * MIB + 0x120, 256)],  # both copies of the superblock, not their magic
    "erofs": [(1024 + 12, 4)],  # the size of a block
    "ext4": [(2048, 4096)],  # the group descriptors
    "f2fs": [(1024 + 8, 200), (4096 + 1024 + 8, 200)],
    "xfs": [(512, 1536)],  # the headers of the first allocation group
}


def _damaged(lab: Lab, disk: Path, places: list) -> Path:
    copy = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".damaged")[1])
    shutil.copy(disk, copy)
    with copy.open("r+b") as file:
        for offset, length in places:
            file.seek(offset)
            file.write(_GARBAGE[:length])
    return copy


def _truncated(lab: Lab, disk: Path) -> Path:
    copy = _damaged(lab, disk, [])
    os.truncate(copy, copy.stat().st_size // 2 // 512 * 512)
    return copy


def test_damaged_file_systems(lab: Lab):
    whole = make_file_systems(lab)
    disks = [_damaged(lab, whole[name], places) for name, places in _DAMAGE.items()]
    disks += [_truncated(lab, whole[name]) for name in ("squashfs", "ext4", "xfs")]
    before = [digest(disk) for disk in disks]
    with lab.machine(INSTALLED, scsi_disks=disks) as machine:
        machine.prompt()
        for number in range(len(disks)):
            path = f"sd{chr(ord('a') + number)}:/vmlinuz"
            complains(machine, f"plan {path} initrd=/boot/initrd.img", rf"^{path}: \S")
        assert machine.run("plan debian").startswith("kernel   /boot/vmlinuz"), "the disk that is whole"
    assert [digest(disk) for disk in disks] == before, "something was written to a disk"


def test_links_in_circles(lab: Lab):
    files = {"/a": Link("b"), "/b": Link("a"), "/d/up": Link("../d/up/x"), "/out": Link("/../../proc/version")}
    disk = make_disk(
        lab.scratch / "circles", [Partition(8, "x", BOOT_PARTUUID, files=files, uuid="0b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a01")]
    )
    with lab.machine(INSTALLED, scsi_disks=[disk]) as machine:
        machine.prompt()
        complains(machine, "plan sda1:/a", r"sda1:/a: .*[Ss]ymbolic link")
        complains(machine, "plan sda1:/d/up", r"sda1:/d/up: .*[Ss]ymbolic link")
        complains(machine, "plan sda1:/out", r"sda1:/out: no such file")


def test_fstab_of_ten_thousand_lines(lab: Lab):
    """And of garbage: the entries that are some still count, and nobody scrolls through the rest."""
    garbage = "".join(f"\x01{number} \\777 , , ,\n" for number in range(100))
    lines = "".join(f"UUID={number:08x} /srv/{number} ext4 nofail,x-systemd.device-timeout=1 0 0\n" for number in range(10000))
    fstab = "/dev/vda2 / ext4 defaults 0 1\n" + garbage + lines + "/dev/vda1 /boot ext4 defaults 0 2\n"
    disk = make_installed_disk(lab.scratch / "long-fstab", lab.boot_files, KBOOT_CONF, {"fstab": fstab})
    with lab.machine(INSTALLED, disk=disk) as machine:
        machine.prompt()
        assert len(machine.serial[0].text().splitlines()) < 60, machine.serial[0].tail()
        machine.type("debian")
        machine.second_kernel()


def test_damaged_luks_header(lab: Lab):
    """Neither copy of the header can be read; and key slots that are overwritten open for no passphrase."""
    (whole,) = make_stack(lab, "luks2")
    header = _damaged(lab, whole, [(512, 3072), (16384 + 512, 3072)])
    slots = _damaged(lab, whole, [(32768 + 4096 * number, 4096) for number in range(64)])
    for disk, says in ((header, r"mapper/crypt:/vmlinuz: \S"), (slots, r"/dev/sda: 3 wrong passphrases")):
        before = digest(disk)
        with lab.machine(INSTALLED, profile="rescue", scsi_disks=[disk]) as machine:
            machine.prompt()
            machine.type("plan mapper/crypt:/vmlinuz")
            for _ in range(3):
                if machine.expect(r"(\(Enter: none\): \Z|^mapper/crypt:/vmlinuz: .*\n)").group(1).startswith("mapper"):
                    break
                machine.type(PASSPHRASE)
            machine.prompt()
            assert re.search(says, machine.serial[0].text()), machine.serial[0].tail()
            assert machine.run("plan debian").startswith("kernel   /boot/vmlinuz")
        assert digest(disk) == before, "something was written to the disk"


def test_raid_members_that_disagree(lab: Lab):
    """One of a mirror's disks was away while the other was written to: the newer one is what counts."""
    newer, older = make_stack(lab, "raid1")
    _count_events(newer, 100)
    before = [digest(newer), digest(older)]
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=[older, newer]) as machine:
        machine.prompt()
        said = machine.run("plan md0:/vmlinuz", 60)
        assert "md0 is degraded: 1 of its devices is missing" in said and "kernel" in said, said
        tree = machine.run("devices")
        assert re.search(r"^sdb .*\n    UUID=.*\n  md0 ", tree, re.MULTILINE), f"md0 is not made of the newer disk:\n{tree}"
    assert [digest(newer), digest(older)] == before, "something was written to a disk"


def _count_events(member: Path, events: int):
    """Adds to a member's count of events (Linux: include/uapi/linux/raid/md_p.h, struct mdp_superblock_1)."""
    at, events_at, checksum_at, devices_at = 4096, 200, 216, 220
    with member.open("r+b") as file:
        file.seek(at)
        block = bytearray(file.read(4096))
        struct.pack_into("<Q", block, events_at, struct.unpack_from("<Q", block, events_at)[0] + events)
        struct.pack_into("<I", block, checksum_at, 0)
        (devices,) = struct.unpack_from("<I", block, devices_at)
        size = 256 + devices * 2
        total = sum(struct.unpack_from(f"<{size // 4}I", block))
        if size % 4:
            total += struct.unpack_from("<H", block, size - 2)[0]
        struct.pack_into("<I", block, checksum_at, ((total & 0xFFFFFFFF) + (total >> 32)) & 0xFFFFFFFF)
        file.seek(at)
        file.write(block)


def test_disk_that_fails(lab: Lab):
    """It can be mounted, but the kernel on it cannot be read."""
    disk = _damaged(lab, make_file_systems(lab)["squashfs"], [])
    rules = lab.scratch / "blkdebug"
    middle = disk.stat().st_size // 2 // 512
    rules.write_text(
        "".join(f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{middle + n}"\n' for n in range(64))
    )
    with lab.machine(INSTALLED, scsi_disks=[f"blkdebug:{rules}:{disk}"]) as machine:
        machine.prompt()
        said = machine.run("sda:/vmlinuz initrd=/boot/initrd.img", 60)
        assert re.search(r"^sda:/vmlinuz: I/O error$", said, re.MULTILINE), said
        assert machine.run("plan debian").startswith("kernel   /boot/vmlinuz")


def test_disk_pulled_out_while_it_is_read(lab: Lab):
    disk = _damaged(lab, make_file_systems(lab)["squashfs"], [])
    slow = ["-drive", f"file={disk},format=raw,if=none,id=slow,throttling.bps-read=1000000,throttling.bps-read-max=2000000"]
    with lab.machine(INSTALLED, extra=[*slow, "-device", "virtio-scsi-pci", "-device", "scsi-hd,drive=slow,id=slow-disk"]) as machine:
        machine.prompt()
        machine.type("sda:/vmlinuz initrd=/boot/initrd.img")
        time.sleep(4)
        machine.qmp.execute("device_del", id="slow-disk")
        machine.expect(r"^sda:/vmlinuz: .*\n", 60)
        machine.prompt()
        assert machine.run("plan debian").startswith("kernel   /boot/vmlinuz")


def test_usb_disk_plugged_in_ten_seconds_later(lab: Lab):
    disk = lab.disk()
    before = digest(disk)
    extra = ["-device", "qemu-xhci", "-drive", f"file={disk},format=raw,if=none,id=stick"]
    with lab.machine(INSTALLED, extra=extra) as machine:
        machine.prompt()
        machine.run("wait=60")
        machine.type(f"sda1:/vmlinuz initrd=sda1:/initrd.img {ARGUMENTS}")
        machine.expect(r"^waiting for sda1, any key ends it$")
        time.sleep(10)
        machine.qmp.execute("device_add", driver="usb-storage", drive="stick")
        machine.second_kernel()
    assert digest(disk) == before, "something was written to the disk"


def test_luks_over_ssh(lab: Lab):
    client = SshClient(lab)
    disks = make_stack(lab, "luks2")
    before = digest(disks[0])
    options = [client.network_option]
    with lab.machine(INSTALLED, profile="rescue", overlay=client.overlay(), scsi_disks=disks, network_options=options) as machine:
        machine.prompt()
        with client.session() as session:
            session.expect(r"kboot: \Z", 30)
            session.send(f"mapper/crypt:/vmlinuz initrd=mapper/crypt:/initrd.img {ARGUMENTS}\r")
            session.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z", 30)
            session.send(PASSPHRASE + "\r")
            machine.second_kernel()
            assert PASSPHRASE not in session.text()
    assert digest(disks[0]) == before, "something was written to the disk"
