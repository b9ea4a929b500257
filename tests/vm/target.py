"""What kboot boots in tests and in the demo: Debian's cloud kernel with a small initrd of ours."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts/builder"))

from arch import ARCH  # noqa: E402
from archive import cpio  # noqa: E402
from cache import cache, locked  # noqa: E402
from disk import Link, Program  # noqa: E402
from lock import LOCK, read_lock  # noqa: E402
from taken import taken  # noqa: E402

_REPORT = b"""#!/bin/busybox sh
# Tells the console how this kernel was started; tests read these lines.
export PATH=/bin
mount -t proc proc /proc
echo 1 >/proc/sys/kernel/printk
echo
echo "KBOOT-TEST: booted"
echo "KBOOT-TEST: cmdline=$(cat /proc/cmdline)"
echo "KBOOT-TEST: files=$(ls /kboot-test.d | tr '\\n' ' ')"
for log in /kboot.log /run/kboot.log; do
    [ ! -e $log ] || echo "KBOOT-TEST: log=$(grep -c . $log) lines, $(grep -c geheim $log) secrets"
done
if [ -e /ramoops.ko ]; then
    insmod /reed_solomon.ko
    insmod /ramoops.ko "$(cat /ramoops.options)"
    mkdir /pstore
    mount -t pstore pstore /pstore
    log=/pstore/pmsg-ramoops-0
    echo "KBOOT-TEST: pmsg=$(grep -c . $log) lines, $(grep -c geheim $log) secrets, $(grep -c 'kboot: booting ' $log) boot"
fi
[ ! -e /ballast ] || echo "KBOOT-TEST: ballast=$(sha256sum </ballast)"
echo "KBOOT-TEST: end"
"""

_POWER_OFF = b"poweroff -f\n"

_SHELL = b"""mount -t devtmpfs devtmpfs /dev
echo
echo "Hello from the second kernel, Linux $(uname -r), in a small initrd of its own."
echo "This is its shell; 'exit' switches the machine off."
setsid -c sh
poweroff -f
"""


def _locked_kernel() -> str:
    """The name of the cloud kernel's package in the lock file."""
    for package in read_lock():
        if re.fullmatch(rf"linux-image-\S+-cloud-{ARCH.debian}", package):
            return package
    raise LookupError(f"{LOCK}: pins no linux-image-...-cloud-{ARCH.debian}")


def kernel_package() -> tuple[str, str]:
    """Name and version of the cloud kernel's package: as they are pinned, or as what was taken for it is named."""
    files = taken(_locked_kernel())
    return files[0].package, files[0].version


def kernel() -> Path:
    """The cloud kernel's bzImage."""
    return _kernel_file("vmlinuz")


def kernel_module(name: str) -> bytes:
    """One of the modules in _FILES."""
    return _kernel_file(f"{name}.ko").read_bytes()


# What is kept of the cloud kernel's package.
_FILES = {
    "vmlinuz": "boot/vmlinuz-*",
    "ramoops.ko": "lib/modules/*/kernel/fs/pstore/ramoops.ko",
    "reed_solomon.ko": "lib/modules/*/kernel/lib/reed_solomon/reed_solomon.ko",
}


def _kernel_file(name: str) -> Path:
    """Unpacked once."""
    with locked("target-kernel"):
        folder = _kernel_folder()
        if not all((folder / file).exists() for file in _FILES):
            with tempfile.TemporaryDirectory(dir=folder) as unpacked:
                fetch: list[str | Path] = [ROOT / "scripts/fetch-source", _locked_kernel(), unpacked]
                subprocess.run(fetch, check=True, stdout=subprocess.DEVNULL)
                folder = _kernel_folder()  # another version's when the archive has dropped the pinned one
                for file, pattern in _FILES.items():
                    (found,) = Path(unpacked).glob(pattern)
                    found.replace(folder / file)
    return folder / name


def _kernel_folder() -> Path:
    return cache("target", "-".join(kernel_package()))


def component(name: str) -> Path:
    """Where a component of the build is installed."""
    command: list[str | Path] = [ROOT / "scripts/build", "component", name]
    built = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Path(built.stdout.splitlines()[-1])


def _busybox() -> tuple:
    """The program, and the names of its other applets."""
    busybox = component("busybox") / "bin/busybox"  # static, so any initrd can hold it, and the host can ask it
    applets = subprocess.run([busybox, "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return busybox.read_bytes(), [applet for applet in applets if applet != "busybox"]


def _initrd(then: bytes) -> bytes:
    busybox, applets = _busybox()
    files = {"bin": None, "dev": None, "proc": None, "bin/busybox": busybox, "init": _REPORT + then}
    files |= {f"bin/{applet}": "busybox" for applet in applets}
    return cpio({**files, "kboot-test.d": None, "kboot-test.d/main": b""})


def root_files() -> dict:
    """The files of a disk.Partition which is the root of a system that reports as test_initrd() does."""
    busybox, applets = _busybox()
    files: dict = {f"/{folder}": None for folder in ("dev", "proc", "sys", "run", "etc", "kboot-test.d")}
    files |= {"/bin/busybox": Program(busybox), "/sbin/init": Program(_REPORT + _POWER_OFF)}
    files["/etc/os-release"] = "ID=kboot-test\n"  # systemd switches to no root without one
    return files | {f"/bin/{applet}": Link("busybox") for applet in applets}


def test_initrd() -> bytes:
    """Reports and switches the machine off."""
    return _initrd(_POWER_OFF)


def demo_initrd() -> bytes:
    """Reports and gives a shell."""
    return _initrd(_SHELL)


def extra_archive(name: str) -> bytes:
    """A second initrd: with it, `name` is among the files that the first one's init reports."""
    return cpio({"kboot-test.d": None, f"kboot-test.d/{name}": b""})


def ramoops_archive(scratch: Path, options: str) -> bytes:
    """A second initrd, with which the first one's init looks for what has been left in memory for pstore."""
    insmod = scratch / "insmod"
    source = Path(__file__).with_name("insmod.c")
    subprocess.run(["gcc", "-static", "-Os", "-o", insmod, source], check=True)
    files = {f"{name}.ko": kernel_module(name) for name in ("reed_solomon", "ramoops")}
    return cpio({**files, "ramoops.options": options.encode(), "bin": None, "bin/insmod": insmod.read_bytes()})


def multiboot_image(scratch: Path) -> bytes:
    """A tiny ELF kernel for the multiboot protocol."""
    objects, image = scratch / "multiboot.o", scratch / "multiboot"
    source = Path(__file__).with_name("multiboot.S")
    subprocess.run(["gcc", "-m32", "-c", source, "-o", objects], check=True)
    # -N: one segment without the ELF header, which would lie below 1 MiB, where no memory is free.
    link = ["ld", "-m", "elf_i386", "-N", "--no-warn-rwx-segments", "-Ttext", "0x100000"]
    subprocess.run([*link, objects, "-o", image], check=True)
    return image.read_bytes()
