"""OpenSSH's client on the host for a guest's ssh server: what people have."""

import os
import pty
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from archive import cpio
from console import Console, ExpectError
from lab import Lab
from ssh import Terminal


class OpenSsh:
    """ssh, scp and sftp with a key pair and a known_hosts of their own, and QEMU's forwarding of a port to the guest."""

    def __init__(self, lab: Lab):
        self.folder = Path(lab.scratch) / f"openssh-{os.urandom(4).hex()}"
        self.folder.mkdir()
        self.key = self.new_key("key")
        self.public_key = self.key.with_suffix(".pub").read_bytes()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.network_option = f"hostfwd=tcp:127.0.0.1:{self.port}-:22"
        self.known_hosts = self.folder / "known_hosts"

    def new_key(self, name: str) -> Path:
        key = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key], check=True)
        return key

    def overlay(self, more: dict | None = None) -> bytes:
        """What turns the guest's server on and lets this client in."""
        return cpio({"root": None, "root/.ssh": None, "root/.ssh/authorized_keys": self.public_key, **(more or {})})

    def options(self, password: str | None = None) -> list:
        """For ssh, scp and sftp; with a password, no key is offered."""
        login = ["PubkeyAuthentication=no", "NumberOfPasswordPrompts=1"] if password else ["BatchMode=yes"]
        settings = [
            *login,
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "StrictHostKeyChecking=accept-new",
            f"UserKnownHostsFile={self.known_hosts}",
            "LogLevel=ERROR",
        ]
        options = ["-F", "/dev/null", "-i", str(self.key)]
        for setting in settings:
            options += ["-o", setting]
        return options

    def ssh(self, *words: str, user: str = "kboot", password: str | None = None, deadline: float = 60):
        """What came of a command: its status, standard output and standard error."""
        command = ["ssh", *self.options(password), "-p", str(self.port), f"{user}@127.0.0.1", *words]
        environment = dict(os.environ)
        if password:
            asked = self.folder / "askpass"
            asked.write_text('#!/bin/sh\necho "$KBOOT_TEST_PASSWORD"\n')
            asked.chmod(0o700)
            environment |= {
                "SSH_ASKPASS": str(asked),
                "SSH_ASKPASS_REQUIRE": "force",
                "KBOOT_TEST_PASSWORD": password,
            }
        return _run(command, deadline, env=environment)

    def ssh_in_background(self, *words: str) -> subprocess.Popen:
        command = ["ssh", *self.options(), "-p", str(self.port), "kboot@127.0.0.1", *words]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def scp(self, *words: str, deadline: float = 120):
        """HOST: at the start of a word is the guest."""
        return _run(["scp", *self.options(), "-P", str(self.port), *map(self._on_host, words)], deadline)

    def sftp(self, batch: str, deadline: float = 120):
        command = ["sftp", *self.options(), "-P", str(self.port), "-b", "-", "kboot@127.0.0.1"]
        return _run(command, deadline, input=batch)

    @staticmethod
    def _on_host(word: str) -> str:
        return word.replace("HOST:", "kboot@127.0.0.1:", 1) if word.startswith("HOST:") else word

    def await_server(self, deadline: float = 90, **options):
        end = time.monotonic() + deadline
        while (tried := self.ssh("status", **options)).returncode != 0:
            if time.monotonic() > end:
                raise ExpectError(f"no ssh server after {deadline:g} s: {tried}")
            time.sleep(0.5)

    def fingerprint(self) -> str:
        """TYPE SHA256:… of the key that the server has shown."""
        command: list[str | Path] = ["ssh-keygen", "-l", "-f", self.known_hosts]
        (line,) = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        (kind,) = {entry.split()[1] for entry in self.known_hosts.read_text().splitlines()}
        return f"{kind} {line.split()[1]}"

    @contextmanager
    def session(self, *words: str, user: str = "kboot"):
        """A session with a terminal: its console, and the client's process."""
        ours, theirs = pty.openpty()
        command = ["ssh", "-t", *self.options(), "-p", str(self.port), f"{user}@127.0.0.1", *words]
        client = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        console = Console("ssh", Terminal(ours))
        try:
            yield console, client
        finally:
            client.kill()
            client.wait()
            console.close()


def _run(command: list, deadline: float, **options) -> subprocess.CompletedProcess:
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    return subprocess.run(command, capture_output=True, text=True, timeout=deadline, check=False, **options)
