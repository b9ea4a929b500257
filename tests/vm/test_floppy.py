"""The floppy, started by SeaBIOS from a floppy drive: to the prompt, and on to a second kernel."""

import subprocess
import tempfile
from pathlib import Path

import firmware
from disk import Partition, make_disk, write_tree
from lab import ARGUMENTS, Lab
from machine import Machine
from network import ADDRESS, Network

_SIZE = 2_949_120
_PARTUUID = "2d8a7c11-5c0b-4a57-9a35-6f1e0c6b7e21"
# A drive that is emulated on a busy machine.
_START = 180
# The second kernel, which is Debian's, wants more than the floppy's own.
_FOR_DEBIAN = 256


def _image(lab: Lab) -> Path:
    image = lab.image("floppy", "--size", "288", as_built=False)
    assert image.stat().st_size == _SIZE, f"{image.stat().st_size} bytes"
    return image


def _ext2_disk(lab: Lab) -> Path:
    """One partition with the second kernel: ext2 is what a floppy's kernel reads."""
    with lab.lock:
        disk = lab.scratch / "ext2.disk"
        if not disk.exists():  # made by another of these tests
            with tempfile.TemporaryDirectory() as folder:
                tree, content = Path(folder) / "tree", Path(folder) / "ext2"
                write_tree(tree, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
                command = ["mke2fs", "-q", "-t", "ext2", "-d", str(tree), "-L", "floppy-boot", "-E", "root_owner=0:0", str(content), "62M"]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
                make_disk(disk, [Partition(62, raw=content.read_bytes(), name="boot", partuuid=_PARTUUID)])
        return disk


def _drive(disk: Path, bus: str) -> list:
    """Whoever writes to it writes elsewhere: several machines have it."""
    return ["-drive", f"file={disk},format=raw,if={bus},snapshot=on"]


def _started(lab: Lab, memory: int, extra: list = (), **options) -> Machine:
    return Machine(None, [], "", memory=memory, network=False, extra=[*firmware.floppy(_image(lab)), *extra], **options)


def test_floppy_in_32_mb(lab: Lab):
    """On the screen and on the serial line; both kinds of disks are there, and what is not is told."""
    disk = _ext2_disk(lab)
    with _started(lab, 32, [*_drive(disk, "ide"), *_drive(disk, "virtio")]) as machine:
        machine.prompt(_START)
        machine.expect_screen(r"^kboot: *$")
        machine.screendump(lab.artefacts / "floppy.png")
        told = machine.run("help")
        assert "Left out of this kboot" in told and "https" in told, told
        for device in ("vda1", "sda1", "LABEL=floppy-boot", "PARTLABEL=boot", f"PARTUUID={_PARTUUID}"):
            listed = machine.run(f"ls {device}:/")
            assert "vmlinuz" in listed, f"{device}: {listed}"
        assert "left out of this kboot" in machine.run("net.eth0=off")


def test_floppy_boots_from_an_ata_disk(lab: Lab):
    with _started(lab, _FOR_DEBIAN, _drive(_ext2_disk(lab), "ide")) as machine:
        machine.prompt(_START)
        machine.type(f"sda1:/vmlinuz initrd=sda1:initrd.img {ARGUMENTS}")
        assert machine.second_kernel().cmdline == ARGUMENTS


def test_floppy_boots_from_the_network(lab: Lab):
    """By DHCP on a card of Intel's; the kernel by TFTP, its initrd by HTTP."""
    with Network() as network:
        network.dnsmasq("--port=0", "--dhcp-range=10.77.0.50,10.77.0.60")
        network.serve_tftp(lab.boot_folder)
        network.serve({"/initrd.img": lab.boot_files["/initrd.img"]})
        card = [word.replace("virtio-net-pci", "e1000") for word in network.cards()]
        with _started(lab, _FOR_DEBIAN, card, prefix=network.prefix) as machine:
            machine.prompt(_START)
            machine.type(f"tftp://{ADDRESS}/vmlinuz initrd=http://{ADDRESS}/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_floppy_boots_from_a_virtio_disk(lab: Lab):
    """And virtio's card gets an address."""
    with Network() as network:
        network.dnsmasq("--port=0", "--dhcp-range=10.77.0.50,10.77.0.60")
        with _started(lab, _FOR_DEBIAN, [*network.cards(), *_drive(_ext2_disk(lab), "virtio")], prefix=network.prefix) as machine:
            machine.prompt(_START)
            machine.run("until [ -e /run/kboot/lease.eth0 ]; do sleep 1; done", 60)
            assert "10.77.0." in machine.run("net")
            machine.type(f"vda1:/vmlinuz initrd=vda1:initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS
