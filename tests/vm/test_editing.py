"""Typing at the prompt: Tab, history, UTF-8, pastes, and the keys that must not harm."""

import re

from installed import BOOT_UUID
from lab import INSTALLED, Lab, digest
from machine import PROMPT

TWO_LINES = f"console=ttyS1,115200 {INSTALLED}"

CTRL_C, CTRL_D, CTRL_R, CTRL_Z, CTRL_BACKSLASH, BACKSPACE = "\x03", "\x04", "\x12", "\x1a", "\x1c", "\x7f"

# What is typed, and what stands on the line after Tab.
COMPLETED = [
    ("deb", "debian "),
    ("powe", "poweroff "),
    ("timeo", "timeout="),
    ("/boot/vmli", "/boot/vmlinuz "),
    ("cd /bo", "cd /boot/"),
    ("vda1:/vmli", "vda1:/vmlinuz "),
    ("vda1:vmli", "vda1:vmlinuz "),
    ("/dev/vda1:/vmli", "/dev/vda1:/vmlinuz "),
    ("//etc/pass", "//etc/passwd "),
    ("LABEL=demo-b", "LABEL=demo-boot:"),
    ("PARTLABEL=ro", "PARTLABEL=root:"),
    (f"UUID={BOOT_UUID[:-1]}1", f"UUID={BOOT_UUID}:"),
    (f"UUID={BOOT_UUID}:/vmli", f"UUID={BOOT_UUID}:/vmlinuz "),
    ("debian initrd=/boot/ini", "debian initrd=/boot/initrd.img "),
    ("debian initrd=/boot/extra.img,vda1:/ini", "debian initrd=/boot/extra.img,vda1:/initrd.img "),
    ("root=LABEL=demo-r", "root=LABEL=demo-root "),
    ("plan debian ro", "plan debian root="),
]


def test_tab_at_any_word(lab: Lab):
    disk = lab.disk()
    before = digest(disk)
    with lab.machine(disk=disk) as machine:
        machine.prompt()
        machine.run("mount_rw=true")  # not for Tab
        for typed, line in COMPLETED:
            machine.send(typed + "\t")
            machine.expect(re.escape(line) + r"\Z")
            machine.send(CTRL_C)
            machine.prompt()
        machine.run("mount_rw=false")  # cd is a line
        machine.run("cd LABEL=demo-boot:")
        machine.send("./vmli\t")
        machine.expect(r"\./vmlinuz \Z")
    assert digest(disk) == before, "Tab wrote to the disk"


def test_tab_that_waits_says_so(lab: Lab):
    """A disk that answers once a second: ^C ends the completion and the line is still there."""
    with lab.machine() as machine:
        machine.prompt()
        throttle(machine, 1)
        machine.send("vda1:/vm\t")
        machine.expect(r"^waiting for vda1:/, \^C ends it$", 60)
        machine.send(CTRL_C)
        throttle(machine, 0)
        machine.expect(r"^kboot: vda1:/vm\Z", 60)
        machine.send("\t")
        machine.expect(r"linuz \Z")


def throttle(machine, requests_per_second: int):
    limits = dict.fromkeys(("bps", "bps_rd", "bps_wr", "iops_rd", "iops_wr"), 0)
    machine.qmp.execute("block_set_io_throttle", device="virtio0", iops=requests_per_second, **limits)


def test_utf8(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        assert machine.run(f"echo grü{BACKSPACE}{BACKSPACE}ün €{BACKSPACE}Ω") == "gün Ω\n"
        machine.run("touch //tmp/größe")
        machine.send("ls //tmp/gr\t")
        machine.expect(r"ls //tmp/größe \Z")


def test_history_over_consoles(lab: Lab):
    with lab.machine(TWO_LINES, serials=2) as machine:
        zero, one = machine.serial
        machine.prompt()
        one.expect(r"^kboot: \Z", 60)
        machine.run("echo typed-on-zero")
        machine.run(" echo behind-a-blank")
        machine.run("http://user:hidden@127.0.0.1:1/kernel")
        one.send(CTRL_C)  # the next prompt
        one.expect(r"^kboot: \Z")
        one.send(CTRL_R + "typed-on")
        one.expect(r"n': echo typed-on-zero")  # what changes with the last letter
        one.send("\r")
        one.expect(r"^typed-on-zero$")
        one.expect(r"^kboot: \Z")

        kept = machine.run("cat //run/kboot/history")
        assert "echo typed-on-zero" in kept, kept
        assert "hidden" not in kept and "behind-a-blank" not in kept, kept
        assert machine.run("stat -c %a //run/kboot/history").strip() == "600"

        # A prompt that starts anew has the lines of before.
        zero.send(CTRL_D)
        machine.prompt()
        shown = machine.run("history")
        assert re.search(r"^ +1  echo typed-on-zero$", shown, re.MULTILINE), shown


def test_pasted_lines_wait_for_enter(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.send("\x1b[200~echo one\recho two\rfalse\recho three\x1b[201~")
        machine.expect(r"echo three")
        machine.serial[0].expect_silence(r"^(one|two|three)$", 2)
        machine.send("\r")
        machine.expect(r"^kboot: echo one\none\nkboot: echo two\ntwo\nkboot: false\nthe last line was not run\n")
        machine.prompt()


def test_unfinished_paste_is_ended_by_ctrl_c(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.send("\x1b[200~echo never ended")
        machine.send(CTRL_C)
        # The paste's own line is drawn once more before it ends: a key typed then would still be one of the paste.
        machine.expect(rf"\n{PROMPT}\Z")
        assert machine.run("echo alive") == "alive\n"


def test_keys_that_stop_or_kill_leave_the_prompt_alone(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        process = machine.run("!echo $PPID")
        machine.send(f"half a line{CTRL_Z}{CTRL_BACKSLASH}{CTRL_C}")
        machine.prompt()
        assert machine.run("!echo $PPID") == process
        # A program is not stopped either, for there is nobody who could wake it, and ^C ends it.
        machine.type("!echo started; sleep 1000")
        machine.expect(r"^started$")
        machine.send(CTRL_Z + CTRL_C)
        machine.prompt()
        assert machine.run("!echo $PPID") == process


def test_size_of_a_serial_terminal(lab: Lab):
    """ttyS1's terminal answers, ttyS0's does not."""
    with lab.machine(TWO_LINES, serials=2) as machine:
        one = machine.serial[1]
        one.expect(r"^kboot: \Z", 120)
        one.send("stty \x1b[43;132Rsize\r")
        one.expect(r"^43 132$")
        machine.prompt()
        assert machine.run("stty size").strip() == "24 80"
