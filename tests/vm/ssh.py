"""An ssh client on the host for a guest's ssh server."""

import os
import pty
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

import target
from archive import cpio
from console import Console, ExpectError
from lab import Lab


def key_pair(lab: Lab) -> tuple:
    """A new private key's file, as dropbear's client reads it, and the line for authorized_keys."""
    private = lab.scratch / f"ssh-key-{os.urandom(4).hex()}"
    make: list[str | Path] = [target.component("dropbear") / "bin/dropbearkey", "-t", "ed25519", "-f", private]
    made = subprocess.run(make, check=True, capture_output=True)
    (public,) = (line + b"\n" for line in made.stdout.splitlines() if line.startswith(b"ssh-ed25519"))
    return private, public


class SshClient:
    """dropbear's client with a key pair of its own, and QEMU's forwarding of a port to the guest's server."""

    def __init__(self, lab: Lab):
        self._programs = target.component("dropbear") / "bin"
        self._key, self.public_key = key_pair(lab)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]

    @property
    def network_option(self) -> str:
        return f"hostfwd=tcp:127.0.0.1:{self._port}-:22"

    def overlay(self) -> bytes:
        """What turns the guest's server on and lets this client in."""
        return cpio({"root": None, "root/.ssh": None, "root/.ssh/authorized_keys": self.public_key})

    def _command(self, *words: str) -> list:
        client = [self._programs / "dbclient", "-y", "-y", "-i", self._key, "-p", str(self._port)]
        return [*client, *words]

    def run(self, command: str, sent: str = "", deadline: float = 60) -> str:
        """All that a command (none: the lines sent) says, standard error included."""
        words = ["-T", "root@127.0.0.1", *([command] if command else [])]
        done = subprocess.run(
            self._command(*words), input=sent.encode(), capture_output=True, timeout=deadline, check=False
        )
        return (done.stdout + done.stderr).decode(errors="replace")

    def await_server(self, meanwhile: Callable[[], None] = lambda: None, deadline: float = 60):
        """Waits until a session can be had; the server makes its key first."""
        end = time.monotonic() + deadline
        while "restricted" not in self.run("status"):
            if time.monotonic() > end:
                raise ExpectError(f"no ssh server after {deadline:g} s")
            meanwhile()
            time.sleep(0.5)

    @contextmanager
    def session(self, meanwhile: Callable[[], None] = lambda: None):
        """A session with a terminal, as a Console."""
        self.await_server(meanwhile)
        ours, theirs = pty.openpty()
        command = self._command("-t", "root@127.0.0.1")
        client = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        console = Console("ssh", Terminal(ours))
        try:
            yield console
        finally:
            client.kill()
            client.wait()
            console.close()


class Terminal:
    """Our end of a pseudo terminal, as the socket that a Console talks to."""

    def __init__(self, end: int):
        self._end = end

    def recv(self, size: int) -> bytes:
        return os.read(self._end, size)

    def sendall(self, text: bytes) -> None:
        while text:
            text = text[os.write(self._end, text) :]

    def close(self) -> None:
        os.close(self._end)
