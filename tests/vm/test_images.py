"""What scripts/image makes, started by the firmware it is for: to the prompt, and on to a second kernel."""

import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import firmware
from arch import ARCH
from archive import cpio, host_program
from disk import Partition, make_disk
from lab import ARGUMENTS, SERIAL, Lab
from machine import PROMPT, Machine
from network import program

# Firmware, under emulation, on a busy machine.
_START = 180


@contextmanager
def _folder():
    with tempfile.TemporaryDirectory(prefix="kboot-images-") as folder:
        yield Path(folder)


def _started(lab: Lab, extra: list, **options) -> Machine:
    """A machine with the installed disk beside what it starts from."""
    return Machine(None, [], "", disks=[lab.disk()], memory=1024, extra=extra, **options)


def _boots_on(machine: Machine):
    machine.type(f"vda1:/vmlinuz initrd=vda1:/initrd.img {ARGUMENTS}")
    assert machine.second_kernel().cmdline == ARGUMENTS


def _leave_menu(machine: Machine):
    """From the menu, with which a stick and a CD begin, to the prompt."""
    machine.expect(r"Enter boot", _START)
    machine.send("\x1b")
    machine.prompt()


def test_image_iso_on_bios(lab: Lab):
    with _started(lab, firmware.cd(lab.image("iso"))) as machine:
        machine.expect_screen(r"Enter boot", _START)
        machine.screendump(lab.artefacts / "iso-bios.png")
        _leave_menu(machine)
        _boots_on(machine)


def test_image_iso_on_uefi(lab: Lab):
    with _folder() as folder, _started(lab, [*firmware.uefi(folder), *firmware.cd(lab.image("iso"))]) as machine:
        _leave_menu(machine)
        machine.screendump(lab.artefacts / "iso-uefi.png")
        assert "no floppy controller" not in machine.run("dmesg | grep floppy"), "it was looked for, two seconds before the prompt"
        _boots_on(machine)


def test_image_iso_on_a_usb_stick(lab: Lab):
    """The same file, as a disk."""
    with _folder() as folder, _started(lab, firmware.usb_stick(_with_site_files(lab.image("iso"), folder, {}))) as machine:
        _leave_menu(machine)
        _boots_on(machine)


def test_image_disk_begins_with_the_menu(lab: Lab):
    """A stick as it is made, in a machine with a system: the menu shows it, and boots nothing by itself."""
    with _started(lab, firmware.usb_stick(lab.image("disk"))) as machine:
        machine.expect(r"vda2 +LABEL=demo-root", _START)
        machine.send("/vda2 debian\r")
        machine.send("e")
        machine.expect(PROMPT + r"\S.*\Z")
        machine.send("\r")
        assert machine.second_kernel().cmdline.endswith(ARGUMENTS)


# The partition for the configuration is the disk image's second.
_SITE_OFFSET = 65 * 1024 * 1024


def _with_site_files(image: Path, folder: Path, files: dict) -> Path:
    """A copy of its own."""
    own = folder / "disk.img"
    shutil.copyfile(image, own)
    for name, content in files.items():
        subprocess.run(["mcopy", "-o", "-i", f"{own}@@{_SITE_OFFSET}", "-", f"::/{name}"], input=content, check=True)
    return own


def test_image_disk_on_bios_with_a_configuration(lab: Lab):
    """What the person put on the stick boots by itself; the stick stays as it is."""
    conf = f'stick="vda1:/vmlinuz initrd=vda1:/initrd.img {ARGUMENTS} from=stick"\ndefault=stick\ntimeout=3\n'
    with _folder() as folder:
        files = {"kboot.conf": conf.encode(), "message": b"This is the stick's message.\n"}
        stick = _with_site_files(lab.image("disk"), folder, files)
        before = stick.read_bytes()
        with _started(lab, firmware.usb_stick(stick)) as machine:
            machine.expect(r"^This is the stick's message\.$", _START)
            assert machine.second_kernel().cmdline == f"{ARGUMENTS} from=stick"
        assert stick.read_bytes() == before


def test_image_disk_on_uefi_with_garbage(lab: Lab):
    """A partition full of garbage is told of, and the prompt is there."""
    with _folder() as folder:
        stick = folder / "disk.img"
        shutil.copyfile(lab.image("disk"), stick)
        with stick.open("r+b") as file:
            file.seek(_SITE_OFFSET)
            file.write(b"garbage\n" * (1 << 20))
        with _started(lab, [*firmware.uefi(folder), *firmware.usb_stick(stick)]) as machine:
            machine.expect(r"^kboot\.site=PARTLABEL=kboot-site: mount /dev/sd\w+: ", _START)
            machine.prompt()
            _boots_on(machine)


