"""Where a prompt appears, and what stands beside it."""

import json
import re
import subprocess
import sys
import time

from archive import cpio
from lab import INSTALLED, KBOOT_CONF, SERIAL, Lab
from network import ADDRESS, Network
from ssh import SshClient

VGA = "console=tty0 quiet no_timer_check root=/dev/vda2"


def test_boot_on_the_vga_console(lab: Lab):
    # The machine stays when the second kernel is done, with its last words on the screen.
    with lab.machine(VGA, extra=["-no-shutdown"]) as machine:
        machine.expect_screen(r"^kboot: *$", 120)
        machine.screendump(lab.artefacts / "vga-prompt.png")
        machine.send_keys("/boot/vmlinuz initrd=/boot/initrd.img console=tty0 quiet no_timer_check\n")
        machine.expect_screen(r"^KBOOT-TEST: cmdline=root=/dev/vda2 console=tty0 quiet no_timer_check$", 180)
        machine.screendump(lab.artefacts / "vga-second-kernel.png")


def test_prompt_on_every_console_at_once(lab: Lab):
    with lab.machine("console=tty0 console=ttyS1,9600 console=ttyS0,115200 quiet no_timer_check", serials=2) as machine:
        machine.prompt()
        machine.serial[1].expect(r"^kboot: \Z")
        machine.expect_screen(r"^kboot: *$")
        assert "speed 115200" in machine.run("stty")
        machine.serial[1].send("stty\r")
        machine.serial[1].expect(r"speed 9600")
        init_entries = machine.run("!grep -c respawn:/lib/kboot/console /etc/inittab")
        assert init_entries.strip() == "3", f"three consoles were there, but inittab has {init_entries}"


def test_boot_is_seen_and_stopped_on_another_console(lab: Lab):
    """A server that takes the request and says nothing more: what is typed elsewhere stays whole, and ^C there ends it."""
    silent = "import socket, time; s = socket.create_server(('', 80)); c = s.accept(); time.sleep(1e6)"
    consoles = f"console=ttyS1 {SERIAL} net.eth0=10.77.0.20/24"
    with Network() as network:
        network.start([sys.executable, "-IS", "-c", silent])
        network.await_port(80)
        with lab.machine(consoles, serials=2, network=False, extra=network.cards(), prefix=network.prefix) as machine:
            other = machine.serial[1]
            machine.prompt()
            other.expect(r"^kboot: \Z", 30)
            other.send("half a li")
            other.expect(r"half a li\Z")
            machine.type(f"http://{ADDRESS}/vmlinuz")
            other.expect(rf'ttyS0 is booting "http://{ADDRESS}/vmlinuz"; \^C stops it$', 30)
            other.expect(r"^kboot: half a li\Z")
            other.send("\r")
            other.expect(r"^kboot: \Z")
            other.send("status\r")
            other.expect(r"network")
            other.expect(r"^kboot: \Z")
            other.send(f"http://{ADDRESS}/other\r")
            other.expect(rf'ttyS0 is booting "http://{ADDRESS}/vmlinuz"$', 30)
            other.expect(r"^kboot: \Z")
            other.send("\x03")
            other.expect(r"^ttyS0 was asked to stop$")
            machine.expect(r"interrupted$", 10)
            machine.prompt(10)
            other.expect(r"ttyS0 no longer boots$", 10)


def test_countdown_held_by_two_ssh_sessions_is_seen_on_serial_and_screen(lab: Lab):
    """Four at once: both consoles say who holds it, and when the last session has gone it goes on."""
    first, second = SshClient(lab), SshClient(lab)
    keys = cpio({"root": None, "root/.ssh": None, "root/.ssh/authorized_keys": first.public_key + second.public_key})
    disk = lab.disk(KBOOT_CONF + "default=debian\ndelay=600\ntimeout=5\n")
    forwards = [first.network_option, second.network_option]
    append = f"console=tty0 {INSTALLED}"
    with lab.machine(append, disk=disk, overlay=keys, network_options=forwards) as machine:
        machine.prompt()
        with first.session() as one:
            one.expect(r"^kboot: \Z", 30)
            machine.expect(r"autoboot waits for an ssh session", 10)
            machine.expect_screen(r"autoboot waits for an ssh session")
            with second.session() as two:
                two.expect(r"^kboot: \Z", 30)
                machine.serial[0].expect_silence(r"booting /boot", 7)
                two.send("status\r")
                two.expect(r"default +debian, held by an ssh session")
            machine.serial[0].expect_silence(r"booting /boot", 7)
            one.send("plan debian\r")
            one.expect(r"kernel +/boot/vmlinuz")
        machine.expect("nobody holds autoboot any more", 20)
        assert "root=/dev/vda2" in machine.second_kernel().cmdline


