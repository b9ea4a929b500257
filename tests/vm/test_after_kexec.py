"""What the next kernel finds: its consoles, a keyboard on USB, a network card. The next kernel is kboot's own."""

import re
import shutil
from pathlib import Path

from fileserver import FileServer
from lab import Lab
from machine import Machine

_ARGUMENTS = "console=tty0 console=ttyS0,115200 quiet no_timer_check"
_USB_KEYBOARD = ["-device", "qemu-xhci", "-device", "usb-kbd"]
_OVMF = Path("/usr/share/OVMF")


def _boot_kboot_from_kboot(lab: Lab, machine: Machine):
    """Goes to the prompt of the second kernel; its network works, as the first one's did."""
    images = lab.root / "out/standard"
    files = {f"/{name}": (images / name).read_bytes() for name in ("bzImage", "initramfs.img")}
    with FileServer(files) as server:
        machine.wait_for_lease()
        machine.type(f"{server.url}/bzImage initrd={server.url}/initramfs.img {_ARGUMENTS} second=yes")
        machine.expect(r"^booting ")
        machine.prompt()
        assert "second=yes" in machine.run("cat //proc/cmdline")
        machine.wait_for_lease()
        assert machine.run(f"fetch {server.url}/initramfs.img //tmp/x").strip()
        machine.wait_for_usb_keyboard()


def test_vga_text_usb_keyboard_and_network(lab: Lab):
    with lab.machine(_ARGUMENTS, extra=_USB_KEYBOARD) as machine:
        machine.prompt()
        machine.wait_for_usb_keyboard()
        machine.expect_screen(r"^kboot: *$")
        machine.send_keys("pwd\n")
        machine.expect_screen(r"^kboot: pwd *\n//$")
        _boot_kboot_from_kboot(lab, machine)
        machine.expect_screen(r"^kboot: *$")
        machine.send_keys("pwd\n")
        machine.expect_screen(r"^kboot: pwd *\n//$")
        machine.screendump(lab.artefacts / "vga-after-kexec.png")


def _text_on_frame_buffer(machine: Machine, pattern: str) -> str:
    """The text of tty1 once it has pattern; the frame buffer's pixels have to show it."""
    machine.run(f"until tr -d '\\0' </dev/vcs1 | grep -q '{pattern}'; do sleep 0.2; done")
    columns = int(machine.run("env -u COLUMNS -u LINES stty size </dev/tty1").split()[1])
    for _ in range(5):  # an address may just be told
        text = machine.run(f"fold -w {columns} /dev/vcs1 | sed 's/ *$//'; echo").rstrip()
        if machine.picture().shows(text):
            return text
    raise AssertionError("the screen does not show:\n" + text)


def test_efi_frame_buffer(lab: Lab):
    """OVMF's frame buffer shows both prompts, and keys typed there arrive; EFI's variables are there for both kernels."""
    variables = lab.scratch / "ovmf-variables"
    shutil.copy(_OVMF / "OVMF_VARS_4M.fd", variables)
    flash = ["-drive", f"if=pflash,format=raw,readonly=on,file={_OVMF / 'OVMF_CODE_4M.fd'}"]
    flash += ["-drive", f"if=pflash,format=raw,file={variables}"]
    with lab.machine(_ARGUMENTS, extra=[*flash, *_USB_KEYBOARD]) as machine:
        machine.prompt()
        _text_on_frame_buffer(machine, "kboot: ")
        machine.screendump(lab.artefacts / "efi-first-screen.png")
        _boot_kboot_from_kboot(lab, machine)
        machine.send_keys("pwd\n")
        text = _text_on_frame_buffer(machine, "pwd *//")
        assert re.search(r"^kboot: pwd$", text, re.MULTILINE), text
        machine.screendump(lab.artefacts / "efi-after-kexec.png")
        assert "efivarfs" in machine.run("!mount -t efivarfs efivarfs /sys/firmware/efi/efivars; grep efivarfs /proc/mounts")
