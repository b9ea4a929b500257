"""Runs kboot in QEMU with something to boot: a disk with Debian's cloud kernel, and a web server with the same."""

import argparse
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests/vm"), str(ROOT / "scripts/builder")]

import target  # noqa: E402
from arch import ARCH  # noqa: E402
from console import ExpectError  # noqa: E402
from fileserver import FileServer  # noqa: E402
from installed import make_installed_disk  # noqa: E402
from machine import BOOTED, Machine  # noqa: E402

KERNEL = ROOT / "out/standard/bzImage"
INITRAMFS = ROOT / "out/standard/initramfs.img"
DISK = ROOT / "out/demo/disk.img"

# How both kernels are started; on a busy host the check of the emulated timer fails without reason.
ARGUMENTS = "console=ttyS0,115200 quiet no_timer_check"
# root= tells kboot which file system holds fstab, kboot.conf and what they name.
APPEND = f"{ARGUMENTS} root=/dev/vda2"

KBOOT_CONF = f"""\
# Read by kboot from the disk it is about to boot.
message=/etc/message
debian="/boot/vmlinuz initrd=/boot/initrd.img {ARGUMENTS}"
default=debian
"""

MESSAGE = """\

  This is kboot's demo. The disk has a root partition (vda2) with fstab and
  kboot.conf, and a /boot partition (vda1) with a kernel; a web server has the
  same kernel. Things to type:

    debian                                     the label in kboot.conf
    debian single                              the same with one more argument
    plan debian                                what it would boot
    /boot/vmlinuz initrd=/boot/initrd.img console=ttyS0,115200
    LABEL=demo-boot:/vmlinuz initrd=vda1:/initrd.img console=ttyS0,115200
    {url}/vmlinuz initrd=/boot/initrd.img console=ttyS0
    cd /boot, ls, help, and Tab to complete

  To leave QEMU: Ctrl-A, then X.

"""


def main() -> int:
    options = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    options.add_argument("--auto", action="store_true", help="boot the default; exit 0 when the second kernel runs")
    options.add_argument("--deadline", type=float, default=180, metavar="SECONDS", help="for --auto (%(default)g)")
    options.add_argument("--memory", type=int, default=512, metavar="MB", help="of the machine (%(default)s)")
    options.add_argument("--append", default="", metavar="WORDS", help="added to kboot's own kernel command line")
    arguments = options.parse_args()

    if subprocess.run([ROOT / "scripts/build"], check=False).returncode:
        return 1  # it said why
    with serve_and_install(DISK):
        if arguments.auto:
            return boot_default(arguments)
        return boot_by_hand(arguments)


@contextmanager
def serve_and_install(disk: Path):
    """Makes the disk and serves what is in its /boot, for as long as the server is in use."""
    files = {"/vmlinuz": target.kernel().read_bytes(), "/initrd.img": target.demo_initrd()}
    with FileServer(files) as server:
        make_installed_disk(disk, files, KBOOT_CONF, {"message": MESSAGE.format(url=server.url)})
        yield server


def boot_default(arguments: argparse.Namespace) -> int:
    """What nobody at the keyboard sees: the timeout runs out and the default boots."""
    append = f"{APPEND} timeout=1 {arguments.append}".rstrip()
    with Machine(KERNEL, [INITRAMFS], append, disks=[DISK], memory=arguments.memory) as machine:
        try:
            machine.expect(BOOTED, arguments.deadline)
        except ExpectError as error:
            print(f"scripts/run: the second kernel did not start.\n{error}", file=sys.stderr)
            return 1
    print("scripts/run: the second kernel runs")
    return 0


def boot_by_hand(arguments: argparse.Namespace) -> int:
    """The prompt on this terminal. The console is multiplexed with QEMU's monitor, so that ^C is the guest's."""
    command = [*ARCH.qemu, "-m", str(arguments.memory)]
    command += ["-kernel", str(KERNEL), "-initrd", str(INITRAMFS)]
    command += ["-append", f"{APPEND} {arguments.append}".rstrip()]
    command += ["-drive", f"file={DISK},format=raw,if=virtio", "-nic", "user,model=virtio-net-pci"]
    return subprocess.run([*command, "-display", "none", "-serial", "mon:stdio", "-no-reboot"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
