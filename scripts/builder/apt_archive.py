"""Debian's archive as this machine reaches it: its mirrors, proxy and keys, nothing of our own.

Files are fetched by their path in the pool, which needs no package lists; the lists
(and with them deb-src entries, which a fresh Debian lacks) are only read to choose a version.
KBOOT_ARCHIVE, one URL or more, names archives that are asked for a file before the machine's own.
"""

import functools
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

APT_HELPER = "/usr/lib/apt/apt-helper"
# Our own directories belong to whoever runs us, which the _apt user may not enter.
UNSANDBOXED = ["-o", "APT::Sandbox::User=root"]


# A version of a package and its files: (path in the pool, SHA-256).
Candidate = tuple[str, list[tuple[str, str]]]


class ArchiveError(Exception):
    """The archive cannot be asked, or its answer is not to be trusted; the text says why."""


@functools.cache
def repositories() -> list[tuple[str, str]]:
    """(URI, suite) of the Debian repositories in the machine's apt configuration."""
    # --print-uris works without root and before any `apt-get update`.
    uris = subprocess.run(["apt-get", "update", "--print-uris"], capture_output=True, text=True, check=False).stdout
    codename = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    suite = rf"{codename[1] if codename else 'stable'}(?:-[\w-]+)?"
    found = dict.fromkeys(re.findall(rf"^'(\S+)/dists/({suite})/main/binary-", uris, re.M))
    if not found:
        raise ArchiveError("apt's configuration names no Debian repository (see /etc/apt/sources.list.d)")
    return list(found)


def download(path: str, sha256: str, target: Path, watch: Callable[[int], None] = lambda size: None) -> bool:
    """Fetches a file of the pool to `target`; False when no repository has it.

    `target` only comes into being whole and with the right hash. `watch` is told, now and then,
    how many bytes there are."""
    errors = []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as scratch:
        partial = Path(scratch) / target.name
        for uri in _places(path):
            process = subprocess.Popen([APT_HELPER, "-q", *UNSANDBOXED, "download-file", uri, partial, f"SHA256:{sha256}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            while True:
                try:
                    error = process.communicate(timeout=0.2)[1]
                    break
                except subprocess.TimeoutExpired:
                    watch(partial.stat().st_size if partial.exists() else 0)
            if process.returncode == 0:
                partial.rename(target)
                return True
            errors.append(error)
    # A network that is down, or a file with other contents, is another thing than a file that is gone.
    for error in errors:
        if "Hash Sum mismatch" in error:
            raise ArchiveError(f"{path} is not the file that was pinned: its SHA-256 is not {sha256}")
        if not re.search(r"\b404\b|File not found|No such file", error):
            raise ArchiveError(f"{path} could not be fetched: {error.strip()}")
    return False


def _places(path: str) -> list[str]:
    # Point releases carry files over from the security archive, which has its own pool.
    other = path.replace("pool/updates/", "pool/") if "/updates/" in path else path.replace("pool/", "pool/updates/")
    named = [uri.rstrip("/") for uri in os.environ.get("KBOOT_ARCHIVE", "").split()]
    try:
        uris = dict.fromkeys(uri.rstrip("/") for uri, _ in repositories())
    except ArchiveError:
        if not named:
            raise
        uris = {}
    # A system made by debootstrap names no security archive; a mirror has it beside the main one.
    uris |= dict.fromkeys(f"{uri}-security" for uri in uris if uri.endswith("/debian"))
    # Of a file: URI apt would make a link, which lasts as long as the archive does.
    return [re.sub("^file:", "copy:", f"{uri}/{way}") for way in (path, other) for uri in [*named, *uris]]


class PackageLists:
    """The machine's repositories again, with source entries, in a private apt state."""

    def __init__(self, scratch: Path):
        for folder in ("lists/partial", "cache/archives/partial"):
            (scratch / folder).mkdir(parents=True)
        (scratch / "sources.list").write_text(
            "".join(f"{kind} {uri} {suite} main\n" for uri, suite in repositories() for kind in ("deb", "deb-src")))
        self._options = [
            *UNSANDBOXED,
            "-o", f"Dir::State::Lists={scratch}/lists",
            "-o", f"Dir::Cache={scratch}/cache",
            "-o", f"Dir::Etc::SourceList={scratch}/sources.list",
            "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", "APT::Update::Error-Mode=any",
            # Whatever the machine allows itself: a list that nobody signed vouches for nothing.
            "-o", "Acquire::AllowInsecureRepositories=false",
            "-o", "Acquire::AllowWeakRepositories=false",
        ]
        if subprocess.run(["apt-get", "-qq", *self._options, "update"], check=False).returncode:
            raise ArchiveError("the archive's signed lists could not be fetched; what apt-get said is above")

    def _query(self, *query: str) -> str:
        # A package that is in no list is an empty answer and a status.
        return subprocess.run(["apt-cache", *self._options, *query], capture_output=True, text=True, check=False).stdout

    def _records(self, *query: str) -> list[str]:
        return [record for record in self._query(*query).split("\n\n") if record.strip()]

    def sources(self, package: str) -> list[Candidate]:
        """The versions of a source package, newest first."""
        candidates = []
        for record in self._records("showsrc", "--only-source", package):
            directory = _field(record, "Directory")
            files = [(f"{directory}/{name}", sha256) for sha256, _, name in map(str.split, _sums(record))
                     if not name.endswith(".asc")]
            candidates.append((_field(record, "Version"), files))
        return _newest_first(candidates)

    def debs(self, package: str) -> list[Candidate]:
        """The versions of a binary package, newest first."""
        return _newest_first([
            (_field(record, "Version"), [(_field(record, "Filename"), _field(record, "SHA256"))])
            for record in self._records("show", package)
        ])

    def successors(self, package: str) -> list[str]:
        """Packages whose names differ in the number of the kernel's ABI alone, as that in linux-image-6.1.0-56-cloud-amd64,
        those with the highest one first."""
        parts = re.fullmatch(r"(.*\d\.\d+-)(\d+)(-.*)", package)
        if not parts:
            return []
        name = re.compile(f"{re.escape(parts[1])}(\\d+){re.escape(parts[3])}")
        found = [match for line in self._query("pkgnames", parts[1]).split() if (match := name.fullmatch(line))]
        return [match[0] for match in sorted(found, key=lambda match: int(match[1]), reverse=True) if match[0] != package]


def _field(record: str, name: str) -> str:
    if match := re.search(rf"^{name}: (.*)", record, re.M):
        return match[1]
    raise ArchiveError(f"the archive's lists have a record without {name}:\n{record}")


def _sums(record: str) -> list[str]:
    if match := re.search(r"^Checksums-Sha256:((?:\n .*)+)", record, re.M):
        return match[1].strip().splitlines()
    raise ArchiveError(f"the archive's lists have a record without Checksums-Sha256:\n{record}")


def _newest_first(candidates: list[Candidate]) -> list[Candidate]:
    def compare(a: Candidate, b: Candidate) -> int:
        return 1 if subprocess.run(["dpkg", "--compare-versions", a[0], "gt", b[0]], check=False).returncode == 0 else -1

    return sorted(candidates, key=functools.cmp_to_key(compare), reverse=True)
