"""What the kinds of images share: what they are made of, options, FAT file systems without root."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024
sys.path.append(str(ROOT / "scripts/builder"))  # what images and the build share


class ImageError(Exception):
    """The image cannot be made; the text says why."""


@dataclass
class Parts:
    """A profile's kernel and initramfs, and the words for the kernel's command line."""

    folder: Path
    append: str

    @property
    def kernel(self) -> Path:
        return self.folder / "bzImage"

    @property
    def initramfs(self) -> Path:
        return self.folder / "initramfs.img"


def parser(description: str, profile: str | None = "standard") -> argparse.ArgumentParser:
    """The options that all kinds have; no --profile without one."""
    name = f"scripts/image {Path(sys.argv[0]).name}"
    options = argparse.ArgumentParser(prog=name, description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if profile:
        options.add_argument("--profile", default=profile, help="what it is made of (%(default)s)")
    options.add_argument("--append", default="", metavar="WORDS", help="kboot's own kernel command line: root=/dev/sda2, console=ttyS0,115200 …")
    options.add_argument("--out", type=Path, metavar="FILE", help="instead of the name in out/PROFILE/")
    options.add_argument("--as-built", action="store_true", help="take kernel and initramfs as they lie in out/PROFILE/")
    return options


def menu_at_start() -> str:
    """The setting with which a medium begins that people plug into any machine, unless a configuration of the site is built in."""
    return "" if (ROOT / "site/kboot.conf").exists() else "console.start=menu"


def build(arguments: argparse.Namespace) -> Parts:
    if not arguments.as_built and subprocess.run([ROOT / "scripts/build", arguments.profile], check=False).returncode:
        raise ImageError("scripts/build failed; what it said is above")
    parts = Parts(ROOT / "out" / arguments.profile, arguments.append)
    for file in (parts.kernel, parts.initramfs):
        if not file.is_file():
            raise ImageError(f"{file} is not there: leave --as-built out")
    return parts


def main(make) -> int:
    """Runs make(), which returns the files it has made; an ImageError becomes a line and a status."""
    try:
        for file in make():
            print(f"{file.name}: {file.stat().st_size:,} bytes" if file.is_file() else f"{file.name}/")
    except ImageError as error:
        print(f"scripts/image: {error}", file=sys.stderr)
        return 1
    return 0


def run(*command, text: str = "") -> str:
    """Runs a tool, in a world where it is always the same time; ImageError with what it said when it fails."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "MTOOLS_SKIP_CHECK": "1"}
    environment["SOURCE_DATE_EPOCH"] = str(release_time())
    words = [str(word) for word in command]
    done = subprocess.run(
        words, input=text, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False
    )
    if done.returncode:
        raise ImageError(f"{words[0]} failed:\n{done.stdout}")
    return done.stdout


def release_time() -> int:
    """Seconds since 1970 of this version of kboot: the time of everything in an image, whenever that is made."""
    return int(from_cmake(r"KBOOT_RELEASED (\d+)"))


def from_cmake(pattern: str) -> str:
    """What the group of a pattern matches in the file where name, version and time of this kboot are."""
    if found := re.search(pattern, (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE):
        return found.group(1)
    raise ImageError(f"CMakeLists.txt has no line that matches {pattern}")


@contextmanager
def replacing(file: Path):
    """A path to write to; it becomes `file` when all went well, so that there never is half of one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(file.name + ".new")
    try:
        yield new
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def scratch():
    with tempfile.TemporaryDirectory(prefix="kboot-image-") as folder:
        yield Path(folder)


def make_fat(image: Path, files: dict, label: str, size: int = 0, offset: int = 0, volume_id: str = ""):
    """A FAT file system at `offset` of image with {"EFI/BOOT/x": bytes or Path}; no size: as small as may be, in a file of its own.

    volume_id: eight hexadecimal digits, for a file system that is not alone on its disk; mkfs.fat --invariant has one for all.
    """
    with scratch() as folder:
        sources = {}
        for number, (name, content) in enumerate(files.items()):
            sources[name] = content if isinstance(content, Path) else folder / str(number)
            if not isinstance(content, Path):
                sources[name].write_bytes(content)
        if not size:
            # Clusters, tables and folders: one part in fifty is plenty.
            needed = sum(file.stat().st_size for file in sources.values())
            size = (needed * 51 // 50 // MIB + 1) * MIB
        fat = folder / "fat"
        with fat.open("wb") as file:
            file.truncate(size)
        run("mkfs.fat", "--invariant", *(("-i", volume_id) if volume_id else ()), "-n", label, fat)
        folders = dict.fromkeys(str(parent) for name in sources for parent in reversed(Path(name).parents) if parent.name)
        for name in folders:
            run("mmd", "-i", fat, f"::/{name}")
        for name, source in sources.items():
            # The times of a copy are the file's own; a checkout's say nothing.
            copy = folder / "copy"
            copy.write_bytes(source.read_bytes())
            os.utime(copy, (release_time(), release_time()))
            run("mcopy", "-m", "-i", fat, copy, f"::/{name}")
        with image.open("r+b" if image.exists() else "wb") as out:
            out.seek(offset)
            out.write(fat.read_bytes())


def time_text(form: str) -> str:
    """release_time() as strftime(3) has it."""
    return time.strftime(form, time.gmtime(release_time()))
