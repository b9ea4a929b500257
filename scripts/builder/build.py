"""scripts/build's first half: components, with what they need, into the cache.

    build.py NAME...                            prints the output folder of each NAME, in that order
    build.py                                    lists the components
    build.py --once FOLDER NAME VARIABLE=VALUE...   builds NAME into FOLDER/out, with these for its script, and keeps nothing
"""

import concurrent.futures
import signal
import subprocess
import sys
import threading
from pathlib import Path

import fetch
from archive import ArchiveError
from component import Component, ComponentError, component, names
from lock import LockError
from progress import Progress

# Two at a time: one's configure script, which uses one processor, fills the other's gaps.
WORKERS = 2


def build(wanted: list[Component]) -> None:
    """Builds what of `wanted`, and of what it needs, is not in the cache."""
    build_missing(list(dict.fromkeys(c for want in wanted for c in want.with_needs() if not c.output.exists())))


def build_once(name: str, folder: Path, settings: list[str]) -> None:
    """Builds a component as it is not built otherwise: linux-standard with an initramfs in it, say."""
    wanted = component(name)
    build([need for need in wanted.with_needs() if need != wanted])
    for source in wanted.sources:
        fetch.fetch(source)
    wanted.build_once(folder, dict(setting.split("=", 1) for setting in settings), lambda process: process.wait())


def build_missing(missing: list[Component]) -> None:
    """Builds components, each after what it needs of the others."""
    # Everything is downloaded first: a version that is gone shows at once, not minutes later.
    for source in dict.fromkeys(source for c in missing for source in c.sources):
        fetch.fetch(source)

    progress = Progress(len(missing))
    stop = threading.Event()

    def watch(process: subprocess.Popen) -> None:
        while process.poll() is None:
            if stop.wait(0.2):
                raise KeyboardInterrupt
            progress.tick()

    def build_one(c: Component) -> None:
        progress.start(c.name)
        c.build(watch, lambda: progress.say(f"{c.name}: waiting for the run that is building it"))
        progress.finish(c.name)

    todo, running = list(missing), {}
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        try:
            while todo or running:
                unbuilt = {*todo, *running.values()}
                for c in [c for c in todo if unbuilt.isdisjoint(c.needs)][:WORKERS - len(running)]:
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
