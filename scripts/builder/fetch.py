"""scripts/fetch-source: pinned third parties, from the archive to an unpacked folder."""

import atexit
import functools
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from apt_archive import ArchiveError, PackageLists, download
from cache import cache, locked
from lock import LOCK, TOP, LockedFile, LockError, locked_files, read_lock, with_lines
from taken import kept, named, replace, strict, taken


class FetchError(Exception):
    """A package cannot be had; the text says which and what to do."""


class _Gone(Exception):
    """No repository has the file; its text is the path."""


def fetch(package: str) -> list[LockedFile]:
    """The files of a package, downloaded unless they already are: the pinned ones, or those of another version where the
    archive has dropped them."""
    files = taken(package)
    try:
        _download(files)
        return files
    except _Gone as gone:
        if strict():
            raise FetchError(
                f"{named(files)} is gone from the archive ({gone} was not found).\n"
                f"{LOCK.relative_to(TOP)} pins it, and KBOOT_PINNED=strict takes no other version.\n"
                "KBOOT_ARCHIVE=URL names an archive that has it; scripts/fetch-source --lock --all renews the lock.") from None
        say(f"WARNING: {named(files)} is gone from the archive ({gone} was not found); looking for another version")
    with locked(f"replace-{package}"):
        files = taken(package)  # another run may have been quicker
        try:
            _download(files)
        except _Gone:
            files = newest(package, files[0].kind)
            replace(package, files)
    say(f"WARNING: {named(files)} is taken for {named(locked_files(package))}, which {LOCK.relative_to(TOP)} pins: it is the newest "
        "version that the archive's signed lists vouch for and the archive delivers.")
    return files


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _download(files: list[LockedFile]) -> None:
    """Raises _Gone with the path of a file that is not to be found."""
    package = files[0].package
    start, size = time.monotonic(), 0
    live = sys.stderr.isatty()

    def watch(partial: int) -> None:
        if live:
            print(f"\r\033[K{package}: fetching, {(size + partial) / 1e6:.1f} MB", end="", file=sys.stderr, flush=True)

    for file in files:
        target = kept(file)
        with locked(target.name):
            if target.exists():
                continue
            if not download(file.path, file.sha256, target, watch):
                raise _Gone(file.path)
            size += target.stat().st_size
    if size:
        clear = "\r\033[K" if live else ""
        print(f"{clear}{package}: fetched {files[0].version}, {size / 1e6:.1f} MB in {time.monotonic() - start:.1f} s",
              file=sys.stderr)


def unpack(files: list[LockedFile], directory: Path) -> None:
    """A source package with Debian's patches applied, or the files of a binary package. They have been fetched."""
    if directory.exists():
        if any(directory.iterdir()):
            raise FetchError(f"{directory} is there and not empty")
        directory.rmdir()  # dpkg-source makes it itself
    try:
        _unpack(files, directory)
    except subprocess.CalledProcessError as error:
        raise FetchError(f"{named(files)} could not be unpacked: {error.cmd[0]} failed") from error


def _unpack(files: list[LockedFile], directory: Path) -> None:
    if files[0].kind == "deb":
        subprocess.run(["dpkg-deb", "-x", kept(files[0]), directory], check=True)
        return
    # dpkg-source wants its files side by side.
    with tempfile.TemporaryDirectory(dir=cache("sources")) as scratch:
        for file in files:
            (Path(scratch) / file.name).symlink_to(kept(file))
        (description,) = [file.name for file in files if file.name.endswith(".dsc")]
        # --no-check: the lock's SHA-256, or that of the archive's signed list, says more than a signature would.
        subprocess.run(["dpkg-source", "-q", "--no-check", "--no-copy", "-x", description, directory.absolute()],
                       cwd=scratch, check=True)


@functools.cache
def _lists() -> PackageLists:
    """Fetched once for all packages."""
    scratch = tempfile.TemporaryDirectory(prefix="kboot-lists-")
    atexit.register(scratch.cleanup)
    return PackageLists(Path(scratch.name))


def newest(package: str, kind: str | None) -> list[LockedFile]:
    """The files of the newest version that the archive's signed lists vouch for and the archive really delivers."""
    found = _candidates(package, kind)
    if not found:
        raise FetchError(f"the archive has no package {package}")
    for files in found:
        try:
            _download(files)
            return files
        except _Gone as gone:
            say(f"{named(files)} cannot be had: {gone} was not found")
        except ArchiveError as error:
            say(f"{named(files)} cannot be had: {error}")
    raise FetchError(f"the archive lists {package} and delivers no version of it")


def _candidates(package: str, kind: str | None) -> list[list[LockedFile]]:
    """The files of each version in the archive's lists, newest first."""
    found: list[list[LockedFile]] = []
    if kind in (None, "source"):
        for version, files in _lists().sources(package):
            found.append([LockedFile("source", package, version, path, sha256) for path, sha256 in files])
    if kind in (None, "deb") and not found:
        for name in [package, *_lists().successors(package)]:
            for version, files in _lists().debs(name):
                found.append([LockedFile("deb", name, version, path, sha256) for path, sha256 in files])
            if found:
                break
    return found


def renew_lock() -> None:
    """Pins the newest version of each package in the lock file, and says what has changed."""
    packages = read_lock()
    renewed: dict[str, list[LockedFile]] = {}
    for package, files in packages.items():
        found = newest(package, files[0].kind)
        # One version may lie in two pools, the main archive's and that of the security updates: the lock stays as it is.
        if [(file.name, file.sha256) for file in found] != [(file.name, file.sha256) for file in files]:
            renewed[package] = found
            print(f"{named(files)} -> {named(found)}", flush=True)
    new = LOCK.with_name(f".{LOCK.name}.new")
    new.write_text(with_lines(LOCK.read_text(), renewed))
    new.replace(LOCK)
    print(f"{LOCK.relative_to(TOP)}: {len(renewed)} of {len(packages)} packages have changed")


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["--lock", "--all"]:
                renew_lock()
            case ["--lock", package] if not package.startswith("-"):
                for line in newest(package, None):
                    print(line)
            case ["--lock", package, "source" | "deb" as kind]:
                for line in newest(package, kind):
                    print(line)
            case [package, directory] if not package.startswith("-"):
                unpack(fetch(package), Path(directory))
            case _:
                print("usage: fetch-source PACKAGE DIR | fetch-source --lock PACKAGE [source|deb] | fetch-source --lock --all",
                      file=sys.stderr)
                return 2
    except (ArchiveError, FetchError, LockError) as error:
        print(f"fetch-source: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
