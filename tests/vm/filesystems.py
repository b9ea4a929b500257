"""Disks with the files of /boot on each kind of file system, those with a journal left in the middle of something."""

import functools
import re
import subprocess
import tempfile
from pathlib import Path

from archive import cpio, host_program
from disk import MIB, write_tree

_PATH = "/sbin:/usr/sbin:/bin:/usr/bin"

# Made empty here and filled in a guest: size in MiB, and how.
_FILLED_IN_A_GUEST = {
    "btrfs": (128, ["mkfs.btrfs", "--quiet"]),
    "exfat": (64, ["mkfs.exfat"]),
    "ext4": (64, ["mke2fs", "-q", "-t", "ext4"]),
    "f2fs": (96, ["mkfs.f2fs", "-q"]),
    "vfat": (64, ["mkfs.vfat", "-F", "32"]),
    "xfs": (320, ["mkfs.xfs", "-q"]),  # mkfs.xfs makes none below 300 MB
}

# Made here with all that is on them.
_MADE_FROM_A_FOLDER = {
    "erofs": lambda tree, image: ["mkfs.erofs", "--quiet", image, tree],
    "iso9660": lambda tree, image: ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", image, tree],
    "squashfs": lambda tree, image: ["mksquashfs", tree, image, "-quiet", "-no-progress"],
}

# The files are there for good before the disk is mounted again, written to, and never unmounted. On the btrfs they are in
# the sub-volume @, which is not the default one.
_FILL = """\
set -ex
mkdir -p /boot /tmp/fs
mount -t ext4 -o ro /dev/vda1 /boot
attach() { # TYPE DEVICE FOLDER; a look of the discovery may have it mounted read-only for a moment
    tries=0
    until mount -t $1 $2 $3; do
        tries=$((tries + 1))
        [ $tries -lt 100 ]
        usleep 100000
    done
}
fill() { # DEVICE TYPE
    attach $2 $1 /tmp/fs
    files=/tmp/fs
    if [ $2 = btrfs ]; then
        files=/tmp/fs/@
        btrfs subvolume create $files
        btrfs subvolume create /tmp/fs/other
        btrfs subvolume set-default /tmp/fs/other
    fi
    cp /boot/vmlinuz /boot/initrd.img $files
    umount /tmp/fs
    mkdir /tmp/$2
    attach $2 $1 /tmp/$2
    dd if=/boot/notes.txt of=/tmp/$2/unfinished conv=fsync
}
"""

# How a tool tells that a journal waits to be replayed.
_UNFINISHED = {
    "btrfs": (["btrfs", "inspect-internal", "dump-super"], r"^log_root\s+[1-9]"),
    "ext4": (["dumpe2fs", "-h"], r"needs_recovery"),
    "xfs": (["xfs_repair", "-n"], r"valuable metadata changes in a log"),
}


def make_file_systems(lab) -> dict:
    """The disks by the names of their file systems; made once, for nobody writes to them."""
    with lab.lock:
        return _make_file_systems(lab)


@functools.cache
def _make_file_systems(lab) -> dict:
    disks = {name: _format(lab, size, command) for name, (size, command) in _FILLED_IN_A_GUEST.items()}
    _fill(lab, disks)
    for name, (command, says) in _UNFINISHED.items():
        told = subprocess.run([*command, disks[name]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": _PATH})
        assert re.search(says, told.stdout.decode(errors="replace"), re.MULTILINE), f"{name} is clean:\n{told.stdout!r}"
    with tempfile.TemporaryDirectory(dir=lab.scratch) as tree:
        write_tree(Path(tree), {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
        for name, make in _MADE_FROM_A_FOLDER.items():
            disks[name] = lab.scratch / f"file-system.{name}"
            _run(make(tree, disks[name]))
    return disks


def _format(lab, size: int, command: list) -> Path:
    disk = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    with disk.open("wb") as file:
        file.truncate(size * MIB)
    _run([*command, disk])
    return disk


def _fill(lab, disks: dict):
    """Fills the disks in a guest, and pulls its plug."""
    lines = [f"fill /dev/sd{chr(ord('a') + number)} {name}\n" for number, name in enumerate(disks)]
    script = _FILL + "".join(lines) + "echo made\n"
    overlay = cpio({**host_program("/usr/bin/btrfs"), "fill": script.encode()})
    with lab.machine(overlay=overlay, scsi_disks=disks.values(), memory=768) as machine:
        machine.prompt()
        machine.wait_for_discovery()
        made = machine.run("!sh /fill", 120)
        assert made.rstrip().endswith("made"), made


def _run(command: list):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"PATH": _PATH})
    assert done.returncode == 0, f"{command[0]}: {done.stdout}"
