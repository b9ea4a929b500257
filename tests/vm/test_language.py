"""The language: its table (tests/vm/language), and here the sentences about a prompt, which need one.

The names begin with the section. More of section 4 is in test_autoboot.py (timeout, delay, kboot=local) and
test_console.py (rdinit=/bin/sh), and section 5 is in test_restricted.py.
"""

import re
import time

from disk import Partition, make_mbr_disk
from lab import ARGUMENTS, KBOOT_CONF, Lab
from language.guest import IMAGE, system
from language.table import tests
from machine import PROMPT, Machine
from ssh import SshClient


LATE_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1c01"


def table(lab: Lab) -> dict:
    return {f"language/{name}": function for name, function in tests(lab).items()}


def nested(machine: Machine, *options: str):
    """Starts a kboot -n at the prompt; keys have been pressed before, so `delay` is over in it."""
    machine.type(" ".join(["kboot -n", *options]))


def test_language_1_end_of_file(lab: Lab):
    """It runs the default, as an empty line does; without one the session ends."""
    with lab.machine() as machine:
        machine.prompt()
        nested(machine)
        machine.prompt()
        machine.run("cd //tmp")
        machine.send("\x04")
        machine.expect(r"^kboot: \Z")  # the outer one, which did not change its directory
        nested(machine, "--set default=/boot/vmlinuz")
        machine.prompt()
        machine.run("cd //tmp")
        machine.send("\x04")
        machine.expect(r"^kernel +/boot/vmlinuz .*\n(.*\n)*origin +default\nkboot ///tmp: \Z")
        machine.run("default=")
        machine.send("\x04")
        machine.expect(r"^kboot: \Z")


def test_language_3_prompts(lab: Lab):
    with system(lab, nfs=True) as machine:
        machine.prompt()
        machine.wait_for_lease()
        for directory, prompt in (
            ("//", "kboot: "),
            ("//tmp", "kboot ///tmp: "),
            ("/", "kboot /: "),
            ("/boot", "kboot /boot: "),
            ("sda6:/kernels", "kboot /dev/sda6:/kernels: "),
            ("LABEL=lab-data:/kernels", "kboot LABEL=lab-data:/kernels: "),
            ("server:/export/kernels", "kboot server:/export/kernels: "),
            ("/nowhere", "kboot server:/export/kernels: "),
            ("", "kboot: "),
        ):
            machine.type(f"cd {directory}")
            machine.expect(rf"^{re.escape(prompt)}\Z")


def test_language_4_timeout_starts_anew_at_each_prompt(lab: Lab):
    with system(lab) as machine:
        machine.prompt()
        nested(machine, "--set default=/boot/k --set timeout=1")
        for _ in range(3):
            machine.expect(r"^kernel +/boot/k ")


def test_language_4_timeout_drops_a_half_typed_line(lab: Lab):
    with system(lab) as machine:
        machine.prompt()
        nested(machine, "--set default=/boot/k --set timeout=2")
        machine.expect(PROMPT)
        machine.send("pw")
        machine.expect(r"^kernel +/boot/k ")
        machine.expect(PROMPT)
        machine.send("d\r")  # not the rest of `pwd`
        machine.expect(r"^shell +d$")


def test_language_4_delay(lab: Lab):
    """Until the first keystroke it counts in place of timeout."""
    conf = KBOOT_CONF + "default=debian\ndelay=2\ntimeout=3600\n"
    with lab.machine(disk=lab.disk(conf)) as machine:
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def test_language_4_delay_of_0_means_timeout(lab: Lab):
    with lab.machine(disk=lab.disk(KBOOT_CONF + "default=debian\ndelay=0\ntimeout=2\n")) as machine:
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def test_language_4_ssh_session_holds_autoboot(lab: Lab):
    """Neither timeout nor delay counts in it; the console waits and says for whom."""
    client = SshClient(lab)
    disk = lab.disk(KBOOT_CONF + "default=debian\ntimeout=8\n")
    with lab.machine(disk=disk, overlay=client.overlay(), network_options=[client.network_option]) as machine:
        machine.prompt()
        with client.session(lambda: machine.send("\x03")) as session:
            session.expect(PROMPT + r"\Z", 30)
            machine.send("\x03")
            machine.expect(r"^autoboot waits for an ssh session from 10\.0\.2\.2$")
            machine.serial[0].expect_silence("KBOOT-TEST", 12)
            assert "kernel" not in session.text() and "booting" not in session.text(), session.tail()
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def test_language_4_message(lab: Lab):
    """It is shown at the start; the variable wins over what is built in, and is a path as any other."""
    with system(lab, {"etc/message": b"Built in.\n"}) as machine:
        machine.expect(r"^Built in\.$", 120)
        machine.prompt()
        nested(machine, "--set message=sda6:/d/notes")
        # The news of a lease may come in between, with a prompt of its own.
        console = machine.serial[0]
        shown = console.until(r"^On sda6\.$", 60) + console.until(PROMPT + r"\Z", 30)
        assert "Built in." not in shown, shown


def test_language_4_interrupt_before_the_first_prompt(lab: Lab):
    """A shell; leaving it goes on to the prompt."""
    with lab.machine(f"{ARGUMENTS} root=LABEL=nowhere wait=3600") as machine:
        machine.expect(r"waiting for LABEL=nowhere", 120)
        machine.send("\x03")
        machine.expect(r"^interrupted before the first prompt")
        machine.expect(r"# \Z")
        machine.send("exit\r")
        machine.prompt()


def test_language_2_late_device_is_waited_for(lab: Lab):
    """At the start for the booted root, at the prompt for a path; a key ends it."""
    files = {"/k": IMAGE, "/etc/kboot.conf": "late=/k\n"}
    late = make_mbr_disk(lab.scratch / "late", 0x1A7E, [Partition(8, files=files, uuid=LATE_UUID)], [])
    drives = ["-device", "virtio-scsi-pci,id=scsi0", "-drive", f"file={late},format=raw,if=none,id=late"]
    with lab.machine(f"{ARGUMENTS} root=/dev/sda1 wait=3600", extra=drives) as machine:
        machine.expect(r"waiting for /dev/sda1", 120)
        time.sleep(1)
        machine.qmp.execute("device_add", driver="scsi-hd", bus="scsi0.0", drive="late", id="late-disk")
        machine.prompt()
        assert "/dev/sda1:/k" in machine.run("plan late")
        machine.type("sdb1:/k")
        machine.expect(r"waiting for sdb1")
        machine.send(" ")
        machine.expect(r"^sdb1:/k: no such device\n")
        machine.prompt()
