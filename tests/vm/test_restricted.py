"""Attacks on a restricted machine: none gets past without the password.

Who gets past can run the program `got-in`, which says so on every console and leaves a file. Each attack is a test
of its own; all of one table run in one machine, one after the other.
"""

import re
import subprocess
import threading
import time
from dataclasses import dataclass

from archive import cpio
from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, Lab
from machine import PROMPT
from ssh import SshClient

PASSWORD = "correct horse"
REFUSED = r"\Arestricted: only labels [^\n]*\n\Z"
ANY = ""
GOT_IN = "KBOOT-TEST: got in"  # what nothing typed here spells

_GOT_IN = b"""#!/bin/busybox sh
touch /run/got-in
echo KBOOT-TEST: "got in" | tee /dev/ttyS0 /dev/ttyS1
"""
_CONF = """\
restricted=true
password='{hash}'
ssh.rootshell=true
kernel='sda1:/vmlinuz initrd=sda1:/initrd.img {arguments}'
program='//bin/got-in'
busybox='//bin/busybox sh -c got-in'
command='sh -c got-in'
bare='got-in'
bang='!got-in'
line='kernel init=/bin/sh'
change='restricted=false'
where='pwd'
enter='cd /'
lift='unlock'
script='echo $(got-in)'
list='got-in;got-in'
"""


def _hash() -> str:
    command = ["openssl", "passwd", "-6", "-salt", "kboottest", PASSWORD]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass
class Attack:
    """Keys typed at the prompt, and what comes of them before the next prompt."""

    keys: str
    answer: str = REFUSED
    hides: str = "^$a"  # what must not be shown, the echo included
    enter: bool = True


# Lines, each of which must be refused as a whole.
LINES = {
    "argument_for_a_label": "kernel init=/bin/sh",
    "empty_initrd_for_a_label": "kernel initrd=",
    "initrd_for_a_label": "kernel initrd=//lang/evil",
    "blank_argument_in_quotes": "kernel ''",
    "two_labels": "kernel kernel",
    "label_in_double_quotes": '"kernel" init=/bin/sh',
    "label_in_single_quotes": "'kernel'",
    "quote_in_a_label": 'ker"nel',
    "unclosed_quote": "'got-in",
    "backslash": "\\got-in",
    "assignment": "x=got-in",
    "assignment_of_restricted": "restricted=false",
    "empty_restricted": "restricted=",
    "assignment_of_password": "password=",
    "assignment_of_a_label": "kernel=/bin/got-in",
    "assignment_of_default": "default=!got-in",
    "assignment_with_export": "export restricted=false",
    "two_assignments": "restricted=false x=1",
    "set_command": "set restricted=false",
    "path_in_kboots_root": "//bin/got-in",
    "path_in_the_booted_system": "/bin/sh",
    "path_of_a_kernel": "sda1:/vmlinuz",
    "path_on_a_device_with_arguments": "sda1:/vmlinuz init=/bin/sh",
    "relative_path": "bin/got-in",
    "url": "http://10.0.2.2/vmlinuz",
    "nfs": "10.0.2.2:/vmlinuz",
    "device": "sda1",
    "device_node": "/dev/sda1",
    "tag": "LABEL=lab-boot",
    "sh": "sh",
    "ssh": "ssh -y localhost",
    "scp": "scp //bin/got-in localhost:",
    "scp_far_end": "scp -t //run/got-in",
    "sftp_server": "sftp-server",
    "sh_with_arguments": "sh -c got-in",
    "busybox": "busybox sh",
    "program": "got-in",
    "exec": "exec got-in",
    "bang": "!got-in",
    "bang_alone": "!",
    "bang_blank": "! got-in",
    "bang_sh": "!sh",
    "history_expansion": "!!",
    "boot_command": "boot sda1:/vmlinuz",
    "boot_command_with_a_label": "boot kernel init=/bin/sh",
    "plan": "plan sda1:/vmlinuz",
    "plan_of_a_program": "plan !got-in",
    "cd": "cd /",
    "pwd": "pwd",
    "labels_command": "labels",
    "set_alone": "set",
    "set_password": "set password",
    "ls": "ls //",
    "cat": "cat //etc/kboot.conf",
    "devices": "devices",
    "mounts": "mounts",
    "history": "history",
    "iscsi": "iscsi login 10.0.2.2::::iqn.x",
    "chroot": "chroot sda2:/",
    "firmware": "firmware Boot0000",
    "firmware_setup": "firmware --setup",
    "log": "log",
    "net": "net",
    "kboot": "kboot",
    "kboot_line": "kboot --set restricted=false -c got-in",
    "semicolon": "kernel;got-in",
    "semicolon_after_help": "help;got-in",
    "help_with_an_argument": "help got-in",
    "and": "help && got-in",
    "pipe": "help | got-in",
    "background": "got-in &",
    "substitution": "$(got-in)",
    "backticks": "`got-in`",
    "variable": "$kernel",
    "variable_in_braces": "${kernel}",
    "redirection": "help >//run/got-in",
    "glob": "//bin/g*",
    "reboot_with_an_argument": "reboot -f -d 1",
    "poweroff_with_an_argument": "poweroff; got-in",
    "unlock_with_an_argument": "unlock x",
    "status_with_an_argument": "status; got-in",
    "label_in_capitals": "KERNEL",
    "comment": "# got-in",
    "tilde": "~/got-in",
    "unicode_blank": "kernel\u00a0init=/bin/sh",
    # Labels that expand to what only a free prompt may do.
    "label_of_a_program": "program",
    "label_of_busybox": "busybox",
    "label_of_the_shell": "command",
    "label_of_a_name": "bare",
    "label_of_a_bang": "bang",
    "label_of_a_label": "line",
    "label_of_an_assignment": "change",
    "label_of_pwd": "where",
    "label_of_cd": "enter",
    "label_of_unlock": "lift",
    "label_of_a_substitution": "script",
    "label_of_a_list": "list",
}

