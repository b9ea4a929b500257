"""What scripts/build and scripts/fetch-source do about sources: on a checkout and an archive that are made here.

The archive is a folder with a pool and signed lists, served on this machine's loopback; apt is pointed at it by a configuration of
its own (APT_CONFIG), so nothing here asks the network or changes what the machine trusts.
"""

import contextlib
import email.utils
import functools
import hashlib
import http.server
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from suites.suite import ROOT, Failed, Suite, Test

PYTHON = ["/usr/bin/python3", "-B"]

# Prints what is in its source and its package; says so, to be counted.
THING = """#!/bin/sh
# sources: thing tool
set -eu
cat "$SRC/thing/what" "$SRC/tool/usr/share/tool/what" >"$OUT/what"
"""


class Archive:
    """A Debian archive with the source package thing and the binary package tool, in as many versions as are added."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._sources: list[str] = []
        self._packages: list[str] = []
        self.locked: dict[tuple[str, str], list[str]] = {}  # the lock's lines of a package in a version

    def add_source(self, version: str) -> None:
        scratch = self.folder / "scratch" / version
        tree = scratch / f"thing-{version}"
        (tree / "debian/source").mkdir(parents=True)
        (tree / "what").write_text(f"thing {version}\n")
        (tree / "debian/source/format").write_text("3.0 (native)\n")
        (tree / "debian/control").write_text(
            "Source: thing\nMaintainer: T <t@example.org>\nStandards-Version: 4.6.2\n\nPackage: thing\nArchitecture: all\nDescription: thing\n"
        )
        (tree / "debian/changelog").write_text(
            f"thing ({version}) unstable; urgency=low\n\n  * It is.\n\n -- T <t@example.org>  Sat, 10 Jun 2023 00:00:00 +0000\n"
        )
        _run("dpkg-source", "--build", tree.name, cwd=scratch)
        pool = self.folder / "pool/main/t/thing"
        pool.mkdir(parents=True, exist_ok=True)
        files = [Path(shutil.move(scratch / f"thing_{version}{ending}", pool)) for ending in (".dsc", ".tar.xz")]
        sums = "".join(f"\n {_sha256(file)} {file.stat().st_size} {file.name}" for file in files)
        self._sources.append(
            f"Package: thing\nBinary: thing\nFormat: 3.0 (native)\nVersion: {version}\nDirectory: pool/main/t/thing\nChecksums-Sha256:{sums}\n"
        )
        self.locked["thing", version] = [self._line("source", "thing", version, file) for file in files]

    def add_deb(self, package: str, version: str) -> None:
        tree = self.folder / "scratch" / f"{package}-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "usr/share/tool").mkdir(parents=True)
        (tree / "usr/share/tool/what").write_text(f"{package} {version}\n")
        control = f"Package: {package}\nVersion: {version}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: tool\n"
        (tree / "DEBIAN/control").write_text(control)
        file = self.folder / "pool/main/t/tool" / f"{package}_{version}_all.deb"
        file.parent.mkdir(parents=True, exist_ok=True)
        _run("dpkg-deb", "--root-owner-group", "--build", tree, file)
        place = file.relative_to(self.folder)
        self._packages.append(f"{control}Filename: {place}\nSize: {file.stat().st_size}\nSHA256: {_sha256(file)}\n")
        self.locked[package, version] = [self._line("deb", package, version, file)]

    def _line(self, kind: str, package: str, version: str, file: Path) -> str:
        return f"{kind} {package} {version} {file.relative_to(self.folder)} {_sha256(file)}"

    def drop(self, package: str, version: str) -> None:
        """The files are gone; the lists, if they are not written anew, still name them."""
        for line in self.locked[package, version]:
            (self.folder / line.split()[3]).unlink()

    def write_lists(self, key: "Key") -> None:
        dist = self.folder / "dists" / _codename()
        lists = {f"main/binary-{_architecture()}/Packages": self._packages, "main/source/Sources": self._sources}
        sums = ""
        for name, records in lists.items():
            file = dist / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(records))
            sums += f" {_sha256(file)} {file.stat().st_size} {name}\n"
        (dist / "InRelease").unlink(missing_ok=True)
        (dist / "Release").write_text(
            f"Origin: test\nSuite: {_codename()}\nCodename: {_codename()}\nDate: {email.utils.formatdate(usegmt=True)}\n"
            f"Architectures: {_architecture()}\nComponents: main\nSHA256:\n{sums}"
        )
        key.sign(dist / "Release", dist / "InRelease")

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Over HTTP, at the URL that is returned."""
        handler = functools.partial(_QuietHandler, directory=str(self.folder))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        pass


