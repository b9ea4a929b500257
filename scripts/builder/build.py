"""scripts/build's first half: components, with what they need, into the cache.

    build.py NAME...                            prints the output folder of each NAME, in that order
    build.py                                    lists the components
    build.py --once FOLDER NAME VARIABLE=VALUE...   builds NAME into FOLDER/out, with these for its script, and keeps nothing
"""

import concurrent.futures
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import fetch
from apt_archive import ArchiveError
from component import Component, ComponentError, Process, component, names
from lock import TOP, LockError
from progress import Progress
from taken import NOTE, note

# Two at a time: one's configure script, which uses one processor, fills the other's gaps.
WORKERS = 2


def build(wanted: list[Component]) -> None:
    """Builds what of `wanted`, and of what it needs, is not in the cache."""
    build_missing(_with_sources(wanted, lambda c: not c.output.exists()))


def _with_sources(wanted: list[Component], is_missing: Callable[[Component], bool]) -> list[Component]:
    """Those of `wanted` and of what they need that are missing, each once, when their sources have been fetched: a version
    that is gone shows at once, not minutes later."""
    everything = list(dict.fromkeys(c for want in wanted for c in want.with_needs()))
    while True:
        missing = [c for c in everything if is_missing(c)]
        if all([fetch.fetch(source) == files for c in missing for source, files in c.taken.items()]):
            return missing
        # Another version was taken than was there to be known: what is made of it has another key, and may be in the cache.
        for c in everything:
            c.look_again()


def report(wanted: list[Component]) -> None:
    """Says, each time, and in out/, which sources are not the pinned ones."""
    said = note({source: files for want in wanted for c in want.with_needs() for source, files in c.taken.items()})
    if said:
        print("build: WARNING: not everything is the pinned version, so the bytes are not those that others have "
              f"({NOTE.relative_to(TOP)}):", file=sys.stderr)
        for line in said:
            print(f"build: WARNING:   {line}", file=sys.stderr)
        print("build: KBOOT_PINNED=strict refuses this, KBOOT_ARCHIVE=URL names an archive that has the pinned versions, "
              "scripts/fetch-source --lock --all pins those that are there", file=sys.stderr)


def build_once(name: str, folder: Path, settings: list[str]) -> None:
    """Builds a component as it is not built otherwise: linux-standard with an initramfs in it, say."""
    wanted = component(name)
    _with_sources([wanted], lambda c: c == wanted or not c.output.exists())
    build([need for need in wanted.with_needs() if need != wanted])
    wanted.build_once(folder, dict(setting.split("=", 1) for setting in settings), lambda process: process.wait())
    report([wanted])


def build_missing(missing: list[Component]) -> None:
    """Builds components, each after what it needs of the others. Their sources have been fetched."""
    progress = Progress(len(missing))
    stop = threading.Event()

    def watch(process: Process) -> None:
        while process.poll() is None:
            if stop.wait(0.2):
                raise KeyboardInterrupt
            progress.tick()

    def build_one(c: Component) -> None:
        progress.start(c.name)
        c.build(watch, lambda: progress.say(f"{c.name}: waiting for the run that is building it"))
        progress.finish(c.name)

    todo = list(missing)
    running: dict[concurrent.futures.Future[None], Component] = {}
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        try:
            while todo or running:
                unbuilt = {*todo, *running.values()}
                for c in [c for c in todo if unbuilt.isdisjoint(c.needs)]:
                    # One that would wait for the tree of another takes no place.
                    if len(running) == WORKERS or c.tree and c.tree in [other.tree for other in running.values()]:
                        continue
                    todo.remove(c)
                    running[pool.submit(build_one, c)] = c
                for future in concurrent.futures.wait(running, return_when="FIRST_COMPLETED").done:
                    del running[future]
                    future.result()
        finally:
            stop.set()
            progress.clear()


def main(arguments: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if not arguments:
        print("\n".join(names()))
        return 0
    try:
        if arguments[0] == "--once":
            build_once(arguments[2], Path(arguments[1]), arguments[3:])
            return 0
        wanted = [component(name) for name in arguments]
        build(wanted)
        report(wanted)
    except (ArchiveError, ComponentError, LockError, fetch.FetchError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("build: stopped; what was complete is kept", file=sys.stderr)
        return 130
    for c in wanted:
        print(c.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
