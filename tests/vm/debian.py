"""An initramfs of a real Debian with cryptsetup-initramfs, as its own tools make it."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from cache import cache, locked
from target import ROOT, kernel_package

KEYSCRIPT = ROOT / "config/debian/kboot-key"
LUKS_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a0c"
CRYPTTAB = f"root UUID={LUKS_UUID} none luks,initramfs,keyscript=/usr/local/sbin/kboot-key\n"


def initrd() -> bytes:
    """Asks for the passphrase of the volume LUKS_UUID, unless KEYSCRIPT finds its key. Made once, in half a minute."""
    package = kernel_package()
    inputs = [Path(__file__).read_bytes(), KEYSCRIPT.read_bytes(), " ".join(package).encode()]
    image = cache("target", f"debian-initrd-{hashlib.sha256(b''.join(inputs)).hexdigest()[:16]}") / "initrd.img"
    with locked("debian-initrd"):
        if not image.exists():
            with tempfile.TemporaryDirectory(dir=image.parent) as scratch:
                _make(Path(scratch), "=".join(package)).rename(image)
    return image.read_bytes()


def _make(scratch: Path, kernel: str) -> Path:
    """A Debian by the machine's own package sources, which is gone again when the initramfs has been copied out."""
    (scratch / "crypttab").write_text(CRYPTTAB)
    shutil.copy(KEYSCRIPT, scratch)
    command = ["mmdebstrap", "--quiet", "--variant=apt", "--format=null", f"--include=cryptsetup-initramfs,zstd,{kernel}"]
    command += [f"--customize-hook=copy-in {scratch}/crypttab /etc"]
    command += [f"--customize-hook=copy-in {scratch}/{KEYSCRIPT.name} /usr/local/sbin"]
    command += ['--customize-hook=chroot "$1" update-initramfs -u']
    command += [f"--customize-hook=copy-out /initrd.img /boot {scratch}"]
    made = subprocess.run([*command, "bookworm", "/dev/null"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert made.returncode == 0, made.stdout
    (image,) = (scratch / "boot").glob("initrd.img-*")
    return image
