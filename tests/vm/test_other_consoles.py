"""What one console holds when another one starts a kernel, or when its session is killed."""

import json
import re
import subprocess
from pathlib import Path

from lab import ARGUMENTS, INSTALLED, Lab

_THREE_LINES = f"console=ttyS1,115200 console=ttyS2,115200 {INSTALLED}"
_PATH = "/sbin:/usr/sbin:/bin:/usr/bin"
_RECORDS = "/run/kboot/mounts"


def _tool(*command) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={"PATH": _PATH}).stdout


def _assert_clean(disk: Path, partition: int):
    """As after an unmount: nothing waits in the journal, and e2fsck finds nothing."""
    table = json.loads(_tool("sfdisk", "--json", str(disk)))["partitiontable"]["partitions"]
    start = f"{disk}?offset={table[partition - 1]['start'] * 512}"
    facts = _tool("dumpe2fs", "-h", start)
    assert re.search(r"^Filesystem state: +clean$", facts, re.MULTILINE), facts
    assert "needs_recovery" not in facts, f"vda{partition} was not unmounted:\n{facts}"
    _tool("e2fsck", "-fn", start)


def _shell(console, line: str):
    """A shell that stays, on another console; its last word is there when it has done the line."""
    console.send(f"!sh -c '{line}; echo rea''dy; exec sleep 1000'\r")
    console.expect(r"^ready$", 30)


def test_what_other_consoles_hold_is_released_before_the_start(lab: Lab):
    """One has the root writable and a file open in it that is being written, one stands in /boot, one has nothing but the prompt."""
    disk = lab.disk()
    with lab.machine(_THREE_LINES, disk=disk, serials=3) as machine:
        machine.prompt()
        for console, folder in ((machine.serial[1], "/boot"), (machine.serial[2], "/")):
            console.expect(r"^kboot: \Z", 60)
            console.send("mount_rw=true\r")
            console.expect(r"^kboot: \Z")
            console.send(f"ls {folder}\r")
            console.expect(r"^kboot: \Z")
        said = machine.run("mounts")
        assert re.search(r"^/dev/vda1 +ext4 +rw +/boot +ttyS1 ", said, re.MULTILINE), said
        assert re.search(r"^/dev/vda2 +ext4 +rw +/ +ttyS2 ", said, re.MULTILINE), said
        _shell(machine.serial[1], "cd /run/kboot/mnt/vda1 && echo x >held")
        # It does not end as its console does.
        _shell(machine.serial[2], 'trap "" HUP TERM; exec 3>/run/kboot/mnt/vda2/written; echo x >&3')
        machine.type("debian")
        report = machine.second_kernel()
        assert report.cmdline == f"root=/dev/vda2 {ARGUMENTS}", report.cmdline
    _assert_clean(disk, 1)
    _assert_clean(disk, 2)


def test_mounts_of_a_killed_session_go_with_the_next(lab: Lab):
    with lab.machine(f"console=ttyS1,115200 {INSTALLED}", serials=2) as machine:
        machine.prompt()
        other = machine.serial[1]
        other.expect(r"^kboot: \Z", 60)
        other.send("ls /boot\r")
        other.expect(r"vmlinuz[\s\S]*^kboot: \Z")
        assert re.search(r"^/dev/vda1 .* ttyS1 ", machine.run("mounts"), re.MULTILINE)
        # The only ones with a record are those that hold something.
        machine.run(f"!kill -9 $(ls {_RECORDS} | sed -n 's/-.*//p')")
        other.expect(r"^kboot: \Z", 60)
        machine.wait_until_nothing_is_mounted()
        assert "nothing is mounted yet" in machine.run("mounts")
