"""An iSCSI target for guests: tgt, in a network of the test's own."""

import os
import subprocess
import time
from pathlib import Path

from network import Network

TARGET = "iqn.2026-11.example.lab:disk"
USER = "loader"
SECRET = "twelve chars at least"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def serve_disk(network: Network, disk: Path, chap: bool = True, deadline: float = 20):
    """Shows disk as LUN 1 of TARGET at the network's address. It lives as long as the network."""
    # The control socket is in a folder that all share, by a number.
    control = str(os.getpid() % 30000 + _next_number())
    os.makedirs("/var/run/tgtd", exist_ok=True)
    network.start(["/usr/sbin/tgtd", "-f", "-C", control])

    def tell(words: str, *more: str) -> subprocess.CompletedProcess:
        command = [*network.prefix, "tgtadm", "-C", control, "--lld", "iscsi", *words.split(), *more]
        return subprocess.run(command, env={"PATH": _PATH}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    end = time.monotonic() + deadline
    while tell("--op show --mode sys").returncode:
        assert time.monotonic() < end, f"tgtd does not answer: {network.logs()}"
        time.sleep(0.1)
    commands = [
        (f"--op new --mode target --tid 1 -T {TARGET}",),
        ("--op new --mode logicalunit --tid 1 --lun 1 -b", str(disk)),
        ("--op bind --mode target --tid 1 -I ALL",),
    ]
    if chap:
        commands.append((f"--op new --mode account --user {USER} --password", SECRET))
        commands.append((f"--op bind --mode account --tid 1 --user {USER}",))
    for words, *more in commands:
        done = tell(words, *more)
        assert done.returncode == 0, f"{words}: {done.stdout}"


_numbers = iter(range(1000))


def _next_number() -> int:
    return next(_numbers)
