"""Booting without anybody at the keyboard, and somebody coming to it after all."""

import sys
import time

from archive import cpio
from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, Lab
from network import ADDRESS, Network

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


def test_key_that_nobody_meant_does_not_hold_for_ever(lab: Lab):
    with lab.machine(disk=lab.disk(DEFAULT + "delay=3\nholdmax=8\n")) as machine:
        machine.prompt()
        machine.send("x")
        machine.serial[0].expect_silence(r"KBOOT-TEST", 6)
        assert machine.second_kernel().cmdline == CMDLINE


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


# What follows a failure. A network of the test's own: its servers come and go.


def _alone(lab: Lab, network: Network, conf: str):
    """A machine that nobody sits at."""
    overlay = cpio({"etc": None, "etc/kboot.conf": f"net.eth0=10.77.0.20/24\ntimeout=1\n{conf}".encode()})
    return lab.machine(ARGUMENTS, network=False, extra=network.cards(), prefix=network.prefix, overlay=overlay)


def test_default_falls_back(lab: Lab):
    """Half a kernel, an initrd that is not there, a dead server, a disk that is not there; then one that boots."""
    with Network() as network:
        conf = (
            f'half=vda1:/truncated\nbare="vda1:/vmlinuz initrd=vda1:/none"\ngood="vda1:/vmlinuz initrd=vda1:/initrd.img {ARGUMENTS}"\n'
            f'default="half | bare | http://10.77.0.99/vmlinuz | LABEL=none | good"\n')
        with _alone(lab, network, conf) as machine:
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_default_is_tried_until_the_server_is_back(lab: Lab):
    with Network() as network:
        conf = f'default="http://{ADDRESS}/vmlinuz initrd=http://{ADDRESS}/initrd.img {ARGUMENTS}"\n'
        with _alone(lab, network, conf) as machine:
            for _ in range(3):
                machine.expect(r"connection refused by 10\.77\.0\.1 port 80", 60)
                machine.expect(r"again in \d+ s, any key stops it", 10)
            network.serve({name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
            # On whichever console: at most 25 s of waiting, then a kernel's start.
            assert machine.second_kernel(60).cmdline == ARGUMENTS


def test_somebody_steps_in_between_two_attempts(lab: Lab):
    with Network() as network:
        with _alone(lab, network, "default=http://10.77.0.1/vmlinuz\n") as machine:
            machine.expect(r"again in [2-9] s, any key stops it", 60)
            machine.prompt()
            machine.run("timeout=600")
            machine.serial[0].expect_silence("connection refused", 8)
            assert "eth0" in machine.run("net")


def test_autoboot_that_is_interrupted_waits_as_after_any_key(lab: Lab):
    """It is not one more failure, which would be tried again in a second. Either console may have started it."""
    silent = "import socket, time; s = socket.create_server(('', 80)); c = [s.accept() for _ in range(2)]; time.sleep(1e6)"
    with Network() as network:
        network.start([sys.executable, "-IS", "-c", silent])
        network.await_port(80)
        with _alone(lab, network, f"default=http://{ADDRESS}/vmlinuz\ntimeout=7\n") as machine:
            machine.expect(r"in 7 s, any key stops it", 60)
            machine.prompt()
            machine.expect(r"\d 0 B|waiting|vmlinuz", 30)
            time.sleep(1)
            machine.send("\x03")
            machine.expect(r'booting "http://10\.77\.0\.1/vmlinuz" in 7 s, any key stops it', 10)


def test_nothing_boots_and_the_machine_goes_off(lab: Lab):
    with Network() as network:
        with _alone(lab, network, "default=vda1:/none\nonfail=poweroff\n") as machine:
            machine.expect("nothing could be booted: poweroff in 10 s, any key stops it", 60)
            machine.wait_off()


def test_nothing_boots_and_the_prompt_stays(lab: Lab):
    with Network() as network:
        with _alone(lab, network, "default=vda1:/none\nonfail=prompt\n") as machine:
            machine.expect("nothing could be booted; an empty line tries again", 60)
            machine.prompt()
            machine.serial[0].expect_silence("no such file", 5)
            assert "no such file" in machine.run("")
