"""A QEMU guest under test: its consoles, its screen and its keys.

Everything goes over sockets that only this process holds: no port, no pty and no path that two runs could share.
"""

import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from arch import ARCH
from console import ERASED, Console, ExpectError
from picture import Picture
from qmp import Qmp, key_names

PROMPT = r"^kboot(?: [^\n:]\S*)?: "
BOOTED = r"^KBOOT-TEST: booted$"
_TEXT_SCREEN = 0xB8000  # VGA text memory: 80x25 cells of a character and an attribute
_COLUMNS, _ROWS = 80, 25


class Machine:
    """Starts QEMU; `with` ends it in any case. `serial[0]` is ttyS0 and so on.

    Without a kernel the firmware looks for one. disks are vda and so on, scsi_disks sda and so on. prefix is what QEMU is started with:
    network.Network has one. A reset ends the machine, unless it reboots.
    """

    def __init__(
        self,
        kernel: Path | None,
        initrds: list,
        append: str,
        disks: Sequence = (),
        serials: int = 1,
        memory: int = 512,
        network: bool = True,
        network_options: Sequence = (),
        scsi_disks: Sequence = (),
        extra: Sequence = (),
        prefix: Sequence = (),
        reboots: bool = False,
    ):
        self._files = tempfile.TemporaryDirectory(prefix="kboot-vm-")
        command = [*ARCH.qemu, "-m", str(memory), "-nodefaults"]
        command += ["-display", "none", "-vga", "std"]
        if not reboots:
            command.append("-no-reboot")
        if kernel:
            command += ["-kernel", str(kernel), "-append", append]
            if initrds:
                initrd = Path(self._files.name) / "initrd"
                join_archives(initrds, initrd)
                command += ["-initrd", str(initrd)]
        for disk in disks:
            command += ["-drive", f"file={disk},format=raw,if=virtio"]
        if scsi_disks:
            command += ["-device", "virtio-scsi-pci,id=scsi0"]
        for number, disk in enumerate(scsi_disks):
            command += ["-drive", f"file={disk},format=raw,if=none,id=scsi-disk{number}"]
            command += ["-device", f"scsi-hd,bus=scsi0.0,drive=scsi-disk{number}"]
        if network:
            command += ["-nic", ",".join(["user,id=net0,model=virtio-net-pci", *network_options])]
        ours, theirs = zip(*(socket.socketpair() for _ in range(serials + 1)))
        for number, end in enumerate(theirs[:-1]):
            command += ["-chardev", f"socket,id=serial{number},fd={end.fileno()}"]
            command += ["-serial", f"chardev:serial{number}"]
        command += ["-chardev", f"socket,id=qmp,fd={theirs[-1].fileno()}", "-mon", "chardev=qmp,mode=control"]
        self.started = time.monotonic()
        self._qemu = subprocess.Popen(
            [*prefix, *command, *extra], pass_fds=[end.fileno() for end in theirs], stdin=subprocess.DEVNULL
        )
        for end in theirs:
            end.close()
        self.serial = [Console(f"ttyS{number}", end) for number, end in enumerate(ours[:-1])]
        self.qmp = Qmp(ours[-1])

    def __enter__(self):
        return self

    def __exit__(self, _, error, __):
        self.close()
        if not isinstance(error, Exception):
            return
        for console in self.serial:
            if not str(error).startswith(f"{console.name}:"):  # an ExpectError of this console has its last lines
                error.add_note(f"{console.name}'s last lines:\n{console.tail()}")

    def close(self):
        self._qemu.kill()
        self._qemu.wait()
        self.qmp.close()
        for console in self.serial:
            console.close()
        self._files.cleanup()

    def pull_the_plug(self) -> str:
        """Ends it in the middle of whatever it does; all that the first serial line has shown."""
        self._qemu.kill()
        self._qemu.wait()
        return self.serial[0].last_text()

    # Shorthands for the first serial line, which is the one most tests need.

    def expect(self, pattern: str, deadline: float = 30) -> re.Match:
        return self.serial[0].expect(pattern, deadline)

    def send(self, text: str):
        self.serial[0].send(text)

    def prompt(self, deadline: float = 120):
        """Waits until kboot asks for a line."""
        self.expect(PROMPT + r"\Z", deadline)

    def wait_for_lease(self, link: str = "eth0"):
        """DHCP goes on behind the prompt; this waits for it, at the prompt."""
        self.run(f"until grep -q ip= /run/kboot/lease.{link} 2>/dev/null; do sleep 0.2; done", 60)

    def wait_for_discovery(self):
        """kboot looks at the disks behind the prompt, and has them mounted read-only meanwhile; this waits for its end, at the prompt."""
        self.run("""!until grep -q '"looking": *false' /run/kboot/entries 2>/dev/null; do sleep 0.2; done""", 120)

    def wait_for_other_consoles(self):
        """The console on the screen reads its configuration, too, and mounts the booted system for that; this waits for the end of that mount."""
        self.expect_screen(r"^kboot: *$", 60)
        self.wait_until_nothing_is_mounted()

    def wait_until_nothing_is_mounted(self):
        """Until no kboot of a console has a mount, at the prompt."""
        self.run("!while grep -q /run/kboot/mnt /proc/mounts; do sleep 0.2; done", 60)

    def type(self, line: str):
        """Types a line without waiting for what it does."""
        self.send(line + "\r")

    def run(self, line: str, deadline: float = 30) -> str:
        """Types a line at the prompt and returns what it printed before the next prompt."""
        self.type(line)
        # News may come above the prompt up to the first key, and the prompt again: that one is not the answer's.
        self.expect(re.escape(re.sub(r"[^ -~].*", "", line, flags=re.DOTALL)[:10]), deadline)
        return self.answer(deadline)

    def answer(self, deadline: float = 30) -> str:
        """What the line just typed printed, once the next prompt is there."""
        output = self.serial[0].until(PROMPT + r"\Z", deadline)
        lines = output.splitlines(keepends=True)[1:]  # the first line is the echo
        return "".join(line for line in lines if not line.endswith(ERASED + "\n"))

    def second_kernel(self, deadline: float = 180) -> "Report":
        """Waits until the second kernel has shown that it runs, and returns what it told."""
        self.expect(BOOTED, deadline)
        # An initrd of 200 MB has its checksum taken in between.
        return Report(self.expect(r"((?:^KBOOT-TEST: \S+=.*\n)*)^KBOOT-TEST: end$", 60).group(1))

    def set_link(self, plugged: bool, card: str = "net0"):
        """Plugs a network cable in or pulls it out."""
        self.qmp.execute("set_link", name=card, up=plugged)

    def wait_off(self, deadline: float = 30):
        """Waits until the guest has switched itself off."""
        try:
            self._qemu.wait(deadline)
        except subprocess.TimeoutExpired:
            raise ExpectError(f"still running after {deadline} s; last lines:\n{self.serial[0].tail()}") from None

    # The VGA console.

    def wait_for_usb_keyboard(self):
        """It may come after the prompt, which waits for nothing; usbhid drops what it hears in its first 50 ms."""
        self.run("until grep -q 'Name=.*USB Keyboard' //proc/bus/input/devices; do sleep 0.1; done; sleep 0.2")

    def send_keys(self, text: str):
        for character in text:
            self.press(*key_names(character))

    def press(self, *names: str):
        """One stroke of keys by QEMU's names, held together."""
        keys = [{"type": "qcode", "data": name} for name in names]
        self.qmp.execute("send-key", keys=keys, **{"hold-time": 20})
        time.sleep(0.05)  # the guest's keyboard queue is short

    def screen(self) -> str:
        """The text on the VGA screen."""
        dump = Path(self._files.name) / "screen"
        self.qmp.execute("pmemsave", val=_TEXT_SCREEN, size=_COLUMNS * _ROWS * 2, filename=str(dump))
        cells = dump.read_bytes()[::2].decode("cp437").replace("\0", " ")
        return "\n".join(cells[at : at + _COLUMNS].rstrip() for at in range(0, len(cells), _COLUMNS))

    def expect_screen(self, pattern: str, deadline: float = 30) -> re.Match:
        end = time.monotonic() + deadline
        while True:
            text = self.screen()
            match = re.compile(pattern, re.MULTILINE).search(text)
            if match:
                return match
            if time.monotonic() > end:
                raise ExpectError(f"waited {deadline:g} s for {pattern!r} on the screen, which shows:\n{text}")
            time.sleep(0.2)

    def screendump(self, picture: Path):
        picture.parent.mkdir(parents=True, exist_ok=True)
        self.qmp.execute("screendump", filename=str(picture), format="png")

    def picture(self) -> Picture:
        """The pixels of the screen."""
        dump = Path(self._files.name) / "picture.ppm"
        self.qmp.execute("screendump", filename=str(dump))
        return Picture(dump.read_bytes())


