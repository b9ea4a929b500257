"""A disk with a kernel and an initrd, and the loaders that boot from it by themselves: each function powers a machine on."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import firmware
import target
from arch import ARCH
from disk import MIB, Partition, make_disk
from installed import BOOT_PARTUUID, BOOT_UUID
from lab import ARGUMENTS, SERIAL, Lab
from loaders import initrd_of
from machine import Machine
from network import program
from parts import make_fat
from timing import type_at_prompt

_MEMORY = 2048  # MB of a machine
_FAT_START = 1  # MiB
_SYSLINUX_MBR = Path("/usr/lib/syslinux/mbr/mbr.bin")
_LINE = f"vda1:/vmlinuz initrd=vda1:/initrd.img {ARGUMENTS}"
_GRUB = Path("/usr/lib/grub/i386-pc")


class Disks:
    """Disks with Debian's kernel and an initrd of `size` MB: ext4 for kboot and GRUB, FAT for the others."""

    def __init__(self, lab: Lab, size: int):
        self.lab = lab
        self.memory = _MEMORY
        self.folder = lab.scratch / f"disks{size}"
        self.folder.mkdir(exist_ok=True)
        self.files = {"/vmlinuz": lab.boot_files["/vmlinuz"], "/initrd.img": initrd_of(lab, size * 1_000_000)}
        self.initrd = self.folder / "initrd.img"
        self.initrd.write_bytes(self.files["/initrd.img"])
        self.room = sum(map(len, self.files.values())) // MIB * 11 // 10 + 32
        self.ext4 = make_disk(self.folder / "ext4.img", [Partition(self.room, "bench", BOOT_PARTUUID, self.files, uuid=BOOT_UUID, label="bench")])

    def machine(self, disk: Path | None, kernel: Path | None = None, initrds: Sequence = (), append: str = "", extra: Sequence = ()) -> Machine:
        return Machine(kernel, list(initrds), append, disks=[disk] if disk else [], memory=self.memory, network=False, extra=list(extra))

    def fat(self, name: str, files: dict, table: str) -> Path:
        """A disk with one FAT partition; `table` is its line for sfdisk."""
        disk = self.folder / f"{name}.img"
        size = self.room + sum(len(content) for path, content in files.items() if path not in self.files) // MIB
        with disk.open("wb") as file:
            file.truncate((_FAT_START + size + 1) * MIB)
        subprocess.run([program("sfdisk"), "--quiet", disk], input=table, text=True, check=True)
        make_fat(disk, {path.lstrip("/"): content for path, content in files.items()}, "BENCH", size * MIB, _FAT_START * MIB)
        return disk


def floor(disks: Disks) -> Machine:
    """What no loader can be faster than: QEMU itself puts kernel and initrd into memory."""
    return disks.machine(None, target.kernel(), [disks.initrd], ARGUMENTS)


def kboot(disks: Disks) -> Machine:
    """Started by QEMU, as by a firmware that holds it."""
    images = disks.lab.root / "out/standard"
    return type_at_prompt(disks.machine(disks.ext4, images / "bzImage", [images / "initramfs.img"], SERIAL), _LINE)


def grub(disks: Disks) -> Machine:
    """Its core in the gap before the first partition, as grub-install puts it."""
    disk, core = disks.folder / "grub.img", disks.folder / "core.img"
    if not disk.exists():
        script = disks.folder / "grub.cfg"
        script.write_text(f"linux (hd0,gpt1)/vmlinuz {ARGUMENTS}\ninitrd (hd0,gpt1)/initrd.img\nboot\n")
        subprocess.run([program("grub-mkimage"), "-O", "i386-pc", "-p", "/", "-c", script, "-o", core,
                        "biosdisk", "part_gpt", "ext2", "linux", "relocator"], check=True)
        disk.write_bytes(disks.ext4.read_bytes())
        # The table's entries lie where the core would: it goes behind them, and both its parts are told so.
        first = 64
        boot, image = bytearray((_GRUB / "boot.img").read_bytes()), bytearray(core.read_bytes())
        boot[0x5C:0x64] = first.to_bytes(8, "little")  # GRUB_BOOT_MACHINE_KERNEL_SECTOR
        image[0x1F4:0x1FC] = (first + 1).to_bytes(8, "little")  # the first entry of its list of blocks
        with disk.open("r+b") as file:
            file.write(boot[:440])
            file.seek(first * 512)
            file.write(image)
    return disks.machine(disk)


def syslinux(disks: Disks) -> Machine:
    disk = disks.folder / "syslinux.img"
    if not disk.exists():
        modules = Path("/usr/lib/syslinux/modules/bios")
        config = f"default x\nprompt 0\nlabel x\n kernel /vmlinuz\n append initrd=/initrd.img {ARGUMENTS}\n"
        files = disks.files | {"/ldlinux.c32": (modules / "ldlinux.c32").read_bytes(), "/syslinux.cfg": config.encode()}
        disks.fat("syslinux", files, "label: dos\nstart=1MiB, type=c, bootable\n")
        subprocess.run(["syslinux", "--install", "--offset", str(_FAT_START * MIB), disk], check=True)
        with disk.open("r+b") as file:
            file.write(_SYSLINUX_MBR.read_bytes()[:440])
    return disks.machine(disk)


def systemd_boot(disks: Disks) -> Machine:
    """A UEFI machine; the loader's entry names the same kernel and initrd."""
    disk = disks.folder / "systemd-boot.img"
    if not disk.exists():
        entry = f"title x\nlinux /vmlinuz\ninitrd /initrd.img\noptions {ARGUMENTS}\n"
        loader = Path(f"/usr/lib/systemd/boot/efi/systemd-boot{ARCH.efi}.efi").read_bytes()
        files = disks.files | {f"/{ARCH.removable_efi}": loader, "/loader/loader.conf": b"timeout 0\n", "/loader/entries/x.conf": entry.encode()}
        disks.fat("systemd-boot", files, "label: gpt\nstart=1MiB, type=uefi\n")
    return disks.machine(disk, extra=firmware.uefi(disks.folder))


def kboot_efi(disks: Disks) -> Machine:
    """The same machine with kboot.efi, which boots the same from the same partition."""
    disk = disks.folder / "kboot-efi.img"
    if not disk.exists():
        efi = disks.folder / "kboot.efi"
        make: list[str | Path] = [disks.lab.root / "scripts/image", "efi", "--as-built", "--append", SERIAL, "--out", efi]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        disks.fat("kboot-efi", disks.files | {f"/{ARCH.removable_efi}": efi.read_bytes()}, "label: gpt\nstart=1MiB, type=uefi\n")
    return type_at_prompt(disks.machine(disk, extra=firmware.uefi(disks.folder)), _LINE)


LOADERS = {
    "kboot": kboot,
    "GRUB": grub,
    "SYSLINUX": syslinux,
    "kboot.efi, UEFI": kboot_efi,
    "systemd-boot, UEFI": systemd_boot,
}
