"""Kernels on RAID arrays, logical volumes and LUKS volumes. Nothing is written to any of their disks."""

import hashlib
import re
import tempfile
from pathlib import Path

import debian
import target
from archive import cpio
from disk import Partition, make_disk
from installed import ROOT_PARTUUID, ROOT_UUID
from lab import ARGUMENTS, INSTALLED, Lab, digest
from machine import Report
from ssh import SshClient
from stacks import PASSPHRASE, make_stack


def _boots(lab: Lab, disks: list, volume: str, passphrase: bool = False, says: str = ""):
    before = [digest(disk) for disk in disks]
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=disks) as machine:
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


def _shows_kernel(lab: Lab, disks: list, volume: str, says: str = ""):
    """The kernel on a volume can be read, and nothing is written."""
    before = [digest(disk) for disk in disks]
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=disks) as machine:
        machine.prompt()
        said = machine.run(f"plan {volume}:/vmlinuz", 60)
        assert re.search(says, said) and re.search(r"^kernel ", said, re.MULTILINE), said
        machine.run(f"sha256sum {volume}:/vmlinuz >//tmp/sum", 60)
        read = machine.run("!cut -c1-64 /tmp/sum").strip()
        assert read == hashlib.sha256(lab.boot_files["/vmlinuz"]).hexdigest(), machine.serial[0].tail()
    assert [digest(disk) for disk in disks] == before, "something was written to a disk"


def test_raid0(lab: Lab):
    _shows_kernel(lab, make_stack(lab, "raid0"), "md0")


def test_raid6_without_two_disks(lab: Lab):
    _shows_kernel(lab, make_stack(lab, "raid6")[1:3], "md6", r"md6 is degraded: 2 of its devices are missing")


def test_raid10_without_a_disk(lab: Lab):
    _shows_kernel(lab, make_stack(lab, "raid10")[1:], "md10", r"md10 is degraded: 1 of its devices is missing")


def test_striped_logical_volume(lab: Lab):
    _shows_kernel(lab, make_stack(lab, "striped"), "vg/boot")


def test_mirrored_logical_volume(lab: Lab):
    _shows_kernel(lab, make_stack(lab, "mirror"), "vg/boot")


def test_thin_logical_volume(lab: Lab):
    """There is no way to read one without a write to its pool: it is left alone until writing is allowed."""
    disks = make_stack(lab, "thin")
    before = digest(disks[0])
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=disks) as machine:
        machine.prompt()
        assert "vg: a thin volume cannot be read without writing" in machine.run("ls vg/boot:/", 60)
        assert digest(disks[0]) == before, "something was written to the disk"
        machine.run("mount_rw=true")
        assert "vmlinuz" in machine.run("ls vg/boot:/", 60)


def test_luks2_with_argon2id(lab: Lab):
    _boots(lab, make_stack(lab, "luks2"), "mapper/crypt", passphrase=True)


def test_luks1(lab: Lab):
    _boots(lab, make_stack(lab, "luks1"), "mapper/crypt", passphrase=True)


def test_logical_volume_in_luks_on_raid1(lab: Lab):
    _boots(lab, make_stack(lab, "stacked"), "vg/boot", passphrase=True)


def test_luks_in_a_logical_volume(lab: Lab):
    """The volume in it is asked for once, and counts as open afterwards."""
    disks = make_stack(lab, "luks_in_lvm")
    _boots(lab, disks, "mapper/crypt", passphrase=True)
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=disks) as machine:
        machine.prompt()
        machine.run("ls vg/boot:/")
        assert re.search(r"^  mapper/vg-boot +\S+ MiB +crypto_LUKS \(locked\)$", machine.run("devices"), re.MULTILINE)
        machine.type("ls mapper/crypt:/vmlinuz")
        machine.expect(r"Passphrase for /dev/\S+ \(Enter: none\): \Z")
        machine.type(PASSPHRASE)
        machine.prompt()
        tree = machine.run("devices")
        for row in (
            r"sda +\S+ MiB +LVM2_member",
            r"  mapper/vg-boot +\S+ MiB +crypto_LUKS \(open\)",
            r"    mapper/crypt +\S+ MiB +ext4 +demo-boot +mapper/crypt:/",
            r"sdb +\S+ MiB +LVM2_member \(in vg-boot\)",
        ):
            assert re.search(rf"^{row}$", tree, re.MULTILINE), f"no line {row!r} in\n{tree}"
        assert "Passphrase" not in machine.run("ls mapper/nothing:/")


