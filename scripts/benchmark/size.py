"""How large what a firmware has to load is, beside other loaders."""

import subprocess
from pathlib import Path

from arch import ARCH
from lab import Lab
from network import program
from results import Results

_MODULES = {
    "GRUB, core with disks and network": "biosdisk part_gpt part_msdos ext2 fat linux normal search pxe http tftp".split(),
}
_FILES = {
    "iPXE, lkrn": "/usr/lib/ipxe/ipxe.lkrn",
    "systemd-boot": f"/usr/lib/systemd/boot/efi/systemd-boot{ARCH.efi}.efi",
}
_LPXELINUX = ["/usr/lib/PXELINUX/lpxelinux.0", "/usr/lib/syslinux/modules/bios/ldlinux.c32"]


def add_options(_):
    pass


def run(lab: Lab, _) -> Results:
    out = lab.root / "out"
    profiles = ("standard", "rescue", "server")
    for profile in profiles[1:]:  # `scripts/bench` has built the first
        subprocess.run([lab.root / "scripts/build", profile], check=True)
    subprocess.run([lab.root / "scripts/image", "floppy"], check=True, stdout=subprocess.DEVNULL)
    sizes = {"kboot, the program": [out / "bin/kboot"]}
    for profile in profiles:
        both = [out / profile / "bzImage", out / profile / "initramfs.img"]
        sizes |= {f"kboot, {profile}, kernel": both[:1], f"kboot, {profile}, initramfs": both[1:], f"kboot, {profile}, both": both}
    flash = lab.scratch / "flash"
    subprocess.run([lab.root / "scripts/image", "flash", "--as-built", "--out", flash], check=True, stdout=subprocess.DEVNULL)
    sizes["kboot, standard, flash"] = [flash]
    for kilobytes in ("144", "288"):
        sizes[f"kboot, floppy {kilobytes}"] = [lab.root / f"out/floppy/kboot-{kilobytes}.img"]
    sizes |= {name: [Path(file)] for name, file in _FILES.items()}
    sizes["lpxelinux"] = [Path(file) for file in _LPXELINUX]
    for name, modules in _MODULES.items():
        core = lab.scratch / "core.img"
        subprocess.run([program("grub-mkimage"), "-O", "i386-pc", "-p", "/", "-o", core, *modules], check=True)
        sizes[name] = [core]
    results = Results("size", 1, "bytes that the firmware loads", worse=1.01)
    for name, files in sizes.items():
        results.put(name, sum(file.stat().st_size for file in files))
    print()
    results.show(["what the firmware loads", "bytes"], [[name, f"{size:,}"] for name, size in results.figures.items()])
    return results
