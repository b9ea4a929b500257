"""Debian's archive as this machine reaches it: its mirrors, proxy and keys, nothing of our own.

Files are fetched by their path in the pool, which needs no package lists; the lists
(and with them deb-src entries, which a fresh Debian lacks) are only read to choose a version.
"""

import functools
import re
import subprocess
import tempfile
from pathlib import Path

APT_HELPER = "/usr/lib/apt/apt-helper"
# Our own directories belong to whoever runs us, which the _apt user may not enter.
UNSANDBOXED = ["-o", "APT::Sandbox::User=root"]


# A version of a package and its files: (path in the pool, SHA-256).
Candidate = tuple[str, list[tuple[str, str]]]


class ArchiveError(Exception):
    pass


@functools.cache
def repositories() -> list[tuple[str, str]]:
    """(URI, suite) of the Debian repositories in the machine's apt configuration."""
    # --print-uris works without root and before any `apt-get update`.
    uris = subprocess.run(["apt-get", "update", "--print-uris"], capture_output=True, text=True).stdout
    codename = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    suite = rf"{codename[1] if codename else 'stable'}(?:-[\w-]+)?"
    found = dict.fromkeys(re.findall(rf"^'(\S+)/dists/({suite})/main/binary-", uris, re.M))
    if not found:
        raise ArchiveError("apt's configuration names no Debian repository (see /etc/apt/sources.list.d)")
    return list(found)


def download(path: str, sha256: str, target: Path, watch=lambda size: None) -> bool:
    """Fetches a file of the pool to `target`; False when no repository has it.

    `target` only comes into being whole and with the right hash. `watch` is told, now and then,
    how many bytes there are."""
    errors = []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as scratch:
        partial = Path(scratch) / target.name
        for uri in _places(path):
            process = subprocess.Popen([APT_HELPER, "-q", *UNSANDBOXED, "download-file", uri, partial, f"SHA256:{sha256}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            error = ""
            while process.poll() is None:
                try:
                    error = process.communicate(timeout=0.2)[1]
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
        if not re.search(r"\b404\b|File not found", error):
            raise ArchiveError(f"{path} could not be fetched: {error.strip()}")
    return False


def _places(path: str) -> list[str]:
    # Point releases carry files over from the security archive, which has its own pool.
    other = path.replace("pool/updates/", "pool/") if "/updates/" in path else path.replace("pool/", "pool/updates/")
    uris = dict.fromkeys(uri for uri, _ in repositories())
    # A system made by debootstrap names no security archive; a mirror has it beside the main one.
    uris |= dict.fromkeys(f"{uri}-security" for uri in uris if uri.endswith("/debian"))
    return [f"{uri}/{way}" for way in (path, other) for uri in uris]


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
        ]
        subprocess.run(["apt-get", "-qq", *self._options, "update"], check=True)

    def _records(self, *query: str) -> list[str]:
        result = subprocess.run(["apt-cache", *self._options, *query], capture_output=True, text=True)
        return [record for record in result.stdout.split("\n\n") if record.strip()]

    def sources(self, package: str) -> list[Candidate]:
        """The versions of a source package, newest first."""
        candidates = []
        for record in self._records("showsrc", "--only-source", package):
            directory = _field(record, "Directory")
            sums = re.search(r"^Checksums-Sha256:((?:\n .*)+)", record, re.M)[1]
            files = [(f"{directory}/{name}", sha256) for sha256, _, name in map(str.split, sums.strip().splitlines())
                     if not name.endswith(".asc")]
            candidates.append((_field(record, "Version"), files))
        return _newest_first(candidates)

    def debs(self, package: str) -> list[Candidate]:
        """The versions of a binary package, newest first."""
        return _newest_first([
            (_field(record, "Version"), [(_field(record, "Filename"), _field(record, "SHA256"))])
            for record in self._records("show", package)
        ])


def _field(record: str, name: str) -> str:
    return re.search(rf"^{name}: (.*)", record, re.M)[1]


def _newest_first(candidates: list[Candidate]) -> list[Candidate]:
    def compare(a: Candidate, b: Candidate) -> int:
        return 1 if subprocess.run(["dpkg", "--compare-versions", a[0], "gt", b[0]]).returncode == 0 else -1

    return sorted(candidates, key=functools.cmp_to_key(compare), reverse=True)
