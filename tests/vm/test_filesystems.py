"""Kernels on every kind of file system. Those with a journal were in use when the power went, and stay as they are."""

import subprocess

from filesystems import make_file_systems
from lab import ARGUMENTS, INSTALLED, SERIAL, Lab, digest
from network import program


def _boots_from(lab: Lab, name: str, folder: str = "/"):
    disk = make_file_systems(lab)[name]
    before = digest(disk)
    with lab.machine(INSTALLED, scsi_disks=[disk]) as machine:
        machine.prompt()
        machine.type(f"sda:{folder}vmlinuz initrd=sda:{folder}initrd.img {ARGUMENTS}")
        report = machine.second_kernel()
    assert report.cmdline == f"root=/dev/vda2 {ARGUMENTS}", report.cmdline
    assert digest(disk) == before, "something was written to the disk"


def test_ext4_in_use_when_the_power_went(lab: Lab):
    _boots_from(lab, "ext4")


def test_xfs_in_use_when_the_power_went(lab: Lab):
    _boots_from(lab, "xfs")


def test_btrfs_in_use_when_the_power_went(lab: Lab):
    """And the files are in a sub-volume which is not the default one."""
    _boots_from(lab, "btrfs", "@/")


def test_f2fs_in_use_when_the_power_went(lab: Lab):
    _boots_from(lab, "f2fs")


def test_vfat_in_use_when_the_power_went(lab: Lab):
    _boots_from(lab, "vfat")


def test_exfat_in_use_when_the_power_went(lab: Lab):
    _boots_from(lab, "exfat")


def test_squashfs(lab: Lab):
    _boots_from(lab, "squashfs")


def test_erofs(lab: Lab):
    _boots_from(lab, "erofs")


def test_cd(lab: Lab):
    """An ISO 9660 with Rock Ridge in a drive of the mainboard's controller."""
    disk = make_file_systems(lab)["iso9660"]
    with lab.machine(INSTALLED, extra=["-drive", f"file={disk},format=raw,media=cdrom,if=ide"]) as machine:
        machine.prompt()
        machine.type(f"sr0:/vmlinuz initrd=sr0:/initrd.img {ARGUMENTS}")
        machine.second_kernel()


def test_floppy_drive(lab: Lab):
    """Found because the firmware lists its controller."""
    disk = lab.scratch / "floppy-drive.img"
    subprocess.run([program("mkfs.vfat"), "-C", disk, "1440"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["mcopy", "-i", disk, "-", "::/notes"], input=b"on a floppy\n", check=True)
    with lab.machine(SERIAL, extra=["-drive", f"if=floppy,format=raw,file={disk}"]) as machine:
        machine.prompt()
        assert machine.run("cat fd0:/notes") == "on a floppy\n"