# What is no line: keys, and what has to come of them.
KEYS = {
    "interrupt": Attack("got-in\x03", ANY, enter=False),
    "interrupt_an_empty_line": Attack("\x03", ANY, enter=False),
    "suspend": Attack("\x1a", ANY),
    "quit": Attack("\x1c", ANY),
    "end_of_file": Attack("\x04", ANY, enter=False),
    "tab_on_nothing": Attack("\t\t", r"\bkernel\b", hides="vmlinuz|got-in|sda1|bin/", enter=False),
    "tab_over_kboots_root": Attack("//bin/got\t\t", hides="got-in"),
    "tab_over_the_booted_system": Attack("/e\t\t", hides="etc"),
    "tab_over_a_device": Attack("sda1:/vm\t\t", hides="vmlinuz"),
    "tab_over_an_initrd": Attack("kernel initrd=/\t\t", hides="vmlinuz|etc"),
    "tab_over_devices": Attack("sd\t\t", hides="sda"),
    "tab_over_programs": Attack("got\t\t", hides="got-in"),
    "tab_over_commands": Attack("pla\t\t", hides="plan"),
    "editing_mode_vi": Attack("\x1b\x0agot-in\x1bv", ANY),
    "init_file": Attack("\x18\x12", ANY),
    "bracketed_paste": Attack("\x1b[200~got-in\n!got-in\n\x1b[201~", ANY),
    "long_line": Attack("x" * 4000),
    "over_long_line": Attack("kernel " + "x" * 17000, "line too long"),
}

# Commands given to ssh, with what is sent to them.
SSH = {
    "ssh_program": ("got-in", ""),
    "ssh_shell": ("sh -c got-in", ""),
    "ssh_shell_by_path": ("/bin/sh -c got-in", ""),
    "ssh_bang": ("!got-in", ""),
    "ssh_path": ("//bin/got-in", ""),
    "ssh_option": ("--set restricted=false", "!got-in\n"),
    "ssh_two_lines": ("help\ngot-in", ""),
    "ssh_semicolon": ("kernel; got-in", ""),
    "ssh_assignment": ("restricted=false", ""),
    "ssh_label_with_argument": ("kernel init=/bin/sh", ""),
    "ssh_scp": ("scp -t //run/got-in", ""),
    "ssh_sftp": ("sftp-server", ""),
    "ssh_nested_shell": ("kboot -c sh", ""),
    "ssh_kboot": ("kboot --set restricted=false -c !got-in", ""),
    "ssh_over_long_line": ("k" * 17000, ""),
    "ssh_standard_input": ("", "got-in\n!got-in\nrestricted=false\n//bin/got-in\n"),
    "ssh_wrong_password": ("unlock", "wrong\n!got-in\n"),
}


