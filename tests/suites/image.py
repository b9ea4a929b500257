"""What scripts/build leaves in out/: looked at from outside, without a virtual machine."""

import functools
import hashlib
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import target
from suites.suite import ROOT, Failed, Suite, Test, run, scripts_build

KBOOT = ROOT / "out/bin/kboot"
INITRAMFS = ROOT / "out/standard/initramfs.img"


def _tests() -> list:
    scripts_build()
    cases = [static_binary, plans_on_a_host, exit_statuses]
    cases += [floppies_are_reproducible, images_are_reproducible, disk_has_volume_ids, packing_is_reproducible]
    cases += [site_files_land_in_etc, unknown_site_file_warns, own_packages_go_in]
    return [Test(f"image/{case.__name__}", case) for case in cases]


@functools.cache
def _component(name: str) -> str:
    return run([ROOT / "scripts/build", "component", name], deadline=3600).splitlines()[-1]


def _pack(out: Path, *more: str, checkout: Path = ROOT, umask: int = -1) -> str:
    command = [checkout / "initramfs/pack", "--out", out, "--kboot", KBOOT]
    for component in ("busybox", "dropbear", "kexec-tools"):
        command += ["--package", _component(component)]
    return run([*command, *more], umask=umask)


def _unpack(image: Path, folder: Path):
    command = f"zstd -qdc '{image}' | cpio -idm --quiet --no-absolute-filenames"
    subprocess.run(["bash", "-c", command], cwd=folder, check=True)


def static_binary():
    described = run(["readelf", "--program-headers", KBOOT])
    if "INTERP" in described or "DYNAMIC" in described:
        raise Failed(f"{KBOOT} is not static:\n{described}")


