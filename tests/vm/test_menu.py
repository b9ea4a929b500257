"""The menu on a serial line and on the machine's own screen."""

from found import system_disk
from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, SERIAL, Lab
from machine import PROMPT
from stacks import PASSPHRASE, make_stack

DOWN, ESCAPE = "\x1b[B", "\x1b"
TWO_LABELS = KBOOT_CONF + f'older="/boot/vmlinuz initrd=/boot/initrd.img {ARGUMENTS} from-the-menu"\n'

_UUID = "5d0f4a7e-3a6c-4b55-8f0e-2c1d7e90ab{:02}"


def test_second_entry_is_booted_from_a_serial_line(lab: Lab):
    with lab.machine(f"{INSTALLED} console.start=menu", disk=lab.disk(TWO_LABELS)) as machine:
        machine.expect(r"older: +/boot/vmlinuz", 120)
        text = machine.serial[0].text()
        assert "debian: /boot/vmlinuz" in text, text
        assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" not in text, "lines of UTF-8 on a serial line"
        machine.send(DOWN)
        machine.send("\r")
        assert "from-the-menu" in machine.second_kernel().cmdline.split()


def test_menu_and_prompt_take_turns(lab: Lab):
    """Esc leads to the prompt, `menu` back; a boot that fails comes back with the reason; e has the line on the prompt."""
    broken = KBOOT_CONF + 'broken="/boot/notes.txt"\n'
    with lab.machine(disk=lab.disk(broken)) as machine:
        machine.prompt()
        machine.type("menu")
        machine.expect(r"Enter boot")
        machine.send(ESCAPE)
        machine.expect(PROMPT + r"\Z")
        machine.type("menu")
        machine.expect(r"broken: +/boot/notes\.txt")
        machine.send("\r")
        machine.expect(r"notes\.txt: not a kernel")
        machine.expect(r"Enter boot")
        machine.send("e")
        machine.expect(PROMPT + r"/boot/notes\.txt\Z")


def test_menu_on_the_screen(lab: Lab):
    append = "console=tty0 quiet no_timer_check root=/dev/vda2 console.start=menu"
    with lab.machine(append, disk=lab.disk(TWO_LABELS)) as machine:
        machine.expect_screen(r"Enter boot", 120)
        machine.expect_screen(r">.*debian: /boot/vmlinuz")
        machine.screendump(lab.artefacts / "menu.png")
        machine.press("down")
        machine.expect_screen(r">.*older: /boot/vmlinuz")
        machine.press("esc")
        machine.expect_screen(r"^kboot: *$")


def test_menu_follows_the_discovery(lab: Lab):
    """A disk that is plugged in appears by itself; the chosen entry stays chosen."""
    first = system_disk(lab, "first", "first system", _UUID.format(1))
    late = system_disk(lab, "late", "QXJZQXJZ", _UUID.format(2))
    extra = ["-drive", f"file={late},format=raw,if=none,id=late", "-device", "virtio-scsi-pci,id=scsi0"]
    with lab.machine(f"{SERIAL} console.start=menu", disk=first, extra=extra) as machine:
        machine.expect(r"first system", 180)
        machine.qmp.execute("device_add", driver="scsi-hd", bus="scsi0.0", drive="late", id="late-disk")
        machine.expect(r"QXJZQXJZ", 60)
        machine.send("\r")
        assert machine.second_kernel().cmdline == f"{ARGUMENTS} from=first"


def test_menu_unlocks_a_luks_volume(lab: Lab):
    """Wrong passphrases leave the menu open; the right one shows and chooses what is on the volume."""
    disks = make_stack(lab, "luks2", system_disk(lab, "behind", "behind the lock", _UUID.format(1)))
    first = system_disk(lab, "first", "first system", _UUID.format(2))
    with lab.machine(f"{SERIAL} console.start=menu", disk=first, profile="rescue", scsi_disks=disks, memory=768) as machine:
        machine.expect(r"LUKS volume", 180)
        machine.send("/LUKS")
        machine.expect(r"a passphrase opens it")
        machine.send("\r")
        machine.send("l")
        for _ in range(3):
            machine.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z")
            machine.type("wrong")
        machine.expect(r"3 wrong passphrases")  # as of any line
        machine.expect(r"3 wrong passphrases")  # in the menu
        machine.send("l")
        machine.expect(r"Passphrase for /dev/sda \(Enter: none\): \Z")
        machine.type(PASSPHRASE)
        machine.expect(r"behind the lock")
        machine.send("\r")
        assert machine.second_kernel().cmdline == f"{ARGUMENTS} from=behind"
        assert PASSPHRASE not in machine.serial[0].text(), "the passphrase was shown"
