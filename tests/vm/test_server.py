"""Machines with a RAID controller, as servers have them: what the standard image says of it, and what boots from it."""

from lab import ARGUMENTS, Lab

_DISK = "sda1"


def _machine(lab: Lab, profile: str):
    """The usual disk hangs on a MegaRAID (1000:0060), which the firmware does not start."""
    raid = ["-device", "megasas,id=raid", "-drive", f"file={lab.disk()},format=raw,if=none,id=logical,readonly=on"]
    raid += ["-device", "scsi-hd,bus=raid.0,drive=logical"]
    return lab.machine(ARGUMENTS, profile=profile, extra=raid)


def _boots(lab: Lab, profile: str):
    with _machine(lab, profile) as machine:
        machine.prompt()
        assert "no driver" not in machine.run("devices")
        machine.type(f"{_DISK}:/vmlinuz initrd={_DISK}:/initrd.img {ARGUMENTS}")
        machine.second_kernel()


def test_standard_names_the_controller_it_has_no_driver_for(lab: Lab):
    with _machine(lab, "standard") as machine:
        machine.prompt()
        shown = machine.run("devices")
        assert "no driver here for the disk controller 1000:0060 at 0000:00:" in shown, shown


def test_rescue_boots_from_a_raid_controller(lab: Lab):
    _boots(lab, "rescue")


def test_server_boots_from_a_raid_controller(lab: Lab):
    _boots(lab, "server")