def _one_passphrase(lab: Lab, kind: str, root: str, asks: str) -> Report:
    """All of a Debian lies in a LUKS volume; its own initramfs asks for the passphrase unless kboot hands it over."""
    files = {**target.root_files(), "/boot/vmlinuz": target.kernel().read_bytes(), "/boot/initrd.img": debian.initrd(kind)}
    disk = make_disk(
        Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1]),
        [Partition(96, "root", ROOT_PARTUUID, files, uuid=ROOT_UUID, label="debian")],
    )
    disks = make_stack(lab, "luks_root", disk)
    for handoff in ("false", "true"):
        append = f"{ARGUMENTS} root=/dev/mapper/root handoff={handoff}"
        with lab.machine(append, profile="rescue", scsi_disks=disks, memory=1024) as machine:
            machine.prompt()
            machine.type(f"/boot/vmlinuz initrd=/boot/initrd.img {root} {ARGUMENTS}")
            machine.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z")
            machine.type(PASSPHRASE)
            if handoff == "false":
                machine.expect(asks, 240)
                machine.type(PASSPHRASE)
            report = machine.second_kernel(240)
            assert report.cmdline == f"{root} {ARGUMENTS}", report.cmdline
            assert bool(re.search(asks, machine.serial[0].text())) == (handoff == "false"), machine.serial[0].tail()
    return report


def test_one_passphrase_for_kboot_and_debian(lab: Lab):
    report = _one_passphrase(lab, "initramfs-tools", "root=/dev/mapper/root", r"Please unlock disk root: ")
    assert re.fullmatch(r"[1-9]\d+ lines, 0 secrets", report.log), f"kboot's log has not come to the booted system: {report.log!r}"


def test_one_passphrase_for_kboot_and_dracut(lab: Lab):
    root = f"root=UUID={ROOT_UUID} rd.luks.uuid={debian.LUKS_UUID}"
    _one_passphrase(lab, "dracut", root, r"Please enter passphrase for disk ")


def test_wrong_passphrases(lab: Lab):
    disks = make_stack(lab, "luks2")
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=disks) as machine:
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
        machine.type(PASSPHRASE)
        machine.prompt()
        assert PASSPHRASE not in machine.serial[0].text(), "the passphrase was shown"
        assert "/dev/mapper/crypt" in machine.run("plan mapper/crypt:/vmlinuz")


def test_ssh_session_that_drops_leaves_no_volume_open(lab: Lab):
    """At the question for the passphrase, and with the volume open: what the session opened is closed by its end."""
    client = SshClient(lab)
    disks = make_stack(lab, "luks2")
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=disks, overlay=client.overlay(), network_options=[client.network_option]) as machine:
        machine.prompt()
        client.await_server()
        for opens in (False, True):
            with client.session() as session:
                session.expect(r"kboot: \Z", 30)
                session.send("ls mapper/crypt:/\r")
                session.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z", 30)
                if opens:
                    session.send(f"{PASSPHRASE}\r")
                    session.expect(r"vmlinuz[\s\S]*kboot: \Z", 30)
                    assert "crypt" in machine.run("!ls /dev/mapper")
                    said = machine.run("mounts")
                    assert re.search(r"^/dev/mapper/crypt .* ssh", said, re.MULTILINE), said
            # The client is gone, without a word.
            machine.run("!while ls /run/kboot/mounts | grep -qv lock || [ -e /dev/mapper/crypt ]; do sleep 0.2; done", 60)
            machine.wait_until_nothing_is_mounted()
        machine.type(f"mapper/crypt:/vmlinuz initrd=mapper/crypt:/initrd.img {ARGUMENTS}")
        machine.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z")
        machine.type(PASSPHRASE)
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def test_volumes_are_taken_down_by_whoever_made_them(lab: Lab):
    """A command of its own leaves nothing active behind, and Tab activates nothing."""
    with lab.machine(INSTALLED, profile="rescue", scsi_disks=make_stack(lab, "lvm")) as machine:
        machine.prompt()
        machine.send("ls vg/boot:/vm\t\x03")
        machine.prompt()
        assert "vg-boot" not in machine.run("!ls /dev/mapper")
        assert "/dev/mapper/vg-boot" in machine.run("!kboot -n -c vg/boot:/vmlinuz")
        assert "vg-boot" not in machine.run("!ls /dev/mapper")


def test_key_file(lab: Lab):
    disks = make_stack(lab, "luks2")
    with lab.machine(f"{INSTALLED} luks.key=//key", profile="rescue", overlay=cpio({"key": PASSPHRASE.encode()}), scsi_disks=disks) as machine:
        machine.prompt()
        said = machine.run("plan mapper/crypt:/vmlinuz")
        assert "(/dev/mapper/crypt:/vmlinuz)" in said and "Passphrase" not in said, said