class Report:
    """What the second kernel's initrd reported: `KBOOT-TEST: NAME=VALUE` lines."""

    def __init__(self, report: str):
        self._facts = {}
        for line in report.splitlines():
            name, _, value = line.removeprefix("KBOOT-TEST: ").partition("=")
            self._facts[name] = value

    @property
    def cmdline(self) -> str:
        return self._facts["cmdline"]

    @property
    def ballast(self) -> str:
        """The SHA-256 of the file /ballast."""
        return self._facts["ballast"].split()[0]

    @property
    def log(self) -> str:
        """Of the log that was handed over: how many lines, and how many of them hold the word "geheim"."""
        return self._facts.get("log", "")

    @property
    def pmsg(self) -> str:
        """The same of the log that pstore has found in memory, and in how many of its lines something is booted."""
        return self._facts.get("pmsg", "")

    @property
    def files(self) -> list:
        """Names in /kboot-test.d, where each archive of a joined initrd leaves one."""
        return self._facts.get("files", "").split()


def join_archives(archives: list, joined: Path):
    """The kernel takes archives one after the other when each starts at a multiple of four."""
    with joined.open("wb") as out:
        for archive in archives:
            content = archive if isinstance(archive, bytes) else Path(archive).read_bytes()
            out.write(content + b"\0" * (-len(content) % 4))
