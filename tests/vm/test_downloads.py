"""Downloads that meet with faults on the way, from real servers over real links."""

import hashlib
import random
import re
import sys
import time
from pathlib import Path

from archive import cpio
from lab import ARGUMENTS, SERIAL, Lab
from machine import PROMPT
from network import ADDRESS, ADDRESS_V6, Network
from webserver import serve_web

_RATE = 3_000_000  # bytes a second: time enough to pull a cable


def _survives_a_pulled_cable(lab: Lab, network: Network, scheme: str):
    """The cable is out for longer than a server may stand still."""
    with lab.machine(f"{SERIAL} net.eth0=10.77.0.20/24", network=False, extra=network.cards(), prefix=network.prefix) as machine:
        machine.prompt()
        machine.type(f"{scheme}://{ADDRESS}/vmlinuz initrd={scheme}://{ADDRESS}/initrd.img {ARGUMENTS}")
        machine.expect(r": [2-9]\.?\d* MiB of ", 60)
        machine.set_link(False)
        machine.expect(r"vmlinuz: .*; trying again$", 60)
        machine.set_link(True)
        assert machine.second_kernel().cmdline == ARGUMENTS


# What came before the fault comes once: the second request is for the rest.


def test_cable_pulled_while_fetching_by_http(lab: Lab):
    with Network() as network:
        files = {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")}
        folder = serve_web(network, files, more=f"limit_rate {_RATE};")
        _survives_a_pulled_cable(lab, network, "http")
        answers = re.findall(r'/vmlinuz HTTP/1.1" (\d+)', (folder / "access").read_text())
        assert answers == ["200", "206"], answers


def test_cable_pulled_while_fetching_by_ftp(lab: Lab):
    with Network() as network:
        log = network.serve_ftp(lab.boot_folder, _RATE)
        _survives_a_pulled_cable(lab, network, "ftp")
        assert re.search(r'FTP command:.*"REST [1-9]\d{5,}"', log.read_text()), log.read_text()


def test_ftp_over_ipv6(lab: Lab):
    with Network() as network:
        network.serve_ftp(lab.boot_folder)
        with lab.machine(f"{SERIAL} net.eth0=fd77::20/64", network=False, extra=network.cards(), prefix=network.prefix) as machine:
            machine.prompt()
            machine.type(f"ftp://[{ADDRESS_V6}]/vmlinuz initrd=ftp://[{ADDRESS_V6}]/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def _machine(lab: Lab, network: Network, **options):
    return lab.machine(f"{SERIAL} net.eth0=10.77.0.20/24", network=False, extra=network.cards(), prefix=network.prefix, **options)


# What a web server does that is no good, and what kboot says of it. It gives up at once what will not get better.
_MISBEHAVIOUR = {
    "huge": r"too long: there is room for \d\S* .iB$",
    "to-file": r"redirected to file:, which is not followed$",
    "to-itself": r"more than 10 redirects$",
    "no-http": r"the server does not speak HTTP$",
    "endless-header": r"eader",
}
# What may get better: seen in the notice that it is tried again.
_PASSING = {
    "early-end": r"the connection closed after 1000 of 100000 bytes; trying again$",
    "busy": r"503 Service Unavailable; trying again$",
    "no-answer": r"no answer from 10\.77\.0\.1 port 80 within 20 seconds; trying again$",
    "stall": r"10\.77\.0\.1 port 80 sent nothing for 20 seconds, after 1000 bytes; trying again$",
    "trickle": r"10\.77\.0\.1 port 80 sent less than 1 KiB a second for 20 seconds, after \d+ bytes; trying again$",
}


def test_web_servers_that_misbehave(lab: Lab):
    with Network() as network:
        network.start([sys.executable, "-IS", str(Path(__file__).with_name("oddserver.py"))])
        network.await_port(80)
        with _machine(lab, network) as machine:
            machine.prompt()
            for path, message in _MISBEHAVIOUR.items():
                said = machine.run(f"http://{ADDRESS}/{path}")
                assert re.search(message, said, re.MULTILINE), f"{path}: {said}"
            for path, message in _PASSING.items():
                machine.type(f"http://{ADDRESS}/{path}")
                machine.expect(message, 60)
                machine.send("\x03")
                machine.prompt()
            # What is more than the server said it would be is not the file's.
            assert machine.run(f"cat http://{ADDRESS}/more-than-announced").count("x") == 1000


def test_download_that_fills_the_memory(lab: Lab):
    """The server does not say how much is to come."""
    with Network() as network:
        network.start([sys.executable, "-IS", str(Path(__file__).with_name("oddserver.py"))])
        network.await_port(80)
        with _machine(lab, network, memory=256) as machine:
            machine.prompt()
            said = machine.run(f"http://{ADDRESS}/endless", 120)
            assert re.search(r"/endless: too long: there is room for \d+(\.\d)? MiB$", said, re.MULTILINE), said
            # All of it has been given back.
            machine.type(f"vda1:/vmlinuz initrd=vda1:/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_downloaded_initrd_is_started_from_where_it_lies(lab: Lab):
    """Copied twice by kexec_file_load it would not fit; and it arrives whole."""
    ballast = random.Random(1).randbytes(150_000_000)
    files = {"/vmlinuz": lab.boot_files["/vmlinuz"], "/initrd.img": cpio({"ballast": ballast}) + lab.boot_files["/initrd.img"]}
    with Network() as network:
        serve_web(network, files)
        with _machine(lab, network, memory=512) as machine:
            machine.prompt()
            machine.type(f"http://{ADDRESS}/vmlinuz initrd=http://{ADDRESS}/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().ballast == hashlib.sha256(ballast).hexdigest()


def test_name_server_that_never_answers(lab: Lab):
    with Network() as network:
        deaf = "import socket, time; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(('', 53)); time.sleep(1e6)"
        network.start([sys.executable, "-IS", "-c", deaf])
        with lab.machine(f'{SERIAL} "net.eth0=10.77.0.20/24 dns={ADDRESS}"', network=False, extra=network.cards(), prefix=network.prefix) as machine:
            machine.prompt()
            for scheme in ("http", "tftp"):
                machine.type(f"{scheme}://files.lab.example/x")
                machine.expect(r"/x: no answer to the look-up of files.lab.example; trying again$", 20)
                time.sleep(1)
                machine.send("\x03")
                machine.expect(PROMPT + r"\Z", 2)
            said = machine.run("http://files.lab.example/x", 60)
            assert said.endswith("/x: no answer to the look-up of files.lab.example\n"), said


def _boots_in_spite_of_loss(lab: Lab, scheme: str, percent: int):
    with Network() as network:
        if scheme == "tftp":
            network.serve_tftp(lab.boot_folder)
        else:
            serve_web(network, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
        network.lose(percent)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.type(f"{scheme}://{ADDRESS}/vmlinuz initrd={scheme}://{ADDRESS}/initrd.img {ARGUMENTS}")
            assert machine.second_kernel(180).cmdline == ARGUMENTS


def test_http_with_one_packet_of_a_hundred_lost(lab: Lab):
    _boots_in_spite_of_loss(lab, "http", 1)


def test_http_with_one_packet_of_ten_lost(lab: Lab):
    _boots_in_spite_of_loss(lab, "http", 10)


def test_tftp_with_one_packet_of_a_hundred_lost(lab: Lab):
    _boots_in_spite_of_loss(lab, "tftp", 1)


def test_tftp_with_one_packet_of_ten_lost(lab: Lab):
    _boots_in_spite_of_loss(lab, "tftp", 10)
