"""The booted system's own root, entered from the prompt."""

import tempfile
from pathlib import Path

import target
from disk import Link, Partition, Program, make_disk
from installed import BOOT_PARTUUID, BOOT_UUID, FSTAB, ROOT_PARTUUID, ROOT_UUID
from lab import INSTALLED, KBOOT_CONF, Lab, digest

_MORE_FSTAB = "/dev/vdz1 /data ext4 nofail 0 2\n"

_LEAVES_PROCESSES = "chroot sleep 1000 & setsid sleep 1001 & true"


def _disk(lab: Lab):
    """An installed system with a shell of its own, and a resolv.conf that leads nowhere."""
    busybox = (target.component("busybox") / "bin/busybox").read_bytes()
    root = {
        "/boot": None,
        "/data": None,
        "/dev": None,
        "/proc": None,
        "/sys": None,
        "/run": None,
        "/tmp": None,
        "/bin/busybox": Program(busybox),
        "/etc/fstab": FSTAB + _MORE_FSTAB,
        "/etc/kboot.conf": KBOOT_CONF,
        "/etc/hostname": "demo\n",
        "/etc/resolv.conf": Link("../run/systemd/resolve/stub-resolv.conf"),
    }
    root |= {f"/bin/{name}": Link("busybox") for name in ("sh", "ls", "cat", "sleep", "setsid", "grep", "touch", "true")}
    boot_mib = 16 + sum(len(content) for content in lab.boot_files.values() if content) // (1024 * 1024)
    return make_disk(
        Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1]),
        [
            Partition(boot_mib, "boot", BOOT_PARTUUID, files=lab.boot_files, uuid=BOOT_UUID, label="demo-boot"),
            Partition(16, "root", ROOT_PARTUUID, files=root, uuid=ROOT_UUID, label="demo-root"),
        ],
    )


def test_chroot(lab: Lab):
    disk = _disk(lab)
    before = digest(disk)
    with lab.machine(INSTALLED, disk=disk) as machine:
        machine.prompt()
        machine.wait_for_lease()
        machine.run("ls /boot")
        mounts = machine.run("mounts")
        kernel_mounts = machine.run("!cat /proc/mounts")

        # A line: the booted system's files in their places, and kboot's /proc, /dev and name servers.
        said = machine.run("chroot cat /etc/hostname /proc/sys/kernel/ostype")
        assert said.endswith("demo\nLinux\n"), said
        assert "/data: not there: /dev/vdz1: no such device" in said, said
        assert "the booted system is read-only here" in said, said
        assert "vmlinuz" in machine.run("chroot ls /boot")
        assert "null" in machine.run("chroot ls /dev")
        assert "nameserver 10.0.2.3" in machine.run("chroot cat /etc/resolv.conf")
        assert "ok" in machine.run("chroot touch /tmp/x && echo ok")
        assert "Read-only file system" in machine.run("chroot touch /etc/x")

        # A shell, and ^C in it.
        machine.type("chroot")
        machine.expect(r"# \Z")
        machine.send("cat /etc/hostname; echo in-$((40 + 2))\r")
        machine.expect(r"^demo\nin-42\n[\s\S]*# \Z")
        machine.send("sleep 1000\r")
        machine.expect(r"sleep 1000\n")
        machine.send("\x03")
        machine.expect(r"# \Z")
        machine.send("kill -9 $$\r")
        machine.prompt()

        # Nothing is left: no process, no mount.
        machine.run(_LEAVES_PROCESSES, 60)
        left = machine.run("!ps")
        assert "sleep 100" not in left, f"processes outlived the line:\n{left}"
        assert machine.run("mounts") == mounts
        assert machine.run("!cat /proc/mounts") == kernel_mounts

        machine.type("debian")
        machine.second_kernel()
    assert digest(disk) == before, "something was written to the disk"


def test_chroot_writes_when_asked(lab: Lab):
    with lab.machine(INSTALLED, disk=_disk(lab)) as machine:
        machine.prompt()
        machine.wait_for_other_consoles()
        machine.run("mount_rw=true")
        assert "read-only" not in machine.run("chroot touch /etc/written")
        assert "written" in machine.run("ls /etc").split()
