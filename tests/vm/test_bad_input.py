"""What cannot work gives one clear line that names the thing, and a new prompt; no disk is written to."""

import os
import pty
import random
import re
import select
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archive import cpio
from installed import make_installed_disk
from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, SERIAL, Lab, digest


def complains(machine, line: str, pattern: str, deadline: float = 30):
    """Types line; the answer must be a single line that fits pattern."""
    said = machine.run(line, deadline).strip("\n")
    assert len(said.splitlines()) == 1, f"{line}: expected one line, got:\n{said}"
    assert re.search(pattern, said), f"{line}: expected a line like {pattern!r}, got:\n{said}"


def test_bad_files(lab: Lab):
    disk = lab.disk()
    before = digest(disk)
    with lab.machine(disk=disk) as machine:
        machine.prompt()
        complains(machine, f"/boot/missing {ARGUMENTS}", r"/boot/missing: .*(not found|no such file)")
        complains(machine, "vda1:/missing", r"vda1:/missing: .*(not found|no such file)")
        complains(machine, "/boot/folder", r"^/boot/folder: not a file")
        complains(machine, "/boot/truncated initrd=/boot/initrd.img", r"/boot/truncated: .*incomplete")
        complains(machine, "/boot/notes.txt", r"/boot/notes.txt: .*not a kernel")
        complains(machine, "/boot/empty", r"/boot/empty: .*empty")
        complains(machine, "/boot/vmlinuz initrd=/boot/missing.img", r"initrd=/boot/missing.img: .*(not found|no such)")
        complains(machine, "/boot/vmlinuz initrd=/boot/folder", r"initrd=/boot/folder: .*not a (regular )?file")
        complains(machine, "vda7:/vmlinuz", r"vda7.*: no such device")
        complains(machine, "UUID=0000-0000:/vmlinuz", r"UUID=0000-0000.*: no such device")
        complains(machine, "vda3:/vmlinuz", r"vda3:/vmlinuz: .*vda3.*file ?system")
        complains(machine, "vda3", r"vda3: ")
        complains(machine, "cd /nowhere", r"/nowhere: ")
        assert machine.run("pwd").strip() == "//", "a failed cd must leave the current directory"
    assert digest(disk) == before, "something was written to the disk"