# Passwords that are wrong.
GUESSES = {
    "hash_as_password": _hash(),
    "empty_password": "",
    "password_with_a_blank": f"{PASSWORD} ",
    "password_in_capitals": PASSWORD.upper(),
    "long_password": "x" * 2000,
}

_OTHER_RESULTS = [
    "ssh_terminal",
    "interrupt_at_the_password",
    "delay_grows",
    "delay_is_shared_by_consoles",
    "nobody_got_in",
    "password_unlocks",
    "other_console_stays_restricted",
    "right_password_ends_the_delay",
    "end_of_session_locks",
]


class Siege:
    """One restricted machine, and what failed of each attack on it."""

    def __init__(self, lab: Lab):
        self._client = SshClient(lab)
        self.failures: dict[str, str] = {}
        overlay = {
            "etc": None,
            "etc/kboot.conf": _CONF.format(hash=_hash(), arguments=ARGUMENTS).encode(),
            "bin": None,
            "bin/got-in": _GOT_IN,
            "root": None,
            "root/.ssh": None,
            "root/.ssh/authorized_keys": self._client.public_key,
        }
        append = f"{ARGUMENTS} console=ttyS1,115200 console=ttyS0,115200"
        options: dict = {"scsi_disks": [lab.disk()], "serials": 2, "network_options": [self._client.network_option]}
        with lab.machine(append, overlay=cpio(overlay), **options) as machine:
            self._machine = machine
            machine.prompt()
            # Told once, and not in the middle of an answer.
            for console in machine.serial:
                console.expect("^ssh host key: ", 60)
            machine.prompt()
            for name, line in LINES.items():
                self._try(name, self._type, Attack(line))
            for name, attack in KEYS.items():
                self._try(name, self._type, attack)
            self._client.await_server()
            for name, (command, sent) in SSH.items():
                self._try(name, self._ssh, command, sent)
            self._try("ssh_terminal", self._ssh_terminal)
            self._try("interrupt_at_the_password", self._interrupt_at_the_password)
            self._guess()
            self._unlock()

    def _try(self, name: str, attack, *arguments):
        """Runs an attack; afterwards nobody must have got in, and the console must still be restricted."""
        try:
            attack(*arguments)
            self._check_restricted()
        except AssertionError as failure:
            self.failures[name] = str(failure)

    def _check_restricted(self):
        self._machine.type("status")
        found = self._machine.expect(r"^restricted +(.*)\n").group(1)
        self._machine.prompt(30)
        assert found.startswith("yes"), f"the console says restricted: {found}"
        for console in self._machine.serial:
            assert GOT_IN not in console.text(), f"got in; {console.name}:\n{console.tail()}"

    def _type(self, attack: Attack):
        console = self._machine.serial[0]
        before = len(console.text())
        self._machine.send(attack.keys + ("\r" if attack.enter else ""))
        said = self._machine.answer(120)
        shown = console.text()[before:]
        assert re.search(attack.answer, said, re.MULTILINE), f"{attack.keys[:200]!r} was answered:\n{said}"
        assert not re.search(attack.hides, shown, re.MULTILINE), f"{attack.keys[:200]!r} shows:\n{shown}"

    # From the network

    def _ssh(self, command: str, sent: str = ""):
        said = self._client.run(command, sent)
        assert GOT_IN not in said, f"{command!r} and {sent!r} got in:\n{said}"

    def _ssh_terminal(self):
        """With a terminal: the same restricted prompt, whatever is typed."""
        with self._client.session() as console:
            console.expect(PROMPT + r"\Z", 30)
            for keys in ("!got-in\r", "sh\r", "\x03", "\x1a", "restricted=false\r", "got-in\r"):
                console.send(keys)
            console.send("status\r")
            assert console.expect(r"^restricted +(.*)\n").group(1).startswith("yes"), console.tail()
            assert GOT_IN not in console.text(), console.tail()

    # The password

    def _ask(self, console, password: str) -> str:
        console.send("unlock\r")
        console.expect("^Password: ")
        console.send(f"{password}\r")
        return console.expect(rf"([\s\S]*?){PROMPT}\Z", 90).group(1)

    def _interrupt_at_the_password(self):
        self._machine.type("unlock")
        self._machine.expect("^Password: ")
        self._machine.send(f"{PASSWORD}\x03")
        self._machine.prompt()

    def _guess(self):
        delays: list[float] = []

        def guess(password: str):
            said = self._ask(self._machine.serial[0], password)
            delays.extend(int(seconds) for seconds in re.findall(r"looked at in (\d+) s", said))
            assert re.search("^wrong password$", said, re.MULTILINE), f"{password!r} was answered:\n{said}"

        for name, password in GUESSES.items():
            self._try(name, guess, password)
        if len(delays) < len(GUESSES) - 1 or delays[-1] <= delays[0]:
            self.failures["delay_grows"] = f"the delays told were {delays} s"

    def _unlock(self):
        first, second = self._machine.serial
        second.expect(rf"{PROMPT}\Z")
        said = self._ask(second, PASSWORD)
        if "looked at in" not in said:
            self.failures["delay_is_shared_by_consoles"] = f"wrong passwords on ttyS0, but ttyS1 says:\n{said}"
        second.send("ls //run\r")
        listed = second.expect(rf"([\s\S]*?){PROMPT}\Z").group(1)
        if "kboot" not in listed or "got-in" in listed:
            self.failures["nobody_got_in"] = f"/run has:\n{listed}"
        self._try("other_console_stays_restricted", lambda: None)
        # The trap works: who is let in leaves the trace that was looked for.
        second.send("got-in\r")
        try:
            second.expect(GOT_IN)
            second.expect(rf"{PROMPT}\Z")
        except AssertionError as failure:
            self.failures["password_unlocks"] = str(failure)
        said = self._ask(first, PASSWORD)
        if "unlocked" not in said or "looked at in" in said:
            self.failures["right_password_ends_the_delay"] = f"the right password after a right one:\n{said}"
        first.send("\x04")
        first.expect(rf"{PROMPT}\Z")
        first.send("status\r")
        if not first.expect(r"^restricted +(.*)\n").group(1).startswith("yes"):
            self.failures["end_of_session_locks"] = first.tail()