class Key:
    """A throw-away key that signs an archive's lists."""

    def __init__(self, folder: Path):
        folder.mkdir(mode=0o700)
        self._gpg = ["gpg", "--quiet", "--batch", "--homedir", str(folder), "--passphrase", ""]
        self.public = folder / "public.gpg"
        _run(*self._gpg, "--quick-generate-key", "test@example.org", "ed25519", "sign", "never")
        _run(*self._gpg, "--output", self.public, "--export")

    def sign(self, text: Path, signed: Path) -> None:
        _run(*self._gpg, "--output", signed, "--clearsign", text)

    def close(self) -> None:
        """Ends the agent that gpg has started."""
        _run("gpgconf", "--homedir", self.public.parent, "--kill", "all")


class Checkout:
    """A source tree with one component, a cache of its own, and an apt that knows one archive."""

    def __init__(self, folder: Path, uri: str, trusted: Path):
        self.tree = folder / "tree"
        self.cache = folder / "cache"
        self.lock = self.tree / "scripts/sources.lock"
        self.note = self.tree / "out/not-pinned.txt"
        shutil.copytree(ROOT / "scripts/builder", self.tree / "scripts/builder", ignore=shutil.ignore_patterns("__pycache__"))
        self.component("thing", THING)
        apt = folder / "apt"
        (apt / "lists/partial").mkdir(parents=True)
        (apt / "sources.list").write_text(f"deb {uri} {_codename()} main\n")
        (apt / "apt.conf").write_text(
            f'Dir::Etc::SourceList "{apt}/sources.list";\nDir::Etc::SourceParts "/dev/null";\nDir::State::Lists "{apt}/lists";\n'
            f'Dir::Etc::Trusted "{trusted}";\nDir::Etc::TrustedParts "{apt}/none";\n'
            'Acquire::http::Proxy "DIRECT";\nAcquire::Retries "0";\n'
        )
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KBOOT_")},
            "APT_CONFIG": str(apt / "apt.conf"),
            "KBOOT_CACHE": str(self.cache),
        }

    def component(self, name: str, script: str) -> None:
        file = self.tree / "scripts/components" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(script)
        file.chmod(0o755)

    def pin(self, *lines: str) -> None:
        self.lock.write_text("# What is pinned.\n\n" + "".join(f"{line}\n" for line in lines))

    def run(self, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*PYTHON, self.tree / "scripts/builder" / program, *arguments], env={**self._environment, **environment},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)

    def start(self, command: list[str | Path]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sleeping_component(self, name: str) -> Path:
        """A component that takes ten minutes; the file that then holds the pids of its script and of what a make would be."""
        pids = self.tree / "pids"
        self.component(name, f'#!/bin/sh\nsleep 600 &\necho $$ $! >{pids}.new\nmv {pids}.new {pids}\nwait\n')
        return pids

    def build(self, **environment: str) -> "Built":
        """Builds the component."""
        done = self.run("build.py", "thing", **environment)
        if done.returncode:
            raise Failed(f"build.py: exit status {done.returncode}\n{done.stderr}")
        folder = Path(done.stdout.strip())
        return Built(folder, (folder / "what").read_text(), done.stderr)

    def fails(self, **environment: str) -> str:
        """What is said of a build that has to fail."""
        done = self.run("build.py", "thing", **environment)
        if not done.returncode:
            raise Failed(f"what cannot be built was built:\n{done.stderr}")
        return done.stderr


class Built:
    def __init__(self, folder: Path, what: str, said: str):
        self.folder = folder
        self.what = what
        self.said = said


@contextlib.contextmanager
def _world() -> Iterator[tuple[Archive, Checkout]]:
    """An archive with thing 1.0 and 2.0 and tool 1.0, and a checkout that pins thing 1.0."""
    with tempfile.TemporaryDirectory(prefix="kboot-builder-") as scratch:
        archive = Archive(Path(scratch) / "archive")
        for version in ("1.0", "2.0"):
            archive.add_source(version)
        archive.add_deb("tool", "1.0")
        archive.write_lists(_key())
        with archive.served() as uri:
            checkout = Checkout(Path(scratch), uri, _key().public)
            checkout.pin(*archive.locked["thing", "1.0"], *archive.locked["tool", "1.0"])
            yield archive, checkout


def _never(archive: Archive, package: str = "thing") -> list[str]:
    """Lock lines of a version that never existed."""
    newest = max(version for name, version in archive.locked if name == package)
    return [re.sub(r"\S+$", "0" * 64, line.replace(newest, "0.9")) for line in archive.locked[package, newest]]


def _same(got: object, expected: object) -> None:
    if got != expected:
        raise Failed(f"expected: {expected!r}\ngot:      {got!r}")


def _says(text: str, *parts: str) -> None:
    for part in parts:
        if part not in text:
            raise Failed(f"not a word of: {part}\nit said:\n{text}")


def _silent(text: str, *parts: str) -> None:
    for part in parts:
        if part in text:
            raise Failed(f"it said {part}:\n{text}")


def the_pinned_version_is_taken() -> None:
    with _world() as (_, checkout):
        built = checkout.build()
        _same(built.what, "thing 1.0\ntool 1.0\n")
        _silent(built.said, "WARNING")
        _same(checkout.note.exists(), False)


def a_newer_one_is_taken_and_said() -> None:
    with _world() as (archive, checkout):
        pinned = checkout.build()
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        built = checkout.build()
        _same(built.what, "thing 2.0\ntool 1.0\n")
        _says(built.said, "WARNING: thing 0.9 is gone from the archive", "WARNING: thing 2.0 is taken for thing 0.9", "KBOOT_PINNED=strict")
        _same(checkout.note.read_text(), "thing: thing 2.0 was taken, thing 0.9 is pinned\n")
        _same(built.folder == pinned.folder, False)


def it_stays_the_same_without_a_network() -> None:
    with _world() as (archive, checkout):
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        first = checkout.build()
        archive.add_source("3.0")
        archive.write_lists(_key())
        (archive.folder / "pool").rename(archive.folder / "away")
        again = checkout.build()
        _same((again.folder, again.what), (first.folder, first.what))
        _says(again.said, "WARNING:   thing: thing 2.0 was taken")


def its_version_is_in_the_hash() -> None:
    """What was built of a version is the same, whether the version was pinned or taken; another version makes another."""
    with _world() as (archive, checkout):
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        taken = checkout.build()
        checkout.pin(*archive.locked["thing", "2.0"], *archive.locked["tool", "1.0"])
        pinned = checkout.build()
        _same((pinned.folder, pinned.what), (taken.folder, taken.what))
        _silent(pinned.said, "WARNING", "building")
        _same(checkout.note.exists(), False)


def a_package_in_debs_is_replaced_too() -> None:
    with _world() as (archive, checkout):
        archive.add_deb("tool", "1.1")
        archive.write_lists(_key())
        checkout.pin(*archive.locked["thing", "1.0"], *_never(archive, "tool"))
        _same(checkout.build().what, "thing 1.0\ntool 1.1\n")


def a_kernel_of_another_abi_is_its_successor() -> None:
    with _world() as (archive, checkout):
        for abi in (9, 10):
            archive.add_deb(f"linux-image-6.1.0-{abi}-cloud-amd64", f"6.1.{abi}")
        archive.write_lists(_key())
        checkout.pin("deb linux-image-6.1.0-7-cloud-amd64 6.1.7 pool/main/l/linux/linux-image-6.1.0-7-cloud-amd64_6.1.7_amd64.deb " + "0" * 64)
        done = checkout.run("fetch.py", "linux-image-6.1.0-7-cloud-amd64", str(checkout.tree / "unpacked"))
        _same((done.returncode, (checkout.tree / "unpacked/usr/share/tool/what").read_text()), (0, "linux-image-6.1.0-10-cloud-amd64 6.1.10\n"))
        _says(done.stderr, "linux-image-6.1.0-10-cloud-amd64 6.1.10 is taken for linux-image-6.1.0-7-cloud-amd64 6.1.7")


def strict_refuses() -> None:
    with _world() as (archive, checkout):
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        refused = ("thing 0.9 is gone from the archive", "KBOOT_PINNED=strict takes no other version", "KBOOT_ARCHIVE=URL")
        _says(checkout.fails(KBOOT_PINNED="strict"), *refused)
        checkout.build()
        # Nor does what was taken before count.
        _says(checkout.fails(KBOOT_PINNED="strict"), *refused)
        _says(checkout.fails(KBOOT_PINNED="maybe"), "KBOOT_PINNED=maybe: the only value is strict")


def another_file_by_the_same_name_is_refused() -> None:
    """A file with a wrong checksum is not a file that is gone: nothing is taken in its place."""
    with _world() as (archive, checkout):
        pinned = [re.sub(r"\S+$", "0" * 64, line) for line in archive.locked["thing", "1.0"]]
        checkout.pin(*pinned, *archive.locked["tool", "1.0"])
        said = checkout.fails()
        _says(said, "is not the file that was pinned", "0" * 64)
        _silent(said, "is taken for")


def a_file_that_is_not_the_lists_is_passed_over() -> None:
    with _world() as (archive, checkout):
        (archive.folder / archive.locked["thing", "2.0"][1].split()[3]).write_bytes(b"other contents")
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        built = checkout.build()
        _same(built.what, "thing 1.0\ntool 1.0\n")
        _says(built.said, "thing 2.0 cannot be had", "thing 1.0 is taken for thing 0.9")


def what_the_archive_does_not_deliver_is_passed_over() -> None:
    with _world() as (archive, checkout):
        archive.drop("thing", "2.0")
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        built = checkout.build()
        _same(built.what, "thing 1.0\ntool 1.0\n")
        _says(built.said, "thing 2.0 cannot be had")


def lists_that_another_key_signed_are_refused() -> None:
    with _world() as (archive, checkout):
        with tempfile.TemporaryDirectory(prefix="kboot-key-") as scratch:
            with contextlib.closing(Key(Path(scratch) / "key")) as another:
                archive.write_lists(another)
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        said = checkout.fails()
        _says(said, "the archive's signed lists could not be fetched", "NO_PUBKEY")
        _silent(said, "is taken for")


def lists_that_nobody_signed_are_refused() -> None:
    with _world() as (archive, checkout):
        (archive.folder / "dists" / _codename() / "InRelease").unlink()
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        said = checkout.fails()
        _says(said, "is not signed")
        _silent(said, "is taken for")


def an_archive_that_keeps_everything_is_asked_first() -> None:
    with _world() as (archive, checkout), tempfile.TemporaryDirectory(prefix="kboot-kept-") as scratch:
        shutil.copytree(archive.folder / "pool", Path(scratch) / "pool")
        archive.drop("thing", "1.0")
        replaced = checkout.build()
        _same(replaced.what, "thing 2.0\ntool 1.0\n")
        built = checkout.build(KBOOT_ARCHIVE=f"file://{scratch}")
        _same(built.what, "thing 1.0\ntool 1.0\n")
        _silent(built.said, "WARNING")
        _same(checkout.note.exists(), False)
        # And what it delivered is in the cache: the pin counts again.
        _same(checkout.build(KBOOT_PINNED="strict").folder, built.folder)


def a_kept_archive_has_to_have_the_pinned_bytes() -> None:
    with _world() as (archive, checkout), tempfile.TemporaryDirectory(prefix="kboot-kept-") as scratch:
        shutil.copytree(archive.folder / "pool", Path(scratch) / "pool")
        for file in (Path(scratch) / "pool/main/t/thing").glob("*_1.0.*"):
            file.write_bytes(b"other contents")
        archive.drop("thing", "1.0")
        _says(checkout.fails(KBOOT_ARCHIVE=f"file://{scratch}"), "is not the file that was pinned")


def the_whole_lock_is_renewed() -> None:
    with _world() as (archive, checkout):
        done = checkout.run("fetch.py", "--lock", "--all")
        _same((done.returncode, done.stdout), (0, "thing 1.0 -> thing 2.0\nscripts/sources.lock: 1 of 2 packages have changed\n"))
        lines = [*archive.locked["thing", "2.0"], *archive.locked["tool", "1.0"]]
        _same(checkout.lock.read_text(), "# What is pinned.\n\n" + "".join(f"{line}\n" for line in lines))
        _same(checkout.run("fetch.py", "--lock", "--all").stdout, "scripts/sources.lock: 0 of 2 packages have changed\n")


def a_renewed_lock_keeps_the_pool_of_a_version() -> None:
    with _world() as (archive, checkout):
        lines = [line.replace("pool/main", "pool/updates/main") for line in archive.locked["thing", "2.0"]]
        checkout.pin(*lines, *archive.locked["tool", "1.0"])
        before = checkout.lock.read_text()
        _same(checkout.run("fetch.py", "--lock", "--all").stdout, "scripts/sources.lock: 0 of 2 packages have changed\n")
        _same(checkout.lock.read_text(), before)


def a_patch_that_does_not_apply_is_named() -> None:
    with _world() as (archive, checkout):
        patch = checkout.tree / "scripts/components/thing.d/what.patch"
        patch.parent.mkdir()
        patch.write_text("--- a/what\n+++ b/what\n@@ -1 +1 @@\n-thing 1.0\n+thing 1.0, changed\n")
        checkout.component("thing", THING.replace("set -eu", 'set -eu\npatch -d "$SRC/thing" -p1 <"$TOP/scripts/components/thing.d/what.patch"'))
        _same(checkout.build().what, "thing 1.0, changed\ntool 1.0\n")
        checkout.pin(*_never(archive), *archive.locked["tool", "1.0"])
        _says(checkout.fails(), "thing could not be built: scripts/components/thing.d/what.patch does not apply to thing 2.0 and tool 1.0",
              "thing 2.0 was taken for thing 0.9")


def a_killed_build_leaves_nothing_running() -> None:
    for deadly in (signal.SIGTERM, signal.SIGKILL):
        with _world() as (_, checkout):
            pids = checkout.sleeping_component("thing")
            _is_killed(checkout.start([*PYTHON, checkout.tree / "scripts/builder/build.py", "thing"]), deadly, pids)


def a_killed_scripts_build_leaves_nothing_running() -> None:
    """The shell script that a person has started, and not what it runs, gets the signal."""
    for deadly in (signal.SIGTERM, signal.SIGKILL):
        with _world() as (_, checkout):
            for name in ("build", "lib.sh", "setup", "packages.txt"):
                shutil.copy(ROOT / "scripts" / name, checkout.tree / "scripts")
            profile = checkout.tree / "initramfs/profiles/asleep"
            profile.parent.mkdir(parents=True)
            profile.write_text("sysroot thing why\nbase thing why\ncompress xz why\n")
            pids = checkout.sleeping_component("linux-asleep")
            _is_killed(checkout.start([checkout.tree / "scripts/build", "asleep"]), deadly, pids)


def _is_killed(build: "subprocess.Popen[bytes]", deadly: signal.Signals, pids: Path) -> None:
    _until(pids.exists, "the component's script to start")
    build.send_signal(deadly)
    build.wait(timeout=60)
    for pid in map(int, pids.read_text().split()):
        _until(functools.partial(_ended, pid), f"process {pid} to end after {deadly.name}")


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            raise Failed(f"waited in vain for {what}")
        time.sleep(0.05)


def _ended(pid: int) -> bool:
    """Whether no such process runs; one that has ended may be there until its parent asks for its status."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{command[0]}: exit status {done.returncode}\n{done.stderr}")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@functools.cache
def _codename() -> str:
    """The release that this machine runs: scripts/builder asks for no other."""
    match = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    return match[1] if match else "stable"


@functools.cache
def _architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


_keys = tempfile.TemporaryDirectory(prefix="kboot-key-")
_mutex = threading.Lock()


@functools.cache
def _made_key() -> Key:
    return Key(Path(_keys.name) / "key")


def _key() -> Key:
    """The key that the checkouts trust, made once."""
    with _mutex:
        return _made_key()


def two_of_one_tree_leave_a_place_free() -> None:
    """Components that share a build tree are built one after the other; meanwhile another one is built."""
    with _world() as (_, checkout):
        tree = checkout.tree / "scripts/tree"
        tree.write_text("#!/bin/sh\n")
        tree.chmod(0o755)
        script = """#!/bin/sh
# tree: scripts/tree
rounds=0
while [ ! -e "$TOP/made" ]; do
    rounds=$((rounds + 1))
    [ $rounds -lt 600 ] || exit 1
    sleep 0.1
done
"""
        checkout.component("kernel-a", script)
        (checkout.tree / "scripts/components/kernel-b").symlink_to("kernel-a")
        checkout.component("other", '#!/bin/sh\ntouch "$TOP/made"\n')
        done = checkout.run("build.py", "kernel-a", "kernel-b", "other")
        if done.returncode:
            raise Failed(f"build.py: exit status {done.returncode}\n{done.stderr}")


def a_component_has_no_network() -> None:
    """Whatever a script would download is in no hash."""
    with _world() as (_, checkout):
        checkout.component("thing", "#!/bin/sh\nset -eu\ntail -n +3 /proc/net/dev >\"$OUT/what\"\n")
        links = {line.partition(":")[0].strip() for line in checkout.build().what.splitlines()}
        _same(links, {"lo"})


def the_tools_packages_are_in_the_hash() -> None:
    """Another version of what a component is built with, or of the kernel's headers, is another component."""
    with _world() as (_, checkout):
        before = checkout.build().folder
        query = checkout.tree / "bin/dpkg-query"
        query.parent.mkdir()
        query.write_text("#!/bin/sh\n/usr/bin/dpkg-query \"$@\" | sed '/^linux-libc-dev/s/$/+new/'\n")
        query.chmod(0o755)
        after = checkout.build(PATH=f"{query.parent}:{os.environ['PATH']}").folder
        _same(before == after, False)


_TESTS = [
    a_component_has_no_network,
    the_tools_packages_are_in_the_hash,
    the_pinned_version_is_taken,
    a_newer_one_is_taken_and_said,
    it_stays_the_same_without_a_network,
    its_version_is_in_the_hash,
    a_package_in_debs_is_replaced_too,
    a_kernel_of_another_abi_is_its_successor,
    strict_refuses,
    another_file_by_the_same_name_is_refused,
    a_file_that_is_not_the_lists_is_passed_over,
    what_the_archive_does_not_deliver_is_passed_over,
    lists_that_another_key_signed_are_refused,
    lists_that_nobody_signed_are_refused,
    an_archive_that_keeps_everything_is_asked_first,
    a_kept_archive_has_to_have_the_pinned_bytes,
    the_whole_lock_is_renewed,
    a_renewed_lock_keeps_the_pool_of_a_version,
    two_of_one_tree_leave_a_place_free,
    a_patch_that_does_not_apply_is_named,
    a_killed_build_leaves_nothing_running,
    a_killed_scripts_build_leaves_nothing_running,
]


def _clean_up() -> None:
    if _made_key.cache_info().currsize:
        _made_key().close()
    _keys.cleanup()


SUITE = Suite("builder", lambda: [Test(f"builder/{test.__name__}", test) for test in _TESTS], _clean_up)