def _kboot(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([KBOOT, *arguments], capture_output=True, text=True, timeout=60, check=False)


def plans_on_a_host():
    """The binary is a command on any Linux host, too: -n shows what would be booted."""
    kernel = str(target.kernel())
    done = _kboot("-n", "--json", "-c", f"{kernel} initrd={kernel} root=/dev/sda2 quiet")
    place = {"as_written": kernel, "kind": "booted", "source": None, "path": kernel}
    expected = {"kernel": place, "initrds": [place], "cmdline": "root=/dev/sda2 quiet", "origin": "typed"}
    if done.returncode or json.loads(done.stdout) != expected:
        raise Failed(f"status {done.returncode}, plan {done.stdout}, expected {json.dumps(expected)}\n{done.stderr}")


def exit_statuses():
    for status, arguments in ((0, ["-n", "-c", "pwd"]), (1, ["-n", "--json", "-c", "/nonexistent"]), (2, ["--nonsense"])):
        done = _kboot(*arguments)
        if done.returncode != status:
            raise Failed(f"{arguments}: exit status {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    if "error" not in json.loads(_kboot("-n", "--json", "-c", "/nonexistent").stdout):
        raise Failed("a failure is not reported as JSON")


def images_are_reproducible():
    """Made at another time and in another place: the same bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("efi", "iso", "disk"):
            here, there = Path(scratch) / kind, Path(scratch) / "elsewhere" / kind
            run([ROOT / "scripts/image", kind, "--as-built", "--out", here])
            time.sleep(2)  # FAT tells times apart by that
            run([ROOT / "scripts/image", kind, "--as-built", "--out", there], umask=0o077)
            if here.read_bytes() != there.read_bytes():
                raise Failed(f"two images of the kind {kind} differ")


def disk_has_volume_ids():
    """The stick's two FAT file systems are told apart by UUID=."""
    with tempfile.TemporaryDirectory() as scratch:
        disk = Path(scratch) / "disk"
        run([ROOT / "scripts/image", "disk", "--as-built", "--out", disk])
        table = json.loads(run(["sfdisk", "--json", disk]))["partitiontable"]
        ids = []
        for partition in table["partitions"]:
            with disk.open("rb") as file:
                file.seek(partition["start"] * table.get("sectorsize", 512))
                boot_sector = file.read(512)
            at = 67 if boot_sector[82:87] == b"FAT32" else 39
            ids.append(boot_sector[at : at + 4][::-1].hex())
    if ids != ["6b620002", "6b620003"]:
        raise Failed(f"the volume ids of the stick's file systems are {ids}")


def floppies_are_reproducible():
    """The same, and exactly as large as the disks are. Their profiles are built for it, a kernel each, before any virtual machine runs."""
    with tempfile.TemporaryDirectory() as scratch:
        for size, length in (("144", 1_474_560), ("288", 2_949_120)):
            here, there = Path(scratch) / size, Path(scratch) / "elsewhere" / size
            run([ROOT / "scripts/image", "floppy", "--size", size, "--out", here], deadline=3600)
            run([ROOT / "scripts/image", "floppy", "--size", size, "--as-built", "--out", there], umask=0o077)
            if here.read_bytes() != there.read_bytes():
                raise Failed(f"two floppies of {length:,} bytes differ")
            if here.stat().st_size != length:
                raise Failed(f"a floppy of {length:,} bytes has {here.stat().st_size:,}")


def packing_is_reproducible():
    """Another checkout, another time, another umask: the same bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        elsewhere = Path(scratch) / "checkout"
        elsewhere.mkdir()
        shutil.copytree(ROOT / "initramfs", elsewhere / "initramfs", symlinks=True)
        shutil.copy(ROOT / "CMakeLists.txt", elsewhere)
        here, there = Path(scratch) / "here.img", Path(scratch) / "there.img"
        _pack(here)
        _pack(there, checkout=elsewhere, umask=0o077)
        digests = [hashlib.sha256(image.read_bytes()).hexdigest() for image in (here, there)]
    if digests[0] != digests[1]:
        raise Failed(f"two packings differ: {digests}")


def site_files_land_in_etc():
    contents = {"kboot.conf": "timeout=5\n", "fstab": "/dev/sda2 / ext4\n", "authorized_keys": "ssh-ed25519 AAAA me\n"}
    contents["initiatorname.iscsi"] = "InitiatorName=iqn.2026-11.example:me\n"
    places = {"kboot.conf": "etc/kboot.conf", "fstab": "etc/fstab", "authorized_keys": "root/.ssh/authorized_keys"}
    places["initiatorname.iscsi"] = "etc/iscsi/initiatorname.iscsi"
    with tempfile.TemporaryDirectory() as scratch:
        site, root, out = (Path(scratch) / name for name in ("site", "root", "initramfs.img"))
        site.mkdir()
        root.mkdir()
        for name, content in contents.items():
            (site / name).write_text(content)
        (site / "hosts").write_text("192.0.2.1 server\n")
        _pack(out, "--site", str(site))
        _unpack(out, root)
        for name, place in places.items():
            if (root / place).read_text() != contents[name]:
                raise Failed(f"{name} did not arrive as /{place}")
        hosts = (root / "etc/hosts").read_text()
        if "localhost" not in hosts or "192.0.2.1 server" not in hosts:
            raise Failed(f"/etc/hosts should hold localhost and the site's lines, but holds:\n{hosts}")


def own_packages_go_in():
    """A directory dropped into site/packages: its files are in the initramfs, its Kconfig lines in every kernel's."""
    with tempfile.TemporaryDirectory() as scratch:
        checkout, root, out = (Path(scratch) / name for name in ("checkout", "root", "initramfs.img"))
        for folder in ("kernel-config", "scripts/builder"):
            shutil.copytree(ROOT / folder, checkout / folder)
        package = checkout / "site/packages/tool"
        (package / "root/bin").mkdir(parents=True)
        (package / "root/bin/tool").write_text("#!/bin/sh\n")
        (package / "kernel.config").write_text("# The tool's.\nCONFIG_OF_THE_TOOL=y\n")
        root.mkdir()
        _pack(out, "--site", str(checkout / "site"))
        _unpack(out, root)
        if not (root / "bin/tool").is_file():
            raise Failed("the package's program is not in the initramfs")
        if "CONFIG_OF_THE_TOOL=y" not in run([checkout / "kernel-config/merge", "standard"]):
            raise Failed("the package's kernel.config is not asked for")
        if "site/packages/tool/kernel.config" not in run([checkout / "kernel-config/inputs", "linux-standard"]):
            raise Failed("the kernel would not be made anew for the package's kernel.config")


def unknown_site_file_warns():
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        site.mkdir()
        (site / "kbot.conf").write_text("timeout=5\n")
        output = _pack(Path(scratch) / "initramfs.img", "--site", str(site))
    if "kbot.conf" not in output or "warning" not in output:
        raise Failed(f"a misspelt file name passed without a word:\n{output}")


SUITE = Suite("image", _tests)
