"""A component: one script in scripts/components/ whose output is kept by the hash of its inputs.

The script says in its first comment block what it is made from:

    # sources: curl                          packages of scripts/sources.lock
    # needs: musl                            other components
    # files: scripts/components/target.sh    files or folders of the tree
    # inputs: kernel-config/inputs           programs of the tree that print more such files, one a line, for NAME
    # tree: kernel-config/tree               a program like these, for the files that make the build tree what it is

and is run in an empty folder, without a network, with an environment that holds nothing but

    NAME   its own name (a link to another script is a component of its own)
    ARCH   what it is built for, as `uname -m` says it; KERNEL_ARCH, as the kernel's makefiles do
    TOP    the source tree, for the files declared
    SRC    one unpacked folder per source
    DEPS   one link per needed component, to its output
    OUT    the empty folder to fill
    TREE   with `tree`: a folder that components with the same sources, script and tree files have one after the other, so that
           make compiles only what their configurations differ in. It is empty for the first of them, and after a build that failed.
    JOBS   how many processors there are; CCACHE_DIR, PATH, LC_ALL, TZ, SOURCE_DATE_EPOCH

patch(1) is first in its PATH as one that names the patch that does not apply (scripts/builder/bin).
"""

import contextlib
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import fetch
from arch import ARCH
from cache import cache, locked
from lock import TOP, LockedFile, locked_files
from taken import named, taken

SCRIPTS = TOP / "scripts" / "components"
BUILDER = TOP / "scripts" / "builder"

Process = subprocess.Popen[bytes]


class ComponentError(Exception):
    """A component cannot be built; the text says which and why."""


class Component:
    def __init__(self, name: str):
        self.name = name
        self.script = SCRIPTS / name
        if not re.fullmatch(r"[\w-]+", name) or not os.access(self.script, os.X_OK):
            raise ComponentError(f"no component {name}; there are: {', '.join(names())}")
        declared: dict[str, list[str]] = {"sources": [], "needs": [], "files": [], "inputs": [], "tree": []}
        for line in self.script.read_text().splitlines():
            if not line.startswith("#"):
                break
            if match := re.fullmatch(r"# (sources|needs|files|inputs|tree): (.*)", line):
                declared[match[1]] += match[2].split()
        self.sources = declared["sources"]
        self.needs = [component(need) for need in declared["needs"]]
        self.files = [TOP / file for file in declared["files"]]
        self.tree_programs = [TOP / program for program in declared["tree"]]
        self.files += self.tree_programs
        for program in declared["inputs"]:
            self.files += [TOP / program, *(TOP / file for file in self._ask(TOP / program))]

    @functools.cached_property
    def tree(self) -> str:
        """The name of the build tree that it shares with others; empty: it shares none."""
        if not self.tree_programs:
            return ""
        digest = self._digest(self.script.resolve().name)
        for program in self.tree_programs:
            for file in self._ask(program):
                _hash_tree(digest, TOP / file)
        return f"{self.script.resolve().name}-{digest.hexdigest()[:16]}"

    def _ask(self, program: Path) -> list[str]:
        done = subprocess.run([program, self.name], capture_output=True, text=True)
        if done.returncode != 0:
            raise ComponentError(f"{self.name}: {done.stderr.strip()}")
        return done.stdout.splitlines()

    @functools.cached_property
    def taken(self) -> dict[str, list[LockedFile]]:
        """The files of each source: what it is built from, and part of the key."""
        return {source: taken(source) for source in self.sources}

    def look_again(self) -> None:
        """Forgets which versions are taken of its sources, and all that follows from that."""
        for name in ("taken", "key", "tree"):
            self.__dict__.pop(name, None)

    @functools.cached_property
    def key(self) -> str:
        digest = self._digest(self.name)
        for need in self.needs:
            digest.update(f"{need.name}-{need.key}".encode())
        for file in self.files:
            _hash_tree(digest, file)
        return digest.hexdigest()[:16]

    def _digest(self, name: str) -> "hashlib._Hash":
        """A hash of `name`, the compiler, the script and its sources, to be added to."""
        digest = hashlib.sha256(f"{name} {ARCH.name}\n{_tools()}".encode())
        digest.update(self.script.read_bytes())
        for files in self.taken.values():
            digest.update("\n".join(f"{file.name} {file.sha256}" for file in files).encode())
        return digest

    @property
    def id(self) -> str:
        return f"{self.name}-{self.key}"

    @property
    def output(self) -> Path:
        return cache("components") / self.id

    @property
    def log(self) -> Path:
        return cache("logs") / f"{self.id}.log"

    def with_needs(self) -> list["Component"]:
        """Itself last, after everything it needs, each once."""
        return list(dict.fromkeys([c for need in self.needs for c in need.with_needs()] + [self]))

    def build(self, watch: Callable[[Process], object], on_wait: Callable[[], None]) -> None:
        """Builds it unless it is there. Its needs must be there.

        `watch` is called with the running process and returns when that has ended, `on_wait` when
        another run is building the same."""
        with locked(self.id, on_wait):
            if self.output.exists():  # another run was quicker
                return
            work = cache("work") / self.id
            # We hold the lock, so what lies there was left by a run that was killed.
            _remove(work)
            try:
                self._run(work, watch)
                (work / "out").rename(self.output)
            finally:
                _remove(work)

    def build_once(self, folder: Path, more: dict[str, str], watch: Callable[[Process], object]) -> None:
        """Builds it into `folder`/out, outside the cache, with more in its script's environment. Its needs must be there."""
        self._run(folder, watch, more)

    def _run(self, work: Path, watch: Callable[[Process], object], more: dict[str, str] | None = None) -> None:
        for folder in ("src", "deps", "out", "build"):
            (work / folder).mkdir(parents=True)
        for source, files in self.taken.items():
            (work / "src" / source).mkdir()
            fetch.unpack(files, work / "src" / source)
        for need in self.needs:
            (work / "deps" / need.name).symlink_to(need.output)
        environment = {
            "NAME": self.name, "ARCH": ARCH.name, "KERNEL_ARCH": ARCH.kernel,
            "TOP": str(TOP), "SRC": f"{work}/src", "DEPS": f"{work}/deps", "OUT": f"{work}/out",
            "JOBS": str(os.cpu_count()), "HOME": f"{work}/build",
            # By the compiler's own list of what a file includes. Else each file that is not in the cache is preprocessed once more:
            # a quarter of a kernel's time. make in a shared tree knows better than the text what two kernels differ in.
            "CCACHE_DIR": str(cache("ccache")), "CCACHE_DEPEND": "1",
            "PATH": f"{BUILDER}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "SOURCE_DATE_EPOCH": "1686355200",  # Debian 12's release; any fixed date makes reproducible files
            **(more or {}),
        }
        with _shared_tree(self.tree) as tree, open(self.log, "w") as log:
            if tree:
                environment["TREE"] = str(tree)
            with _started([*_without_network(), str(self.script)], work / "build", environment, log.fileno()) as process:
                watch(process)
            if process.returncode != 0:
                raise ComponentError(f"{self.name} could not be built{self._reason()}; the end of {self.log}:\n\n{_tail(self.log)}")

    def _reason(self) -> str:
        """What the log says of a patch, and which sources are other ones than the pinned."""
        sources = " and ".join(named(files) for files in self.taken.values())
        reason = ""
        if match := re.search(r"^patch: (\S+) does not apply$", self.log.read_text(errors="replace"), re.M):
            patch = Path(match[1])
            reason = f": {patch.relative_to(TOP) if patch.is_relative_to(TOP) else patch} does not apply to {sources}"
        for source, files in self.taken.items():
            if files != (pinned := locked_files(source)):
                reason += f" ({named(files)} was taken for {named(pinned)}, which is pinned and gone from the archive)"
        return reason


