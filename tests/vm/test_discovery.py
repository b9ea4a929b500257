"""What is on the disks is found without any configuration, shown and booted, and no prompt waits for it."""

from pathlib import Path

from disk import Partition, make_disk
from found import grub_entry, image, system_disk
from lab import ARGUMENTS, SERIAL, Lab

_UUID = "0b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1b{:02}"
_FSTAB = f"UUID={_UUID.format(99)} / ext4 defaults 0 1\n"
_SYSTEM = {"/etc/fstab": _FSTAB, "/etc/os-release": 'PRETTY_NAME="Test system 12"\n'}


def _system(lab: Lab) -> Path:
    return system_disk(lab, "debian", "Test system debian", _UUID.format(99), _SYSTEM)


def _many(lab: Lab) -> Path:
    """A disk with twelve partitions, each with a configuration."""
    kernel = {"/boot": None, "/boot/vmlinuz": "x", "/boot/initrd.img": "x", "/boot/grub": None}
    parts = []
    for number in range(12):
        files = kernel | {"/boot/grub/grub.cfg": grub_entry(f"s{number}", f"Test system s{number}")}
        parts.append(Partition(8, f"p{number}", _UUID.format(number), files, uuid=_UUID.format(number)))
    return make_disk(image(lab, "many"), parts)


def test_discovery_names_lists_and_boots_one_system(lab: Lab):
    with lab.machine(SERIAL, disk=_system(lab)) as machine:
        machine.expect(r"^Test system 12 on vda1; \w+ shows all, #1 boots the first$", 180)
        machine.prompt()
        assert "#debian" in machine.run("entries"), "the entry is listed"
        machine.type("#1")
        assert machine.second_kernel().cmdline == f"{ARGUMENTS} from=debian"


def test_discovery_makes_the_only_system_the_booted_one(lab: Lab):
    with lab.machine(SERIAL, disk=_system(lab)) as machine:
        machine.expect(r"^Test system 12 on vda1;", 180)
        machine.prompt()
        plan = machine.run("plan /boot/vmlinuz")
        assert "no other file system has an /etc/fstab" in plan, plan


def test_discovery_of_twelve_partitions_and_a_late_disk(lab: Lab):
    late = _system(lab)
    extra = ["-drive", f"file={late},format=raw,if=none,id=late", "-device", "virtio-scsi-pci,id=scsi0"]
    with lab.machine(SERIAL, disk=_many(lab), extra=extra) as machine:
        machine.expect(r"^Test system s0 on vda1, .*, 9 more;", 180)
        machine.prompt()
        listed = machine.run("entries")
        for number in range(12):
            assert f"#s{number} " in listed, f"partition {number + 1} is listed"
        machine.qmp.execute("device_add", driver="scsi-hd", bus="scsi0.0", drive="late", id="late-disk")
        machine.run("until grep -q 'sda1#debian' //run/kboot/entries; do sleep 0.2; done", 60)
        assert "#debian" in machine.run("entries")
