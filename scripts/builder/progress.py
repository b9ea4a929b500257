"""What a person sees while components are built: a live line on a terminal, else plain lines."""

import sys
import threading
import time

PLAIN_INTERVAL = 60  # seconds between signs of life where there is no terminal


class Progress:
    """All methods may be called from any thread."""

    def __init__(self, total: int):
        self._total = total
        self._done = 0
        self._running: dict[str, float] = {}
        self._live = sys.stderr.isatty()
        self._mutex = threading.Lock()
        self._next_plain = time.monotonic() + PLAIN_INTERVAL

    def start(self, name: str) -> None:
        with self._mutex:
            self._running[name] = time.monotonic()
            if not self._live:
                self._print(f"{name}: building")
            self._draw()

    def finish(self, name: str) -> None:
        with self._mutex:
            elapsed = _clock(time.monotonic() - self._running.pop(name))
            self._done += 1
            self._print(f"{name}: built in {elapsed} ({self._done} of {self._total})")
            self._draw()

    def say(self, text: str) -> None:
        with self._mutex:
            self._print(text)
            self._draw()

    def tick(self) -> None:
        with self._mutex:
            if self._live:
                self._draw()
            elif time.monotonic() >= self._next_plain and self._running:
                self._print(f"still building {self._summary()}")
                self._next_plain = time.monotonic() + PLAIN_INTERVAL

    def clear(self) -> None:
        with self._mutex:
            self._running.clear()
            self._draw()

    def _summary(self) -> str:
        return ", ".join(f"{name} {_clock(time.monotonic() - start)}" for name, start in self._running.items())

    def _draw(self) -> None:
        if self._live:
            line = f"[{self._done}/{self._total}] {self._summary()}" if self._running else ""
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    def _print(self, text: str) -> None:
        print(f"\r\033[K{text}" if self._live else text, file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