@contextlib.contextmanager
def _started(command: list[str], folder: Path, environment: dict[str, str], output: int) -> Iterator[Process]:
    """The running command, in a process group of its own that ends when we do, by whatever signal."""
    theirs, ours = os.pipe()
    try:
        process = subprocess.Popen([sys.executable, "-B", BUILDER / "supervise.py", str(theirs), *command], cwd=folder,
                                   env=environment, start_new_session=True, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, pass_fds=[theirs])
        try:
            yield process
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    finally:
        os.close(theirs)
        os.close(ours)


# A tree that nobody has built in for so long is of sources or patches that are gone. In seconds.
TREE_KEPT = 7 * 24 * 3600


@contextlib.contextmanager
def _shared_tree(name: str) -> Iterator[Path | None]:
    """The build tree of that name, locked; nothing for an empty name. A run that fails leaves none behind: make's own files
    may be half written."""
    if not name:
        yield None
        return
    tree, whole = cache("trees") / name, cache("trees") / f"{name}.whole"
    with locked(f"tree-{name}"):
        _remove_old_trees()
        if not whole.exists():
            _remove(tree)
        whole.unlink(missing_ok=True)
        tree.mkdir(exist_ok=True)
        yield tree
        whole.touch()


def _remove_old_trees() -> None:
    for whole in cache("trees").glob("*.whole"):
        if whole.stat().st_mtime < time.time() - TREE_KEPT:
            whole.unlink()
            _remove(whole.with_suffix(""))


@functools.cache
def component(name: str) -> Component:
    return Component(name)


def names() -> list[str]:
    return sorted(path.name for path in SCRIPTS.iterdir() if os.access(path, os.X_OK) and path.is_file())


# Where the compiler, the assembler, the linker, their libraries and the kernel's headers come from.
_TOOL_PACKAGES = ["binutils", "cpp-12", "gcc-12", "g++-12", "libgcc-12-dev", "libstdc++-12-dev", "linux-libc-dev"]


@functools.cache
def _tools() -> str:
    """What the compiler and linker say they are, and their packages' versions: another one makes another output."""
    said = [subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
            for tool in ("/usr/bin/gcc", "/usr/bin/ld")]
    asked = subprocess.run(["dpkg-query", "--show", *_TOOL_PACKAGES], capture_output=True, text=True)
    if asked.returncode != 0:
        raise ComponentError(f"what components are built with is not installed (scripts/setup): {asked.stderr.strip()}")
    return "\n".join([*said, *sorted(asked.stdout.split("\n"))])


@functools.cache
def _without_network() -> list[str]:
    """What a command begins with that is to have no network: all it needs was fetched and is in the hash. unshare(1) with what this
    user may do; nothing where a container allows neither."""
    for options in (["--net"], ["--user", "--map-current-user", "--net"]):
        command = ["unshare", *options, "--"]
        if subprocess.run([*command, "true"], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
            return command
    return []


def _hash_tree(digest: "hashlib._Hash", path: Path) -> None:
    if not path.exists():
        raise ComponentError(f"{path}: declared as an input, and not there")
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(f"{file.relative_to(TOP)} {os.access(file, os.X_OK)}\n".encode())
            digest.update(file.read_bytes())


def _remove(tree: Path) -> None:
    if tree.exists():
        shutil.rmtree(tree)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:])