def test_image_efi_under_secure_boot(lab: Lab):
    """Signed by the machine's owner it starts; the same one unsigned does not."""
    with _folder() as folder:
        key = folder / "key.pem"
        subprocess.run(["openssl", "pkey", "-in", firmware.OWNER_KEY, "-passin", f"pass:{firmware.OWNER_KEY_PASSWORD}", "-out", key], check=True)
        signed = lab.image("efi", "--sign", str(key), str(firmware.OWNER_CERTIFICATE))
        for image, starts in ((lab.image("efi"), False), (signed, True)):
            esp = folder / "esp.img"
            subprocess.run(["truncate", "--size", "64M", esp], check=True)
            subprocess.run(["mformat", "-i", esp, "-F", "-v", "ESP", "::"], check=True)
            subprocess.run(["mmd", "-i", esp, "::/EFI", "::/EFI/BOOT"], check=True)
            subprocess.run(["mcopy", "-i", esp, image, f"::/{ARCH.removable_efi}"], check=True)
            extra = [*firmware.secure_uefi(folder), "-drive", f"if=virtio,format=raw,file={esp}"]
            with _started(lab, extra) as machine:
                if not starts:
                    machine.expect(r"Access Denied", _START)
                    continue
                machine.prompt(_START)
                state = machine.run("mount -t efivarfs efivarfs /sys/firmware/efi/efivars; od -An -tu1 /sys/firmware/efi/efivars/SecureBoot-*")
                assert state.split()[-1] == "1", state
                _boots_on(machine)
            esp.unlink()


def test_image_flash(lab: Lab):
    """One file that is started as a kernel, with no initrd."""
    with lab.kernel_machine(lab.image("flash"), SERIAL) as machine:
        machine.prompt()
        _boots_on(machine)


def test_install_on_an_esp(lab: Lab):
    """scripts/kboot-install on a UEFI machine, whose firmware then starts kboot by its new boot entry; and the way back."""
    efi = lab.image("efi")
    with _folder() as folder:
        esp = make_disk(folder / "esp.img", [Partition(64, "esp", firmware.ESP_PARTUUID, raw=b"-")])
        fat = folder / "fat"
        subprocess.run(["mkfs.fat", "-C", fat, str(64 * 1024)], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["mmd", "-i", fat, "::/EFI"], check=True)
        with esp.open("r+b") as file:
            file.seek(1024 * 1024)
            file.write(fat.read_bytes())
        tools = {"kboot-install": (lab.root / "scripts/kboot-install").read_bytes(), "kboot.efi": efi.read_bytes()}
        for tool in ("efibootmgr", "findmnt"):
            tools |= host_program(program(tool))
        disk = ["-drive", f"if=virtio,format=raw,file={esp}"]
        with lab.machine(SERIAL, overlay=cpio(tools), memory=1024, extra=[*firmware.uefi(folder), *disk]) as machine:
            machine.prompt(_START)
            machine.wait_for_discovery()
            machine.run("!mount -t efivarfs efivarfs /sys/firmware/efi/efivars; mkdir /mnt/esp; mount -t vfat /dev/vdb1 /mnt/esp")
            for _ in range(2):  # the second time it takes the place of the first
                said = machine.run("!/kboot-install --esp /mnt/esp --image /kboot.efi --first; echo status $?", 60)
                assert "status 0" in said, said
            assert machine.run("!efibootmgr | grep -c ' kboot'").strip() == "1"
            fill = "dd if=/dev/zero of=/mnt/esp/full bs=1M; sha256sum /mnt/esp/EFI/kboot/kboot.efi /kboot.efi"
            said = machine.run(f"!{fill}; /kboot-install --esp /mnt/esp --image /kboot.efi", 60)
            assert "the image does not fit" in said and "nothing was changed" in said, said
            machine.run("!rm /mnt/esp/full; umount /mnt/esp; sync")
        with Machine(None, [], "", disks=[lab.disk(), esp], memory=1024, extra=firmware.uefi(folder)) as machine:
            machine.prompt(_START)
            _boots_on(machine)
        with lab.machine(SERIAL, overlay=cpio(tools), memory=1024, extra=[*firmware.uefi(folder), *disk]) as machine:
            machine.prompt(_START)
            machine.wait_for_discovery()
            said = machine.run("!mount -t efivarfs efivarfs /sys/firmware/efi/efivars; mkdir /mnt/esp; mount -t vfat /dev/vdb1 /mnt/esp; "
                               "/kboot-install --undo --esp /mnt/esp; efibootmgr | grep -c ' kboot'; find /mnt/esp")
            assert re.search(r"^0\n/mnt/esp\n/mnt/esp/EFI$", said, re.MULTILINE), said
