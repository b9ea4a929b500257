"""One serial line of a guest: what it printed so far, waiting for more of it, typing."""

import re
import threading
import time
from typing import Protocol

# CSI sequences, OSC strings, charset choices and the two-character escapes; then an unfinished one at the end,
# which must not count as text until the rest of it has come.
_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[()#][0-9A-Za-z]|\x1b[=>78cDEHMNOZ]|[\r\0\x07]"
)
_UNFINISHED = re.compile(rb"\x1b[^@-Z\\^_`a-z{|}~]{0,16}$")

# A progress display goes back to the start of its line and erases it. The line ends there, with this mark.
_ERASE_LINE = b"\r\x1b[K"
ERASED = "\N{SYMBOL FOR CARRIAGE RETURN}"


def strip_ansi(raw: bytes) -> str:
    """The text of raw terminal output. A longer output strips to a text that starts with the shorter one's."""
    text = _UNFINISHED.sub(b"", raw).replace(_ERASE_LINE, f"{ERASED}\n".encode())
    return _ESCAPES.sub(b"", text).decode("utf-8", "replace")


class ExpectError(AssertionError):
    """What was waited for did not come; the message ends with the console's last lines."""


class Line(Protocol):
    """What a Console talks to: a socket, or what looks like one."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...

    def close(self) -> None: ...


class Console:
    """The harness's end of a guest's serial line."""

    TAIL_LINES = 40
    PIECES = 0.02  # seconds between two looks at what has come

    def __init__(self, name: str, line: Line):
        self.name = name
        self._line = line
        self._raw = bytearray()
        self._seen = 0  # characters of text that an expect() has consumed
        self._closed = False
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        """Always reads, so that a guest never blocks on a line nobody looks at."""
        while True:
            try:
                chunk = self._line.recv(65536)
            except OSError:
                chunk = b""
            with self._news:
                self._raw += chunk
                self._closed = self._closed or not chunk
                self._news.notify_all()
            if not chunk:
                return

    def text(self) -> str:
        """Everything printed so far."""
        with self._news:
            return strip_ansi(bytes(self._raw))

    def raw(self) -> str:
        """All that was written so far, as it was written."""
        with self._news:
            return bytes(self._raw).decode(errors="replace")

    def tail(self) -> str:
        """The last lines, with what was written over in each gone, as on a screen."""
        with self._news:
            lines = bytes(self._raw).rstrip().replace(_ERASE_LINE, b"\n").split(b"\n")[-self.TAIL_LINES :]
        return "\n".join(strip_ansi(line.rstrip(b"\r").rpartition(b"\r")[2]) for line in lines)

    def expect(self, pattern: str, deadline: float = 30) -> re.Match:
        """Waits for pattern (a multi-line regular expression) in what no earlier expect() has consumed."""
        end = time.monotonic() + deadline
        while True:
            with self._news:
                text = strip_ansi(bytes(self._raw))
                match = re.compile(pattern, re.MULTILINE).search(text, self._seen)
                if match:
                    self._seen = match.end()
                    return match
                left = end - time.monotonic()
                if self._closed or left <= 0:
                    break
                self._news.wait(left)
            # A serial line comes in pieces of 16 bytes: to look at all of a long output for each takes longer than it.
            time.sleep(self.PIECES)
        why = "the machine went away" if self._closed else f"{deadline:g} s passed"
        raise ExpectError(f"{self.name}: waited for {pattern!r}, but {why}; last lines:\n{self.tail()}")

    def until(self, pattern: str, deadline: float = 30) -> str:
        """What comes before pattern, which is waited for as in expect()."""
        begin = self._seen
        match = self.expect(pattern, deadline)
        return match.string[begin : match.start()]

    def expect_silence(self, pattern: str, seconds: float):
        """Checks that pattern does not come within seconds."""
        try:
            match = self.expect(pattern, seconds)
        except ExpectError:
            if not self._closed:
                return
            raise
        raise ExpectError(f"{self.name}: {match.group()!r} was not to come; last lines:\n{self.tail()}")

    def last_text(self, deadline: float = 10) -> str:
        """Everything that was printed by a machine that has ended."""
        with self._news:
            if not self._news.wait_for(lambda: self._closed, deadline):
                raise ExpectError(f"{self.name}: still open")
        return self.text()

    def send(self, text: str):
        self.send_bytes(text.encode())

    def send_bytes(self, data: bytes):
        self._line.sendall(data)

    def close(self):
        self._line.close()
