"""What stands before somebody who comes to the machine: the first screen, its keyboard, its font."""

import re

from archive import cpio
from lab import SERIAL, Lab

CONSOLES = "console=tty0 " + SERIAL
FONT = "/font.psf"


def _solid_font() -> bytes:
    """A PSF font in which each character is a block of light."""
    return b"\x36\x04\x00\x10" + b"\xff" * 256 * 16


def _rows(text: str) -> list:
    return [row for row in text.splitlines() if row]


def test_first_screen(lab: Lab):
    """Who am I, what happens and how to stop it; the address and the key are told when they are there, once."""
    overlay = cpio({"etc": None, "etc/message": b"Rack 7, call 1234.\n"})
    append = f"{CONSOLES} root=/dev/vda2 default=debian timeout=600"
    with lab.machine(append, overlay=overlay, network_options=["mac=52:54:00:77:77:77"]) as machine:
        machine.prompt()
        machine.expect_screen(r"^kboot: *$")
        screen = _rows(machine.screen())
        machine.screendump(lab.artefacts / "vga-first-screen.png")
        address = (r"(?:address 10\.0\.2\.15/24 from 10\.0\.2\.2|address fec0::\S+, asking for IPv4|"
                   r"asking for an address by DHCP|no cable seen yet)")
        expected = [
            r"kboot \d+\.\d+\.\d+",
            rf"eth0  52:54:00:77:77:77(?:  {address})?",
            r"Rack 7, call 1234\.",
            r'booting "debian" in 600 s, any key stops it',
        ]
        for shown in (screen, _rows(machine.serial[0].text())):
            for line, pattern in zip(shown, expected):
                assert re.fullmatch(pattern, line), f"{line!r} is not {pattern}; the first screen is:\n" + "\n".join(shown)
            assert all(len(line) <= 80 for line in shown), shown
        machine.expect_screen(r"address 10\.0\.2\.15/24 from 10\.0\.2\.2$", 60)
        machine.run("echo ssh-ed25519 SHA256:abc >//run/kboot/hostkey")
        machine.expect_screen(r"^ssh host key: ssh-ed25519 SHA256:abc\n(.*\n)*?kboot: *$")
        machine.send_keys("pw")
        machine.expect_screen(r"^kboot: pw *$")
        text = machine.screen()
        assert text.count("ssh host key") == 1 and text.count("10.0.2.15/24") == 1, text
        machine.send_keys("d\n")
        machine.expect_screen(r"^//$")


def test_keymap_and_font(lab: Lab):
    """The keyboard's layout is one word; it counts at the start, and when it is typed."""
    overlay = cpio({FONT[1:]: _solid_font()})
    with lab.machine(f"{CONSOLES} console.keymap=de", overlay=overlay) as machine:
        machine.prompt()
        machine.expect_screen(r"^kboot: *$")
        machine.send_keys("zy;-")
        machine.expect_screen(r"^kboot: yzöß *$")
        machine.press("scroll_lock")  # it would stop the screen
        machine.run("console.keymap=us")
        machine.send_keys("zy")
        machine.expect_screen(r"^kboot: yzößzy *$")
        assert re.search("console.keymap=klingon: no such", machine.run("console.keymap=klingon"))
        assert "console.keymap=//etc/hosts" in machine.run("console.keymap=//etc/hosts")
        before = machine.picture().lit()
        assert machine.run(f"console.font=/{FONT}").strip() == ""
        after = machine.picture().lit()
        assert after > 1.5 * before, f"the font shows nothing: {before} bytes were lit and {after} are"


def test_nothing_but_the_first_screen(lab: Lab):
    """Between power-on and the prompt the kernel, init and the programs say nothing, on neither console."""
    with lab.machine(CONSOLES, network=False) as machine:
        machine.prompt()
        machine.expect_screen(r"^kboot: *$")
        serial = _rows(machine.serial[0].text())
        assert len(serial) == 3 and serial[0].startswith("kboot "), "\n".join(serial)
        assert _rows(machine.screen()) == [line.rstrip() for line in serial], machine.screen()
