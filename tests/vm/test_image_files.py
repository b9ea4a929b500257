"""Image files as places: an ISO file and the image of a disk, their entries, and kernels in them by path."""

import subprocess
import tempfile
from pathlib import Path

from disk import Partition, make_disk, write_tree
from found import image
from lab import ARGUMENTS, SERIAL, Lab

_UUID = "3c1d5b64-8f0a-4d0e-9d7b-0f6a2e1c5d02"
_INNER = "3c1d5b64-8f0a-4d0e-9d7b-0f6a2e1c5d03"
_MIB = 1024 * 1024

_LOOPBACK = f"""\
menuentry "Try the live system" {{
    linux /casper/vmlinuz {ARGUMENTS} iso-scan/filename=${{iso_path}}
    initrd /casper/initrd
}}
"""


def _iso(lab: Lab, folder: Path) -> bytes:
    """An ISO 9660 file as live systems have it, by the tool that makes them."""
    tree, made = folder / "tree", folder / "live.iso"
    write_tree(tree, {
        "/casper": None, "/boot": None, "/boot/grub": None, "/boot/grub/loopback.cfg": _LOOPBACK,
        "/casper/vmlinuz": lab.boot_files["/vmlinuz"], "/casper/initrd": lab.boot_files["/initrd.img"],
    })
    subprocess.run(["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "LIVE", "-o", made, tree], check=True)
    return made.read_bytes()


def _disk_image(lab: Lab, folder: Path) -> bytes:
    """A disk of two partitions, with the kernel on the second."""
    files = {"/vmlinuz": lab.boot_files["/vmlinuz"], "/initrd": lab.boot_files["/initrd.img"]}
    parts = [Partition(1, "nothing", _INNER, raw=b"not a file system\n"),
             Partition(64, "system", _UUID, files, uuid=_UUID)]
    return make_disk(folder / "disk.img", parts).read_bytes()


def _disk(lab: Lab, name: str, files: dict) -> Path:
    size = 32 + sum(len(content) for content in files.values() if content) // _MIB
    return make_disk(image(lab, name), [Partition(size, "data", _UUID, files, uuid=_UUID)])


def test_iso_file_on_a_disk_is_a_place(lab: Lab):
    with tempfile.TemporaryDirectory() as folder:
        disk = _disk(lab, "iso-file", {"/isos": None, "/isos/live.iso": _iso(lab, Path(folder))})
    with lab.machine(SERIAL, disk=disk) as machine:
        machine.prompt()
        listed = machine.run("entries vda1:/isos/live.iso")
        assert "vda1:/isos/live.iso" in listed and "#try-the-live-system" in listed, listed
        assert "casper/" in machine.run("ls vda1:/isos/live.iso:")
        # An image that is mounted is no disk of the machine's.
        assert "loop0" not in machine.run("devices")
        plan = machine.run("plan vda1:/isos/live.iso")
        assert "vda1:/isos/live.iso:/casper/vmlinuz" in plan and "iso-scan/filename=/isos/live.iso" in plan, plan
        machine.type("vda1:/isos/live.iso typed=1")
        assert machine.second_kernel().cmdline == f"{ARGUMENTS} iso-scan/filename=/isos/live.iso typed=1"


def test_partition_in_an_image_of_a_disk_is_a_place(lab: Lab):
    with tempfile.TemporaryDirectory() as folder:
        disk = _disk(lab, "disk-image", {"/disk.img": _disk_image(lab, Path(folder))})
    with lab.machine(SERIAL, disk=disk, memory=768) as machine:
        machine.prompt()
        assert "no partition 3" in machine.run("ls vda1:/disk.img:3:")
        machine.type(f"vda1:/disk.img:2:/vmlinuz initrd=vda1:/disk.img:/initrd {ARGUMENTS} typed=1")
        assert machine.second_kernel().cmdline == f"{ARGUMENTS} typed=1"
