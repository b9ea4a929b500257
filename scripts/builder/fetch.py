"""scripts/fetch-source: pinned third parties, from the archive to an unpacked folder."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive import ArchiveError, PackageLists, download
from cache import cache, locked
from lock import LOCK, TOP, LockedFile, LockError, locked_files


class FetchError(Exception):
    pass


def _kept(path: str, sha256: str) -> Path:
    # The hash is in the name: an archive may bring a file back with other contents.
    return cache("sources") / f"{sha256[:16]}-{Path(path).name}"


def fetch(package: str) -> list[Path]:
    """The files of a locked package, downloaded unless they already are."""
    files = locked_files(package)
    start, size = time.monotonic(), 0

    def watch(partial: int) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{package}: fetching, {(size + partial) / 1e6:.1f} MB", end="", file=sys.stderr, flush=True)

    for file in files:
        target = _kept(file.path, file.sha256)
        with locked(target.name):
            if target.exists():
                continue
            if not download(file.path, file.sha256, target, watch):
                raise FetchError(
                    f"{package} {file.version} is gone from the archive ({file.path} was not found).\n"
                    f"{LOCK.relative_to(TOP)} pins it. Replace its lines there by those of a version that is there:\n"
                    f"  scripts/fetch-source --lock {package} {file.kind}")
            size += target.stat().st_size
    if size:
        clear = "\r\033[K" if sys.stderr.isatty() else ""
        print(f"{clear}{package}: fetched {files[0].version}, {size / 1e6:.1f} MB in {time.monotonic() - start:.1f} s",
              file=sys.stderr)
    return [_kept(file.path, file.sha256) for file in files]


def unpack(package: str, directory: Path) -> None:
    """A source package with Debian's patches applied, or the files of a binary package."""
    if directory.exists():
        if any(directory.iterdir()):
            raise FetchError(f"{directory} is there and not empty")
        directory.rmdir()  # dpkg-source makes it itself
    files = fetch(package)
    try:
        _unpack(package, files, directory)
    except subprocess.CalledProcessError as error:
        raise FetchError(f"{package} could not be unpacked: {error.cmd[0]} failed") from error


def _unpack(package: str, files: list[Path], directory: Path) -> None:
    if locked_files(package)[0].kind == "deb":
        subprocess.run(["dpkg-deb", "-x", files[0], directory], check=True)
        return
    # dpkg-source wants its files side by side.
    with tempfile.TemporaryDirectory(dir=cache("sources")) as scratch:
        for file, path in zip(locked_files(package), files):
            (Path(scratch) / file.name).symlink_to(path)
            if file.name.endswith(".dsc"):
                description = file.name
        # --no-check: the lock's SHA-256 says more than a signature would.
        subprocess.run(["dpkg-source", "-q", "--no-check", "--no-copy", "-x", description, directory.absolute()],
                       cwd=scratch, check=True)


def lock_lines(package: str, kind: str | None) -> list[LockedFile]:
    """The newest version of a package whose files the archive really delivers."""
    with tempfile.TemporaryDirectory() as scratch:
        lists = PackageLists(Path(scratch))
        candidates = []
        if kind in (None, "source"):
            candidates = [("source", *version) for version in lists.sources(package)]
        if kind in (None, "deb") and not candidates:
            candidates = [("deb", *version) for version in lists.debs(package)]
        if not candidates:
            raise FetchError(f"the archive has no package {package}")
        for kind, version, files in candidates:
            try:
                for path, sha256 in files:
                    target = _kept(path, sha256)
                    with locked(target.name):
                        if not target.exists() and not download(path, sha256, target):
                            raise FetchError(f"{path} was not found")
                return [LockedFile(kind, package, version, path, sha256) for path, sha256 in files]
            except (ArchiveError, FetchError) as error:
                print(f"{package} {version} cannot be had: {error}", file=sys.stderr)
    raise FetchError(f"the archive lists {package} and delivers no version of it")


def main(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["--lock"] and len(arguments) in (2, 3):
            kind = arguments[2] if len(arguments) == 3 else None
            for line in lock_lines(arguments[1], kind):
                print(line)
        elif len(arguments) == 2 and not arguments[0].startswith("-"):
            unpack(arguments[0], Path(arguments[1]))
        else:
            print("usage: fetch-source PACKAGE DIR | fetch-source --lock PACKAGE [source|deb]", file=sys.stderr)
            return 2
    except (ArchiveError, FetchError, LockError) as error:
        print(f"fetch-source: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
