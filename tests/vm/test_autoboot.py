"""Booting without anybody at the keyboard, and somebody coming to it after all."""

import time

from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, Lab

DEFAULT = KBOOT_CONF + "default=debian\n"
CMDLINE = f"root=/dev/vda2 {ARGUMENTS}"


def test_timeout_boots_the_default(lab: Lab):
    with lab.machine(disk=lab.disk(DEFAULT + "timeout=2\n")) as machine:
        assert machine.second_kernel().cmdline == CMDLINE


def test_timeout_from_the_kernel_command_line_wins(lab: Lab):
    with lab.machine(f"{INSTALLED} timeout=2", disk=lab.disk(DEFAULT + "timeout=600\n")) as machine:
        assert machine.second_kernel().cmdline == CMDLINE


def test_each_key_starts_the_timeout_anew(lab: Lab):
    """Somebody who types is left alone; who stops half-way is not waited for, and the half line is dropped."""
    with lab.machine(disk=lab.disk(DEFAULT + "timeout=5\n")) as machine:
        machine.prompt()
        for letter in "poweroff":
            machine.send(letter)
            time.sleep(1.5)
        machine.serial[0].expect_silence(r"KBOOT-TEST", 0.1)
        assert machine.second_kernel().cmdline == CMDLINE


def test_key_within_delay_stops_autoboot(lab: Lab):
    with lab.machine(disk=lab.disk(DEFAULT + "delay=5\n")) as machine:
        machine.prompt()
        machine.send("x")
        machine.serial[0].expect_silence(r"KBOOT-TEST", 10)
        machine.send("\x7f")
        assert "/boot" in machine.run("plan debian")


def test_empty_line_boots_the_default(lab: Lab):
    with lab.machine(disk=lab.disk(DEFAULT)) as machine:
        machine.prompt()
        machine.send("\r")
        assert machine.second_kernel().cmdline == CMDLINE


def test_kboot_local_ignores_the_disk(lab: Lab):
    """The way out of a kboot.conf that went wrong."""
    with lab.machine(f"{INSTALLED} kboot=local", disk=lab.disk(DEFAULT + "timeout=2\n")) as machine:
        machine.prompt()
        machine.serial[0].expect_silence(r"KBOOT-TEST", 6)
