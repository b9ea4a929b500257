"""The floppies, started by SeaBIOS from a floppy drive: to the prompt, and on to a second kernel."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import firmware
from disk import Partition, make_disk, write_tree
from lab import ARGUMENTS, Lab
from machine import Machine
from network import ADDRESS, Network

_SIZES = {"144": 1_474_560, "288": 2_949_120}
_PARTUUID = "2d8a7c11-5c0b-4a57-9a35-6f1e0c6b7e21"
# A drive that is emulated on a busy machine.
_START = 180
# The second kernel, which is Debian's, wants more than the floppy's own.
_FOR_DEBIAN = 256
# In the middle of each.
_KERNEL_SECTOR, _INITRAMFS_SECTOR = 1200, 2500


def _image(lab: Lab, size: str) -> Path:
    image = lab.image("floppy", "--size", size, as_built=False)
    assert image.stat().st_size == _SIZES[size], f"{image.stat().st_size} bytes"
    return image


def _disk(lab: Lab, kind: str) -> Path:
    """One partition of this file system with the second kernel."""
    with lab.lock:
        disk = lab.scratch / f"{kind}.floppy-disk"
        if not disk.exists():  # made by another of these tests
            with tempfile.TemporaryDirectory() as folder:
                tree, content = Path(folder) / "tree", Path(folder) / "content"
                write_tree(tree, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
                command = ["mke2fs", "-q", "-t", kind, "-d", str(tree), "-L", "floppy-boot", "-E", "root_owner=0:0", str(content), "62M"]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
                make_disk(disk, [Partition(62, raw=content.read_bytes(), name="boot", partuuid=_PARTUUID)])
        return disk


def _drive(disk: Path, bus: str) -> list:
    """Whoever writes to it writes elsewhere: several machines have it."""
    return ["-drive", f"file={disk},format=raw,if={bus},snapshot=on"]


def _started(image: Path | str, memory: int, extra: Sequence = (), **options) -> Machine:
    return Machine(None, [], "", memory=memory, network=False, extra=[*firmware.floppy(image), *extra], **options)


def _await_lease(machine: Machine):
    machine.run("until [ -e /run/kboot/lease.eth0 ]; do sleep 1; done", 60)


def test_floppy_144_in_32_mb(lab: Lab):
    """On the screen and on the serial line; both kinds of disks are there, and what is not is told."""
    disk = _disk(lab, "ext2")
    with _started(_image(lab, "144"), 32, [*_drive(disk, "ide"), *_drive(disk, "virtio")]) as machine:
        machine.prompt(_START)
        machine.expect_screen(r"^kboot: *$")
        machine.screendump(lab.artefacts / "floppy.png")
        told = machine.run("help")
        left_out = told.partition("Left out of this kboot")[2]
        for word in ("https", "ssh", "Tab", "NFS", "LVM", "entries", "once", "watchdog="):
            assert word in left_out, f"{word}: {told}"
        assert "ssh" not in told.partition("Left out of this kboot")[0], told
        for device in ("vda1", "sda1", "LABEL=floppy-boot", "PARTLABEL=boot", f"PARTUUID={_PARTUUID}"):
            listed = machine.run(f"ls {device}:/")
            assert "vmlinuz" in listed, f"{device}: {listed}"
        for line in ("net.eth0=off", "once x", "watchdog=60", "tries.store=sda1:/", "ssh host", "entries"):
            assert "left out of this kboot" in machine.run(line), line
        assert "Scheduling" not in machine.screen(), machine.screen()  # BusyBox's init, of what ends at once


def test_floppy_144_boots_from_disks(lab: Lab):
    """The kernel from an ATA disk, its initrd from one of virtio's."""
    disk = _disk(lab, "ext2")
    with _started(_image(lab, "144"), _FOR_DEBIAN, [*_drive(disk, "ide"), *_drive(disk, "virtio")]) as machine:
        machine.prompt(_START)
        machine.type(f"sda1:/vmlinuz initrd=vda1:initrd.img {ARGUMENTS}")
        assert machine.second_kernel().cmdline == ARGUMENTS


def _boot_from_network(lab: Lab, image: Path, card: str, kernel: str, initrd: str):
    with Network() as network:
        network.dnsmasq("--port=0", "--dhcp-range=10.77.0.50,10.77.0.60", "--domain=lab.example",
                        f"--dhcp-option=option:dns-server,{ADDRESS},10.77.0.8")
        network.serve_tftp(lab.boot_folder)
        network.serve({name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
        cards = [word.replace("virtio-net-pci", card) for word in network.cards()]
        with _started(image, _FOR_DEBIAN, cards, prefix=network.prefix) as machine:
            machine.prompt(_START)
            _await_lease(machine)
            shown = machine.run("net")
            for word in ("address 10.77.0.", ADDRESS, "10.77.0.8"):
                assert word in shown, shown
            machine.type(f"{kernel}://{ADDRESS}/vmlinuz initrd={initrd}://{ADDRESS}/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_floppy_144_boots_from_the_network(lab: Lab):
    """By DHCP on a card of Intel's; the kernel by TFTP, its initrd by HTTP."""
    _boot_from_network(lab, _image(lab, "144"), "e1000", "tftp", "http")


def test_floppy_144_boots_by_a_virtio_card(lab: Lab):
    _boot_from_network(lab, _image(lab, "144"), "virtio-net-pci", "http", "tftp")


def test_floppy_288_in_32_mb(lab: Lab):
    """Lines are edited by readline, Tab completes, there is ext4, and links have IPv6."""
    with _started(_image(lab, "288"), 32, _drive(_disk(lab, "ext4"), "ide")) as machine:
        machine.prompt(_START)
        machine.expect_screen(r"^kboot: *$")
        told = machine.run("help")
        left_out = told.partition("Left out of this kboot")[2]
        assert "https" in left_out and "Tab" not in left_out, told
        machine.send("ls sda1:/vml\t\r")
        assert "vmlinuz" in machine.answer()
        assert "::1" in machine.run("!ip -6 address show dev lo")


def test_floppy_288_boots(lab: Lab):
    """The kernel from ext4, its initrd by HTTP."""
    with Network() as network:
        network.dnsmasq("--port=0", "--dhcp-range=10.77.0.50,10.77.0.60")
        network.serve({"/initrd.img": lab.boot_files["/initrd.img"]})
        with _started(_image(lab, "288"), _FOR_DEBIAN, [*network.cards(), *_drive(_disk(lab, "ext4"), "ide")], prefix=network.prefix) as machine:
            machine.prompt(_START)
            machine.type(f"sda1:/vmlinuz initrd=http://{ADDRESS}/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_floppy_that_cannot_be_started(lab: Lab):
    """A sector that cannot be read, half a disk, a processor of 32 bits: each is told on the screen."""
    good = _image(lab, "144")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # QEMU's controller gives zeros for what it cannot read; the initramfs is what comes last.
        rules = folder / "rules"
        for sector in (_KERNEL_SECTOR, _INITRAMFS_SECTOR):
            rules.write_text(f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{sector}"\n')
            with _started(f"blkdebug:{rules}:{good}", 32) as machine:
                machine.expect_screen(r"^kboot: the disk is damaged", _START)

        # Half of it.
        short = folder / "short.img"
        short.write_bytes(good.read_bytes()[:737_280])
        with _started(short, 32) as machine:
            machine.expect_screen(r"^kboot: the disk (is damaged|cannot be read)", _START)

        with _started(good, 32, ["-cpu", "qemu32"]) as machine:
            machine.expect_screen(r"no 64-bit mode", _START)