def test_prompt_on_ttyS0_without_being_asked(lab: Lab):
    with lab.machine("quiet no_timer_check") as machine:
        machine.prompt()
        machine.expect_screen(r"^kboot: *$")


def test_prompt_comes_back(lab: Lab):
    """End of file ends the session, and init starts another."""
    with lab.machine() as machine:
        machine.prompt()
        machine.send("\x04")
        machine.prompt()


def test_kernel_messages_stay_off_the_prompt(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        said = machine.run("echo '<4>a warning' >/dev/kmsg; sleep 1; echo done")
        assert said.strip() == "done", f"something wrote over the prompt:\n{said}"
        assert machine.run("dmesg | grep -c 'a warning'").strip() == "1"


def test_back_trace_can_be_read(lab: Lab):
    """It is of addresses, in which a script puts the names of functions."""
    with lab.machine() as machine:
        machine.prompt()
        log = machine.run("!echo l >/proc/sysrq-trigger; dmesg | sed -n '/Call Trace/,$p'")
    assert "0xffffffff8" in log and "sysrq" not in log, log
    decoded = subprocess.run([lab.root / "scripts/decode-trace"], input=log, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert re.search(r"__handle_sysrq\+0x\w+\n", decoded), decoded


def test_plan_as_json(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        said = machine.run("kboot -n --json -c 'cd /boot' -c './vmlinuz initrd=vda1:initrd.img a=1' 2>/dev/null")
        plan = json.loads(said.replace("\n", ""))
    assert plan == {
        "kernel": {"as_written": "./vmlinuz", "kind": "booted", "source": "/dev/vda1", "path": "/vmlinuz"},
        "initrds": [{"as_written": "vda1:initrd.img", "kind": "device", "source": "/dev/vda1", "path": "/initrd.img"}],
        "cmdline": "root=/dev/vda2 a=1",
        "origin": "typed",
    }, plan


def test_prompt_does_not_wait_for_dhcp(lab: Lab):
    """The cable comes late: the prompt is there long before, and the lease soon after."""
    with lab.machine() as machine:
        machine.set_link(False)
        machine.prompt()
        assert "dns=" not in machine.run("cat //run/kboot/lease.eth0")
        machine.set_link(True)
        machine.wait_for_lease()
        lease = machine.run("cat //run/kboot/lease.eth0")
        for option in ("ip=10.0.2.15", "mask=24", "router=10.0.2.2", "dns=10.0.2.3"):
            assert option in lease.splitlines(), f"{option} is missing from the lease:\n{lease}"
        assert "inet 10.0.2.15/24" in machine.run("ip addr show eth0")
        assert "default via 10.0.2.2 dev eth0" in machine.run("ip route")
        assert "nameserver 10.0.2.3" in machine.run("cat //etc/resolv.conf")


def test_link_that_appears_late(lab: Lab):
    late = ["-netdev", "user,id=late,net=10.0.3.0/24"]
    with lab.machine(network=False, extra=late) as machine:
        machine.prompt()
        machine.qmp.execute("device_add", driver="virtio-net-pci", netdev="late", id="late-nic")
        machine.wait_for_lease()
        assert "inet 10.0.3.15/24" in machine.run("ip addr show eth0")


def test_rdinit_gives_a_shell(lab: Lab):
    with lab.machine(f"{SERIAL} rdinit=/bin/sh") as machine:
        machine.expect(r"^/ # \Z", 120)
        machine.send("mount; echo tty=$(tty)\r")
        shown = machine.expect(r"([\s\S]*)^/ # \Z").group(1)
        for kind in ("proc on /proc", "sysfs on /sys", "devtmpfs on /dev"):
            assert kind in shown, f"{kind} is missing:\n{shown}"
        machine.send("sleep 1000\r")
        time.sleep(1)
        machine.send("\x03")
        machine.expect(r"^/ # \Z")
        machine.send("exit\r")  # goes on to what the machine was started for
        machine.prompt()


def test_ctrl_alt_del_restarts(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        keys = [{"type": "qcode", "data": name} for name in ("ctrl", "alt", "delete")]
        machine.qmp.execute("send-key", keys=keys)
        machine.wait_off()  # QEMU runs with -no-reboot
