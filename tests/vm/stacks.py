"""Disks with RAID arrays, logical volumes and LUKS volumes on them, made by the tools of kboot's own image in a guest."""

import tempfile
from pathlib import Path

from archive import cpio
from debian import LUKS_UUID
from disk import MIB

PASSPHRASE = "open sesame"

# No udev in the guest that makes the disks: device nodes are made by the tools.
_LVM_CONF = """\
devices { use_devicesfile=0 obtain_device_list_from_udev=0 external_device_info_source="none" }
activation { udev_sync=0 udev_rules=0 verify_udev_operations=0 monitoring=0 }
backup { backup=0 archive=0 }
"""

_HEAD = f"""\
set -ex
export LVM_SUPPRESS_FD_WARNINGS=1
mkdir -p /run/lock/lvm
fill() {{ # DEVICE: a copy of the file system that is mounted on /boot
    dd if=/dev/vda1 of="$1" bs=1M
}}
raid() {{ # LEVEL NAME DEVICE...
    level=$1 name=$2 && shift 2
    MDADM_NO_UDEV=1 mdadm --create "/dev/md$name" --run --level="$level" --name="$name" --raid-devices=$# --metadata=1.2 \\
        $([ "$level" = 0 ] || echo --assume-clean --bitmap=none) "$@"
}}
group() {{ # NAME DEVICE...: with one volume, boot, of the KIND that options of lvcreate(8) say
    name=$1 && shift
    lvm vgcreate "$name" "$@"
    lvm lvcreate --yes --wipesignatures n ${{KIND---zero n --extents 100%FREE}} --name boot "$name"
}}
encrypt() {{ # DEVICE NAME, with the costs of a small machine
    printf '%s' '{PASSPHRASE}' >/tmp/key
    cryptsetup luksFormat --batch-mode --type "${{3-luks2}}" --pbkdf-force-iterations "${{4-4}}" \\
        $([ "${{3-luks2}}" = luks1 ] || echo --pbkdf argon2id --pbkdf-memory 32768 --pbkdf-parallel 1) --key-file /tmp/key "$1"
    cryptsetup open --key-file /tmp/key "$1" "$2"
}}
"""
_TAIL = "\nsync\necho made\n"

STACKS = {
    "lvm": (2, "group vg /dev/sda /dev/sdb; fill /dev/vg/boot; lvm vgchange -an vg"),
    "raid1": (2, "raid 1 0 /dev/sda /dev/sdb; fill /dev/md0; mdadm --stop /dev/md0"),
    "raid5": (3, "raid 5 5 /dev/sda /dev/sdb /dev/sdc; fill /dev/md5; mdadm --stop /dev/md5"),
    "raid0": (2, "raid 0 0 /dev/sda /dev/sdb; fill /dev/md0; mdadm --stop /dev/md0"),
    "raid6": (4, "raid 6 6 /dev/sda /dev/sdb /dev/sdc /dev/sdd; fill /dev/md6; mdadm --stop /dev/md6"),
    "raid10": (4, "raid 10 10 /dev/sda /dev/sdb /dev/sdc /dev/sdd; fill /dev/md10; mdadm --stop /dev/md10"),
    "striped": (2, "KIND='--stripes 2 --size 80M'; group vg /dev/sda /dev/sdb; fill /dev/vg/boot; lvm vgchange -an vg"),
    "mirror": (
        2,
        "KIND='--type mirror --mirrors 1 --mirrorlog core --nosync --size 80M'; group vg /dev/sda /dev/sdb;"
        "fill /dev/vg/boot; lvm vgchange -an vg",
    ),
    "thin": (
        1,
        "KIND='--type thin --thinpool pool --size 80M --virtualsize 80M'; group vg /dev/sda; fill /dev/vg/boot;"
        "lvm vgchange -an vg",
    ),
    "luks2": (1, "encrypt /dev/sda crypt; fill /dev/mapper/crypt; cryptsetup close crypt"),
    "luks1": (1, "encrypt /dev/sda crypt luks1 1000; fill /dev/mapper/crypt; cryptsetup close crypt"),
    "luks_root": (
        1,
        "encrypt /dev/sda root; fill /dev/mapper/root; cryptsetup close root;"
        f"cryptsetup luksUUID --batch-mode --uuid {LUKS_UUID} /dev/sda",
    ),
    "luks_in_lvm": (
        2,
        "group vg /dev/sda /dev/sdb; encrypt /dev/vg/boot crypt; fill /dev/mapper/crypt;"
        "cryptsetup close crypt; lvm vgchange -an vg",
    ),
    "stacked": (
        2,
        "raid 1 0 /dev/sda /dev/sdb; encrypt /dev/md0 crypt; group vg /dev/mapper/crypt; fill /dev/vg/boot;"
        "lvm vgchange -an vg; cryptsetup close crypt; mdadm --stop /dev/md0",
    ),
}


def make_stack(lab, name: str, source: Path | None = None) -> list:
    """The disks of one of STACKS, files of the test's own, with what is in the first partition of source.

    Without a source they hold /boot of an installed system.
    """
    number, script = STACKS[name]
    disks = []
    for _ in range(number):
        disk = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
        with disk.open("wb") as file:
            file.truncate(128 * MIB)
        disks.append(disk)
    files = {"etc": None, "etc/lvm": None, "etc/lvm/lvm.conf": _LVM_CONF.encode(), "make": (_HEAD + script + _TAIL).encode()}
    with lab.machine(disk=source, profile="rescue", scsi_disks=disks, overlay=cpio(files), memory=768) as machine:
        machine.prompt()
        made = machine.run("!sh /make", 120)
        assert made.rstrip().endswith("made"), made
        machine.type("poweroff")
        machine.wait_off()
    return disks
