"""What the VM tests share: the images under test, a second kernel to boot, a disk and a web server."""

import hashlib
import shutil
import subprocess
import tempfile
import threading
from functools import cached_property
from pathlib import Path

import target
from disk import write_tree
from fileserver import FileServer
from installed import make_installed_disk
from machine import Machine

# How either kernel is started here. On a busy host an emulated timer is late, which a kernel takes for a broken one
# and panics, unless it is told not to check.
ARGUMENTS = "console=ttyS0,115200 quiet no_timer_check"

# The command line of a kboot that finds nothing installed, and of one that boots the system in vda2.
SERIAL = ARGUMENTS
INSTALLED = f"{ARGUMENTS} root=/dev/vda2"

KBOOT_CONF = f"""\
# The configuration of the test disk.
debian="/boot/vmlinuz initrd=/boot/initrd.img {ARGUMENTS}"
"""


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


class Lab:
    def __init__(self, root: Path, artefacts: Path):
        self.artefacts = artefacts
        self.root = root
        self.lock = threading.RLock()  # tests run two at a time; what they share is made once
        self._scratch: tempfile.TemporaryDirectory | None = None

    def close(self):
        if self._scratch:
            self.server.__exit__()
            self._scratch.cleanup()

    @property
    def scratch(self) -> Path:
        with self.lock:
            self._scratch = self._scratch or tempfile.TemporaryDirectory(prefix="kboot-lab-")
            return Path(self._scratch.name)

    @property
    def boot_files(self) -> dict:
        """The files of /boot and of the web server."""
        with self.lock:
            return self._boot_files

    @cached_property
    def _boot_files(self) -> dict:
        kernel = target.kernel().read_bytes()
        return {
            "/vmlinuz": kernel,
            "/initrd.img": target.test_initrd(),
            "/extra.img": target.extra_archive("extra"),
            "/multiboot": target.multiboot_image(self.scratch),
            "/truncated": kernel[: len(kernel) // 2],
            "/notes.txt": b"Not a kernel.\n" * 100,
            "/empty": b"",
            "/folder": None,
        }

    @property
    def boot_folder(self) -> Path:
        """The test kernel and its initrd, for servers; everybody can read it."""
        with self.lock:
            return self._boot_folder

    @cached_property
    def _boot_folder(self) -> Path:
        folder = self.scratch / "boot"
        write_tree(folder, {name: self.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
        self.scratch.chmod(0o755)
        return folder

    def image(self, kind: str, *options: str, as_built: bool = True) -> Path:
        """What `scripts/image KIND` makes of the images under test, once; of another profile, which is built first, without as_built."""
        with self.lock:
            made, lock = self._images.setdefault((kind, options), (self.scratch / f"image{len(self._images)}", threading.Lock()))
        # Not the lab's lock: one of them takes minutes, in which others go on.
        with lock:
            if not made.exists():
                command = [self.root / "scripts/image", kind, "--append", SERIAL, "--out", made, *options, *["--as-built"] * as_built]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return made

    @cached_property
    def _images(self) -> dict:
        return {}

    def kernel_machine(self, kernel: Path, append: str) -> Machine:
        """A machine that runs a kernel with nothing beside it, and has the installed disk."""
        return Machine(kernel, [], append=append, disks=[self.disk()])

    @property
    def server(self) -> FileServer:
        with self.lock:
            return self._server

    @cached_property
    def _server(self) -> FileServer:
        return FileServer({name: content for name, content in self.boot_files.items() if content is not None})

    def disk(self, kboot_conf: str = KBOOT_CONF) -> Path:
        """A disk of the test's own, writable, so that whoever writes to it is found out by its digest."""
        with self.lock:
            file = Path(tempfile.mkstemp(dir=self.scratch, suffix=".disk")[1])
            if kboot_conf != KBOOT_CONF:
                return make_installed_disk(file, self.boot_files, kboot_conf)
            shutil.copy(self._plain_disk, file)
            return file

    @cached_property
    def _plain_disk(self) -> Path:
        return make_installed_disk(self.scratch / "plain", self.boot_files, KBOOT_CONF)

    def machine(self, append: str = INSTALLED, disk: Path | None = None, overlay: bytes = b"", profile: str = "standard", **options) -> Machine:
        """A machine that runs kboot; an overlay is one more archive on top of the initramfs."""
        images = self.root / "out" / profile
        return Machine(
            images / "bzImage",
            [images / "initramfs.img", overlay],
            append=append,
            disks=[disk or self.disk()],
            **options,
        )
