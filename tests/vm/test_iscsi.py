"""Kernels on iSCSI disks, by the rescue image, which can log in."""

import time
from collections.abc import Sequence
from pathlib import Path

from archive import cpio
from ibft import boot_firmware_table
from iscsiserver import SECRET, TARGET, USER, serve_disk
from lab import ARGUMENTS, Lab, digest
from network import ADDRESS, Network

_DISK = f"iscsi:{ADDRESS}:::1:{TARGET}"
_APPEND = f"{ARGUMENTS} net.eth0=10.77.0.20/24"


def _file_system(lab: Lab) -> Path:
    """The files of /boot on a disk without partitions."""
    whole = lab.disk()
    disk = whole.with_suffix(".iscsi")
    with whole.open("rb") as source:
        source.seek(1 << 20)  # where vda1 begins
        disk.write_bytes(source.read(40 << 20))
    return disk


def _machine(lab: Lab, network: Network, append: str = _APPEND, extra: Sequence = (), **files: bytes):
    """A machine with files in its root."""
    extra = [*network.cards(0), *extra]
    return lab.machine(append, profile="rescue", overlay=cpio(files), prefix=network.prefix, extra=extra, network=False)


def test_iscsi_with_chap(lab: Lab):
    """The user is asked for, a wrong one first; the kernel is booted, and the disk unchanged."""
    disk = _file_system(lab)
    before = digest(disk)
    with Network() as network:
        serve_disk(network, disk)
        with _machine(lab, network, f"{_APPEND} handoff=true") as machine:
            machine.prompt()
            machine.type(f"{_DISK}:/vmlinuz initrd={_DISK}:/initrd.img {ARGUMENTS}")
            for secret in ("not the secret", SECRET):
                machine.expect(r"User: \Z")
                machine.type(USER)
                machine.expect(r"Secret: \Z")
                machine.type(secret)
            report = machine.second_kernel()
            said = machine.serial[0].text()
            assert SECRET not in said and "not the secret" not in said
    words = report.cmdline.split()
    assert f"iscsi_target_name={TARGET}" in words and f"iscsi_target_ip={ADDRESS}" in words, report.cmdline
    assert f"netroot=iscsi:{ADDRESS}::3260:1:{TARGET}" in words, report.cmdline
    assert any(word.startswith("ip=10.77.0.20:") for word in words), report.cmdline
    assert USER not in report.cmdline and SECRET not in report.cmdline, report.cmdline
    assert digest(disk) == before, "something was written to the disk"


def test_iscsi_user_in_a_file(lab: Lab):
    with Network() as network:
        serve_disk(network, _file_system(lab))
        user = f"{USER} {SECRET}\n".encode()
        with _machine(lab, network, f"{_APPEND} iscsi.user=//user", user=user) as machine:
            machine.prompt()
            assert "(/dev/sda:/vmlinuz)" in machine.run(f"plan {_DISK}:/vmlinuz")
            shown = machine.run("iscsi")
            assert TARGET in shown and ADDRESS in shown and "sda" in shown, shown
            assert "LUN 7, but with 1" in machine.run(f"ls {_DISK.replace(':::1:', ':::7:')}:/")
            machine.run(f"cd {_DISK}:/")
            assert "vmlinuz" in machine.run("ls")
            machine.run("cd")
            machine.run(f"iscsi logout {TARGET}")
            assert "not logged in" in machine.run("iscsi")
            assert "sda" not in machine.run("devices")
            assert "sda" in machine.run(f"iscsi login {_DISK}")
            machine.type(f"{_DISK}:/vmlinuz initrd={_DISK}:/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_iscsi_failures(lab: Lab):
    """Each is a line, within seconds, and the prompt is there again."""
    with Network() as network:
        serve_disk(network, _file_system(lab), chap=False)
        with _machine(lab, network) as machine:
            machine.prompt()
            assert "no such target" in machine.run(f"ls iscsi:{ADDRESS}::::iqn.2026-11.example:none:/")
            assert "connection refused" in machine.run(f"ls iscsi:{ADDRESS}::3261::{TARGET}:/")
            assert "no answer" in machine.run(f"ls iscsi:10.77.0.99::::{TARGET}:/")
            machine.type(f"ls iscsi:10.77.0.99::::{TARGET}:/")
            time.sleep(1)
            machine.send("\x03")
            machine.expect(r"interrupted$", 3)
            machine.prompt()
            assert "not an iSCSI address" in machine.run("iscsi login nowhere")
            assert "vmlinuz" in machine.run(f"ls {_DISK}:/"), "a target that wants no user"


def test_iscsi_as_the_firmware_did(lab: Lab):
    """The table that a card's firmware leaves tells the target and the user."""
    table = lab.scratch / "ibft"
    table.write_bytes(boot_firmware_table("iqn.2026-11.example.lab:me", ADDRESS, 1, TARGET, USER, SECRET))
    with Network() as network:
        serve_disk(network, _file_system(lab))
        with _machine(lab, network, extra=["-acpitable", f"file={table}"]) as machine:
            machine.prompt()
            shown = machine.run("iscsi")
            assert f"the firmware booted from {TARGET} at {ADDRESS}" in shown and SECRET not in shown, shown
            assert "sda" in machine.run("iscsi login firmware")
            assert "iqn.2026-11.example.lab:me" in machine.run("!cat /sys/class/iscsi_session/*/initiatorname")
            assert "vmlinuz" in machine.run("ls sda:/")


def test_iscsi_is_not_part_of_the_image(lab: Lab):
    with lab.machine(ARGUMENTS) as machine:
        machine.prompt()
        machine.wait_for_lease()
        assert "iscsistart, for iSCSI, is not part of this image" in machine.run(f"ls iscsi:10.0.2.2::::{TARGET}:/")
