"""The boot options of UEFI firmware: what OVMF has is listed, and what a line sets is in its variables when the machine is off."""

import re
import tempfile
from pathlib import Path

import firmware
from lab import SERIAL, Lab
from machine import Machine

# Firmware, under emulation, on a busy machine.
_START = 300


def test_firmware_boot_options(lab: Lab):
    with tempfile.TemporaryDirectory(prefix="kboot-firmware-") as name:
        folder = Path(name)
        extra = [*firmware.uefi(folder), *firmware.cd(lab.image("iso"))]
        with Machine(None, [], "", disks=[lab.disk()], memory=1024, extra=extra) as machine:
            machine.expect(r"Enter boot", _START)
            machine.send("\x1b")
            machine.prompt()
            machine.wait_for_discovery()
            listed = machine.run("firmware")
            current = re.search(r"^\d+ +(Boot[0-9A-F]{4}) +current +(UEFI QEMU DVD-ROM.*\S)$", listed, re.MULTILINE)
            assert current, listed
            assert re.search(r"^[ \d]+Boot[0-9A-F]{4} +hidden app +UiApp$", listed, re.MULTILINE), listed
            number, title = current.groups()
            shown = machine.run("entries firmware")
            entry = re.search(rf"#(uefi-qemu-dvd-rom\S*) +{re.escape(title)}$", shown, re.MULTILINE)
            assert entry, shown
            assert "UiApp" not in shown, shown
            assert f"the firmware starts {title}: the machine restarts" in machine.run(f"plan firmware#{entry.group(1)}")
            assert " next " not in machine.run("firmware"), "a plan has set BootNext"
            machine.type(f"firmware#{entry.group(1)}")
            machine.expect(re.escape(f"the firmware starts {title}: the machine restarts"))
            machine.wait_off(60)
        expected = int(number.removeprefix("Boot"), 16)
        assert firmware.variable(folder, "BootNext") == expected.to_bytes(2, "little")

        with lab.machine(SERIAL, extra=firmware.uefi(folder)) as machine:
            machine.prompt(_START)
            machine.type("firmware --setup")
            machine.expect("the firmware opens its set-up: the machine restarts")
            machine.wait_off(60)
        assert firmware.variable(folder, "OsIndications") == (1).to_bytes(8, "little")


def test_firmware_of_a_bios(lab: Lab):
    with lab.machine(SERIAL) as machine:
        machine.prompt()
        assert "not started by UEFI firmware" in machine.run("firmware")
        assert "not started by UEFI firmware" in machine.run("firmware#ubuntu")
