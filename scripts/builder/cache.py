"""The cache outside the source tree: $KBOOT_CACHE, by default ~/.cache/kboot."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path


def cache(*names: str) -> Path:
    """A directory of the cache, made when it is not there."""
    root = os.environ.get("KBOOT_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kboot"
    path = Path(root, *names).absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(name: str, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds the cache's lock `name`; `on_wait` is told when another process has it."""
    with open(cache("locks") / name, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