def test_bad_network(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.wait_for_lease()
        url, refused = lab.server.url, lab.server.refused_url
        complains(machine, f"{url}/missing", rf"{url}/missing: .*404")
        complains(machine, f"{refused}/vmlinuz", rf"{refused}/vmlinuz: .*refused")
        complains(machine, f"/boot/vmlinuz initrd={url}/missing", rf"initrd={url}/missing: .*404")
        complains(machine, f"{url}/notes.txt", rf"{url}/notes.txt: .*not a kernel")
        complains(machine, "http://no-such-host.invalid/vmlinuz", r"no-such-host\.invalid/vmlinuz: no address")


def test_interrupt_ends_a_stalled_download(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.wait_for_lease()
        machine.type(f"{lab.server.url}/stall")
        machine.expect(r"stall[\s\S]*", 10)
        machine.serial[0].expect_silence(r"^kboot: \Z", 3)
        machine.send("\x03")
        machine.expect(r"^interrupted\nkboot: ", 5)
        # The ^C is spent: seen once more, it would drop this prompt and what is typed at it.
        machine.serial[0].expect_silence(r"kboot: ", 1)
        assert "/boot" in machine.run("plan debian"), "kboot does not work any more after ^C"


def test_bad_lines(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        complains(machine, "nonsense", r"nonsense: not found")
        complains(machine, "cd a b c", r"usage: cd")
        # An x86 kernel takes 2047 characters; kexec_file_load counts the NUL among them.
        cmdline = f"root=/dev/vda2 {ARGUMENTS} long={'x' * 2100}"
        told = rf"/boot/vmlinuz: the command line has {len(cmdline)} .*2046"
        complains(machine, f"debian long={'x' * 2100}", told)


def _with_builtin_conf(lab: Lab, conf: bytes):
    """A machine whose initramfs holds this kboot.conf."""
    return lab.machine(SERIAL, overlay=cpio({"etc": None, "etc/kboot.conf": conf}))


def test_bad_kboot_conf(lab: Lab):
    """Each bad line is reported by number, and the good ones count."""
    conf = b"""first=vda1:/vmlinuz
$(reboot)
if true; then
a\0b=c
timout=5
mount_rw=maybe
\xff\xfe\x80 = \x01\x1b[2J
last="vda1:/vmlinuz console=ttyS0"
"""
    with _with_builtin_conf(lab, conf) as machine:
        machine.prompt()
        shown = machine.serial[0].text()
        for number in (2, 3, 4, 7):
            assert f"kboot.conf:{number}: " in shown, f"line {number} is not reported:\n{shown}"
        assert "timout" in shown and "timeout" in shown, f"the misspelt name is not reported:\n{shown}"
        assert re.search(r'invalid setting "mount_rw=maybe"', shown), shown
        assert "/dev/vda1" in machine.run("plan first")
        assert "console=ttyS0" in machine.run("plan last")


def test_huge_line_in_kboot_conf(lab: Lab):
    conf = b"before=vda1:/vmlinuz\n" + b"x" * 1_000_000 + b"\nafter=vda1:/vmlinuz\n"
    with _with_builtin_conf(lab, conf) as machine:
        machine.prompt()
        reported = [line for line in machine.serial[0].text().splitlines() if "kboot.conf:2" in line]
        assert len(reported) == 1 and len(reported[0]) < 300, f"reported as: {[line[:300] for line in reported]}"
        assert "/dev/vda1" in machine.run("plan after")


def test_bad_fstab(lab: Lab):
    """A line that cannot be parsed is reported, and the others still mount."""
    disk = make_installed_disk(
        lab.scratch / "bad-fstab.disk",
        lab.boot_files,
        KBOOT_CONF,
        {"fstab": "/dev/vda2 / ext4 defaults 0 1\ngarbage\n/dev/vda1 /boot ext4 defaults 0 2\n"},
    )
    with lab.machine(INSTALLED, disk=disk) as machine:
        machine.prompt()
        assert "fstab:2: " in machine.serial[0].text(), machine.serial[0].text()
        assert "/dev/vda1" in machine.run("plan /boot/vmlinuz")


# What reaches a console without a person behind it. The disk's default would boot at once by an empty line.


def test_keys_that_nobody_meant(lab: Lab):
    """Enter pressed while the machine starts, or held down; keys that stop terminals; then noise, and a person."""
    disk = lab.disk(KBOOT_CONF + "default=debian\n")
    with lab.machine(f"console=ttyS1 {INSTALLED}", disk=disk, serials=2) as machine:
        line = machine.serial[0]
        while "kboot: " not in line.text():
            machine.send("\r")
            time.sleep(0.1)
        for _ in range(60):  # a keyboard repeats thirty times a second
            machine.send("\r")
            time.sleep(0.03)
        machine.send("\x13\x1c\x1a\x0f")  # ^S ^\\ ^Z ^O
        assert machine.run("pwd").strip() == "//"

        noise = random.Random(7)
        for _ in range(6):
            line.send_bytes(noise.randbytes(10_000))
        line.send_bytes(b"\x13\xff\r\r")
        line.expect(r"\d+ bytes came that are no text: dropped", 60)
        machine.send("\x03")  # the line may hold what came before it was known to be noise
        machine.prompt()
        assert machine.run("pwd").strip() == "//"
        assert "booting" not in line.text() and "KBOOT-TEST" not in line.text(), line.tail()

        machine.serial[1].close()
        machine.send("\r")
        assert "root=/dev/vda2" in machine.second_kernel().cmdline


def test_noise_holds_autoboot_no_longer_than_holdmax(lab: Lab):
    """A line that is never silent, and with ^S in what it says: the other console and this one boot all the same."""
    disk = lab.disk(KBOOT_CONF + "default=debian\ntimeout=2\nholdmax=6\n")
    with lab.machine(f"{INSTALLED} console=ttyS1", disk=disk, serials=2) as machine:
        machine.prompt()
        noise = random.Random(8)
        end = time.monotonic() + 60
        while "KBOOT-TEST: end" not in machine.serial[0].text() and time.monotonic() < end:
            try:
                machine.serial[1].send_bytes(noise.randbytes(2000))
            except OSError:
                break  # the machine has gone off
            time.sleep(0.05)
        assert "root=/dev/vda2" in machine.second_kernel(10).cmdline


_SECONDS, _RATE = 1.5, 2_000_000
_RANDOM = random.Random(20261126)
_GARBAGE = {
    "random": _RANDOM.randbytes(65536),
    "one long line": _RANDOM.randbytes(65536).replace(b"\n", b"").replace(b"\r", b""),
    "no bytes that are set": b"abc" + bytes(65536),
    "escapes": b"\x1b[A\x1b[200~\x1b]0;x\x1b[6n\xff\x1bOP" * 2048,
    "pieces of UTF-8": "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n\n\N{EURO SIGN}".encode()[:-1] * 4096,
}


class _FastLine:
    """The prompt of out/bin/kboot on a line that is as fast as a pseudo terminal; nothing is ever started there."""

    def __init__(self, lab: Lab, conf: str):
        file = Path(tempfile.mkstemp(dir=lab.scratch)[1])
        file.write_text(conf)
        self._ours, theirs = pty.openpty()
        os.set_blocking(self._ours, False)
        subprocess.run(["stty", "-ixon"], stdin=theirs, check=True)  # as lib/kboot/console has it
        command: list[str | Path] = [lab.root / "out/bin/kboot", "-n", "--config", file]
        self._kboot = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "vt102"})
        os.close(theirs)
        self._said = b""

    def close(self):
        self._kboot.kill()
        self._kboot.wait()
        os.close(self._ours)

    def memory(self) -> int:
        """KiB of it that are in use."""
        status = Path(f"/proc/{self._kboot.pid}/status").read_text()
        (kib,) = re.findall(r"VmRSS:\s+(\d+)", status)
        return int(kib)

    def flood(self, garbage: bytes):
        """What does not fit is lost, as on a serial line."""
        end, sent = time.monotonic() + _SECONDS, 0
        while (now := time.monotonic()) < end:
            due = int((_SECONDS - end + now) * _RATE) - sent
            while due > 0:
                at = sent % len(garbage)
                piece = garbage[at : at + min(due, 4096)]
                try:
                    os.write(self._ours, piece)
                except BlockingIOError:
                    pass
                sent, due = sent + len(piece), due - len(piece)
            self._read(0.005)
        assert sent > _SECONDS * 1_000_000, f"only {sent} bytes"

    def expect(self, pattern: bytes, deadline: float = 30):
        end = time.monotonic() + deadline
        while not (found := re.search(pattern, self._said)):
            assert time.monotonic() < end, self._said[-2000:]
            self._read(0.1)
        self._said = self._said[found.end() :]

    def said(self) -> bytes:
        return self._said

    def type(self, line: str):
        os.write(self._ours, line.encode() + b"\r")

    def _read(self, seconds: float):
        if select.select([self._ours], [], [], seconds)[0]:
            self._said += os.read(self._ours, 65536)


def _survives(lab: Lab, name: str):
    garbage = _GARBAGE[name]
    # The other half are at a prompt that waits for a person.
    countdown = "timeout=600\n" if list(_GARBAGE).index(name) % 2 == 0 else ""
    line = _FastLine(lab, f"linux=/vmlinuz\ndefault=linux\n{countdown}")
    try:
        line.expect(b"kboot: ")
        before = line.memory()
        line.flood(garbage)
        line.expect(rb"\d+ bytes came that are no text: dropped")
        line.expect(b"kboot: ")
        assert b"vmlinuz" not in line.said(), line.said()[-2000:]
        line.type("pwd")
        line.expect(rb"pwd\r?\n[^\n]*//\r?\n")
        grown = line.memory() - before
        assert grown < 2048, f"{grown} KiB more"
    finally:
        line.close()


def test_garbage_at_two_megabytes_a_second(lab: Lab):
    """At a prompt and in a countdown: nothing runs, memory does not grow, and the next line works."""
    with ThreadPoolExecutor(len(_GARBAGE)) as pool:
        for _ in pool.map(lambda name: _survives(lab, name), _GARBAGE):
            pass
