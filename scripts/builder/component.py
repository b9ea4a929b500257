"""A component: one script in scripts/components/ whose output is kept by the hash of its inputs.

The script says in its first comment block what it is made from:

    # sources: curl                          packages of scripts/sources.lock
    # needs: musl                            other components
    # files: scripts/components/target.sh    files or folders of the tree
    # inputs: kernel-config/inputs           programs of the tree that print more such files, one a line, for NAME

and is run in an empty folder, with an environment that holds nothing but

    NAME   its own name (a link to another script is a component of its own)
    TOP    the source tree, for the files declared
    SRC    one unpacked folder per source
    DEPS   one link per needed component, to its output
    OUT    the empty folder to fill
    JOBS   how many processors there are; CCACHE_DIR, PATH, LC_ALL, TZ, SOURCE_DATE_EPOCH
"""

import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import fetch
from cache import cache, locked
from lock import TOP, locked_files

SCRIPTS = TOP / "scripts" / "components"


class ComponentError(Exception):
    pass


class Component:
    def __init__(self, name: str):
        self.name = name
        self.script = SCRIPTS / name
        if not re.fullmatch(r"[\w-]+", name) or not os.access(self.script, os.X_OK):
            raise ComponentError(f"no component {name}; there are: {', '.join(names())}")
        declared = {"sources": [], "needs": [], "files": [], "inputs": []}
        for line in self.script.read_text().splitlines():
            if not line.startswith("#"):
                break
            if match := re.fullmatch(r"# (sources|needs|files|inputs): (.*)", line):
                declared[match[1]] += match[2].split()
        self.sources = declared["sources"]
        self.needs = [component(need) for need in declared["needs"]]
        self.files = [TOP / file for file in declared["files"]]
        for program in declared["inputs"]:
            self.files += [TOP / program, *(TOP / file for file in self._ask(TOP / program))]

    def _ask(self, program: Path) -> list[str]:
        done = subprocess.run([program, self.name], capture_output=True, text=True)
        if done.returncode != 0:
            raise ComponentError(f"{self.name}: {done.stderr.strip()}")
        return done.stdout.splitlines()

    @functools.cached_property
    def key(self) -> str:
        digest = hashlib.sha256(f"{self.name}\n{_compiler()}".encode())
        digest.update(self.script.read_bytes())
        for source in self.sources:
            digest.update("\n".join(f"{file.name} {file.sha256}" for file in locked_files(source)).encode())
        for need in self.needs:
            digest.update(f"{need.name}-{need.key}".encode())
        for file in self.files:
            _hash_tree(digest, file)
        return digest.hexdigest()[:16]

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

    def build(self, watch, on_wait) -> None:
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

    def build_once(self, folder: Path, more: dict, watch) -> None:
        """Builds it into `folder`/out, outside the cache, with more in its script's environment. Its needs must be there."""
        self._run(folder, watch, more)

    def _run(self, work: Path, watch, more: dict | None = None) -> None:
        for folder in ("src", "deps", "out", "build"):
            (work / folder).mkdir(parents=True)
        for source in self.sources:
            (work / "src" / source).mkdir()
            fetch.unpack(source, work / "src" / source)
        for need in self.needs:
            (work / "deps" / need.name).symlink_to(need.output)
        environment = {
            "NAME": self.name, "TOP": str(TOP), "SRC": f"{work}/src", "DEPS": f"{work}/deps", "OUT": f"{work}/out",
            "JOBS": str(os.cpu_count()), "CCACHE_DIR": str(cache("ccache")), "HOME": f"{work}/build",
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "SOURCE_DATE_EPOCH": "1686355200",  # Debian 12's release; any fixed date makes reproducible files
            **(more or {}),
        }
        with open(self.log, "w") as log:
            # A session of its own, so that all of it can be ended at once.
            process = subprocess.Popen([self.script], cwd=work / "build", env=environment, start_new_session=True,
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            try:
                watch(process)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
        if process.returncode != 0:
            raise ComponentError(f"{self.name} could not be built; the end of {self.log}:\n\n{_tail(self.log)}")


@functools.cache
def component(name: str) -> Component:
    return Component(name)


def names() -> list[str]:
    return sorted(path.name for path in SCRIPTS.iterdir() if os.access(path, os.X_OK) and path.is_file())


@functools.cache
def _compiler() -> str:
    """What the compiler and linker say they are: another one makes another output."""
    return "\n".join(subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
                     for tool in ("/usr/bin/gcc", "/usr/bin/ld"))


def _hash_tree(digest, path: Path) -> None:
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