def table(lab: Lab) -> dict:
    """A test for each attack; the first to run makes them all."""
    lock = threading.Lock()
    made: list = []  # the siege, or why there is none

    def check(name: str):
        with lock:
            if not made:
                try:
                    made.append(Siege(lab))
                except Exception as error:
                    made.append(error)
        if isinstance(made[0], Exception):
            raise AssertionError("the restricted machine did not live through all attacks") from made[0]
        assert name not in made[0].failures, made[0].failures[name]

    names = [*LINES, *KEYS, *SSH, *GUESSES, *_OTHER_RESULTS]
    assert len(set(names)) == len(names), "two attacks have one name"
    return {f"restricted/{name}": lambda name=name: check(name) for name in names}


def test_restricted_interrupt_before_the_prompt(lab: Lab):
    """Restricted by what is built in: no shell while the disk is waited for."""
    conf = cpio({"etc": None, "etc/kboot.conf": b"restricted=true\nwait=600\n"})
    with lab.machine(f"{ARGUMENTS} root=LABEL=nowhere", overlay=conf) as machine:
        machine.expect("waiting for", 120)
        machine.send("\x03")
        machine.expect("^restricted: no shell$")
        machine.prompt()
        assert re.search(REFUSED, machine.run("sh"))


def test_restricted_by_the_disk_despite_interrupts(lab: Lab):
    """Restricted by the booted system's kboot.conf: ^C does not keep it from being read."""
    with lab.machine(INSTALLED, disk=lab.disk(KBOOT_CONF + "restricted=true\n")) as machine:
        console = machine.serial[0]
        while not re.search(PROMPT, console.text(), re.MULTILINE):
            machine.send("\x03")
            assert time.monotonic() < machine.started + 120, f"no prompt:\n{console.tail()}"
            time.sleep(0.02)
        machine.prompt()
        assert "/ # " not in console.text(), f"a shell:\n{console.tail()}"
        machine.type("sh")
        machine.expect("^restricted: only labels")
