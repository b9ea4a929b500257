"""Kernels on RAID arrays, logical volumes and LUKS volumes. Nothing is written to any of their disks."""

from archive import cpio
from lab import ARGUMENTS, INSTALLED, Lab, digest
from stacks import PASSPHRASE, make_stack


def _boots(lab: Lab, disks: list, volume: str, passphrase: bool = False, says: str = ""):
    before = [digest(disk) for disk in disks]
    with lab.machine(INSTALLED, scsi_disks=disks) as machine:
        machine.prompt()
        machine.type(f"{volume}:/vmlinuz initrd={volume}:/initrd.img {ARGUMENTS}")
        if says:
            machine.expect(says)
        if passphrase:
            machine.expect(r"Passphrase for /dev/\S+ \(Enter: none\): \Z")
            machine.type(PASSPHRASE)
        report = machine.second_kernel()
    assert report.cmdline == f"root=/dev/vda2 {ARGUMENTS}", report.cmdline
    assert [digest(disk) for disk in disks] == before, "something was written to a disk"


def test_logical_volume_on_two_disks(lab: Lab):
    _boots(lab, make_stack(lab, "lvm"), "vg/boot")


def test_raid1(lab: Lab):
    _boots(lab, make_stack(lab, "raid1"), "md0")


def test_raid1_degraded_says_so(lab: Lab):
    _boots(lab, make_stack(lab, "raid1")[:1], "md0", says=r"md0 is degraded: 1 of its devices is missing")


def test_raid5_degraded(lab: Lab):
    _boots(lab, make_stack(lab, "raid5")[1:], "md5", says=r"md5 is degraded: 1 of its devices is missing")


def test_luks2_with_argon2id(lab: Lab):
    _boots(lab, make_stack(lab, "luks2"), "mapper/crypt", passphrase=True)


def test_luks1(lab: Lab):
    _boots(lab, make_stack(lab, "luks1"), "mapper/crypt", passphrase=True)


def test_logical_volume_in_luks_on_raid1(lab: Lab):
    _boots(lab, make_stack(lab, "stacked"), "vg/boot", passphrase=True)


def test_wrong_passphrases(lab: Lab):
    disks = make_stack(lab, "luks2")
    with lab.machine(INSTALLED, scsi_disks=disks) as machine:
        machine.prompt()
        machine.type("plan mapper/crypt:/vmlinuz")
        for _ in range(3):
            machine.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z")
            machine.type("wrong")
        machine.expect(r"/dev/sda: 3 wrong passphrases")
        machine.prompt()
        machine.type("plan mapper/crypt:/vmlinuz")
        machine.expect(r"\(Enter: none\): \Z")
        machine.send("\x03")
        machine.expect(r"^interrupted$")
        machine.prompt()
        machine.type("plan mapper/crypt:/vmlinuz")
        machine.expect(r"\(Enter: none\): \Z")
        assert PASSPHRASE not in machine.run(PASSPHRASE), "the passphrase was shown"
        assert "/dev/mapper/crypt" in machine.run("plan mapper/crypt:/vmlinuz")


def test_volumes_are_taken_down_by_whoever_made_them(lab: Lab):
    """A command of its own leaves nothing active behind, and Tab activates nothing."""
    with lab.machine(INSTALLED, scsi_disks=make_stack(lab, "lvm")) as machine:
        machine.prompt()
        machine.send("ls vg/boot:/vm\t\x03")
        machine.prompt()
        assert "vg-boot" not in machine.run("!ls /dev/mapper")
        assert "/dev/mapper/vg-boot" in machine.run("!kboot -n -c vg/boot:/vmlinuz")
        assert "vg-boot" not in machine.run("!ls /dev/mapper")


def test_key_file(lab: Lab):
    disks = make_stack(lab, "luks2")
    with lab.machine(f"{INSTALLED} luks.key=//key", overlay=cpio({"key": PASSPHRASE.encode()}), scsi_disks=disks) as machine:
        machine.prompt()
        said = machine.run("plan mapper/crypt:/vmlinuz")
        assert "(/dev/mapper/crypt:/vmlinuz)" in said and "Passphrase" not in said, said
