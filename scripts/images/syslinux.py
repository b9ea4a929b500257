"""SYSLINUX, which starts kboot on BIOS machines from CDs, disks and the network."""

from pathlib import Path

MODULES = Path("/usr/lib/syslinux/modules/bios")
CONFIG_NAME = {"cd": "isolinux.cfg", "disk": "syslinux.cfg", "network": "pxelinux.cfg/default"}


def config(kernel: str, initramfs: str, append: str, more: str = "") -> str:
    """Starts kboot at once and says nothing: the screen is kboot's. `more`: one more line."""
    lines = ["default kboot", "prompt 0", "label kboot", f" kernel {kernel}", f" append initrd={initramfs} {append}".rstrip()]
    return "\n".join([*lines, *([f" {more}"] if more else [])]) + "\n"
