"""The disk of an installed system: what kboot finds on a machine it boots from."""

from pathlib import Path

from disk import Partition, make_disk

BOOT_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a01"
ROOT_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a02"
BOOT_PARTUUID = "7c2b6030-1c1d-4e63-8b64-1c304070ab01"
ROOT_PARTUUID = "7c2b6030-1c1d-4e63-8b64-1c304070ab02"
RAW_PARTUUID = "7c2b6030-1c1d-4e63-8b64-1c304070ab03"

FSTAB = f"""\
# <file system>  <mount point>  <type>  <options>  <dump>  <pass>
/dev/vda2        /              ext4    defaults   0       1
UUID={BOOT_UUID} /boot          ext4    defaults   0       2
tmpfs            /tmp           tmpfs   defaults   0       0
/dev/vda9        none           swap    sw         0       0
"""


def make_installed_disk(image: Path, boot_files: dict, kboot_conf: str, etc_files: dict | None = None) -> Path:
    """vda1 is mounted on /boot by the fstab in vda2, the root; vda3 holds nothing that can be mounted."""
    files = {"/boot": None, "/etc/fstab": FSTAB, "/etc/kboot.conf": kboot_conf, "/etc/hostname": "demo\n"}
    files.update({f"/etc/{name}": content for name, content in (etc_files or {}).items()})
    boot_mib = 16 + sum(len(content) for content in boot_files.values() if content) // (1024 * 1024)
    return make_disk(
        image,
        [
            Partition(boot_mib, "boot", BOOT_PARTUUID, boot_files, uuid=BOOT_UUID, label="demo-boot"),
            Partition(16, "root", ROOT_PARTUUID, files, uuid=ROOT_UUID, label="demo-root"),
            Partition(1, "nothing", RAW_PARTUUID, raw=b"not a file system\n" * 1000),
        ],
    )
