"""Initramfs archives of a real Debian, as its own tools make them."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from cache import cache, locked
from target import ROOT, kernel_package

KEYSCRIPT = ROOT / "config/debian/kboot-key"
LOG_SCRIPT = ROOT / "config/debian/kboot-log"
LUKS_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a0c"
CRYPTTAB = f"root UUID={LUKS_UUID} none luks,initramfs,keyscript=/usr/local/sbin/kboot-key\n"

# What is installed beside the kernel, and what makes the archive of the kernel's $version.
_KINDS = {
    "initramfs-tools": ("cryptsetup-initramfs,zstd", 'update-initramfs -u -k "$version"'),
    "dracut": (
        "dracut,cryptsetup-bin,systemd-sysv,zstd",
        'dracut --force --quiet --no-hostonly --add "dracut-systemd crypt" --filesystems ext4'
        ' --drivers "dm-crypt virtio_scsi virtio_blk sd_mod" "/boot/initrd.img-$version" "$version"',
    ),
}


def initrd(kind: str) -> bytes:
    """One that opens the volume LUKS_UUID. Made once, in a minute."""
    package = kernel_package()
    inputs = [Path(__file__).read_bytes(), KEYSCRIPT.read_bytes(), LOG_SCRIPT.read_bytes(), " ".join(package).encode(), kind.encode()]
    image = cache("target", f"debian-initrd-{hashlib.sha256(b''.join(inputs)).hexdigest()[:16]}") / "initrd.img"
    with locked(f"debian-initrd-{kind}"):
        if not image.exists():
            with tempfile.TemporaryDirectory(dir=image.parent) as scratch:
                _make(Path(scratch), kind, "=".join(package)).rename(image)
    return image.read_bytes()


def _make(scratch: Path, kind: str, kernel: str) -> Path:
    """A Debian by the machine's own package sources, which is gone again when the archive has been copied out."""
    packages, make = _KINDS[kind]
    (scratch / "crypttab").write_text(CRYPTTAB)
    shutil.copy(KEYSCRIPT, scratch)
    shutil.copy(LOG_SCRIPT, scratch)
    (scratch / "make").write_text(f"set -e\nversion=$(ls /lib/modules)\n{make}\n")
    command = ["mmdebstrap", "--quiet", "--variant=apt", "--format=null", f"--include={packages},{kernel}"]
    command += [f"--customize-hook=copy-in {scratch}/crypttab /etc"]
    command += [f"--customize-hook=copy-in {scratch}/{KEYSCRIPT.name} /usr/local/sbin"]
    command += ['--customize-hook=mkdir -p "$1/etc/initramfs-tools/scripts/init-bottom"']
    command += [f"--customize-hook=copy-in {scratch}/{LOG_SCRIPT.name} /etc/initramfs-tools/scripts/init-bottom"]
    command += [f"--customize-hook=copy-in {scratch}/make /root", '--customize-hook=chroot "$1" sh /root/make']
    command += [f"--customize-hook=copy-out /boot {scratch}"]
    made = subprocess.run([*command, "bookworm", "/dev/null"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert made.returncode == 0, made.stdout
    (image,) = (scratch / "boot").glob("initrd.img-*")
    return image
