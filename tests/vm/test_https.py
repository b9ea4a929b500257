"""https: who is trusted, by which clock, and what is said of each way in which a certificate can be wrong."""

import hashlib
from contextlib import contextmanager
from datetime import datetime, timezone

from archive import cpio
from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, ADDRESS_V6, Network
from webserver import HTTPS, NAME, Certificates, serve_web

_LEASES = ("--dhcp-range=10.77.0.50,10.77.0.60,255.255.255.0", f"--host-record={NAME},{ADDRESS}", "--local=/lab.example/")


@contextmanager
def _machine(lab: Lab, client: bool = False, rtc: str = "utc", dnsmasq: tuple = (), ntp: bool = False):
    with Network() as network:
        certificates = Certificates(network.folder())
        network.dnsmasq(*_LEASES, *dnsmasq)
        serve_web(network, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img", "/notes.txt")}, certificates)
        if ntp:
            network.serve_time()
        files: dict = {folder: None for folder in ("etc", "etc/ssl", "etc/ssl/certs")}
        files["etc/ssl/certs/ca-certificates.crt"] = certificates.file("authority.crt").read_bytes()
        for kind in ("crt", "key") if client else ():
            files[f"etc/ssl/client.{kind}"] = certificates.file(f"client.{kind}").read_bytes()
        extra = [*network.cards(), "-rtc", f"base={rtc}"]
        with lab.machine(SERIAL, network=False, extra=extra, prefix=network.prefix, overlay=cpio(files)) as machine:
            machine.prompt()
            yield machine


def _url(kind: str, path: str = "/notes.txt", host: str = NAME) -> str:
    return f"https://{host}:{HTTPS[kind]}{path}" if HTTPS[kind] != 443 else f"https://{host}{path}"


def test_https_boots(lab: Lab):
    """Kernel and initrd by https, each with its checksum, from a server that a private authority vouches for."""
    digest = hashlib.sha256(lab.boot_files["/vmlinuz"]).hexdigest()
    with _machine(lab) as machine:
        wrong = "0" * 64
        said = machine.run(f"{_url('good', '/vmlinuz')}#sha256={wrong}", 120)
        assert f"refused: its SHA-256 is {digest}, not {wrong}" in said, said
        machine.type(f"{_url('good', '/vmlinuz')}#sha256={digest} initrd={_url('good', '/initrd.img', ADDRESS)} {ARGUMENTS}")
        assert machine.second_kernel().cmdline == ARGUMENTS


def test_https_over_ipv6(lab: Lab):
    with _machine(lab) as machine:
        machine.run('net.eth0="static fd77::20/64"')
        here = f"[{ADDRESS_V6}]"
        machine.type(f"{_url('good', '/vmlinuz', here)} initrd={_url('good', '/initrd.img', here)} {ARGUMENTS}")
        assert machine.second_kernel().cmdline == ARGUMENTS


def test_https_faults(lab: Lab):
    with _machine(lab) as machine:
        for kind, words in {
            "expired": f"the certificate of {NAME} has expired, if the clock is right: ",
            "future": f"the certificate of {NAME} is not valid yet, if the clock is right: ",
            "wrong-name": f"the server's certificate is not for {NAME}",
            "self-signed": f"the certificate of {NAME} is signed by itself alone",
            "unknown-authority": f"the certificate of {NAME} is signed by nobody who is trusted here",
            "asks-for-a-certificate": "400 Bad Request",
            "demands-a-certificate": "wants to see a client certificate",
            "redirects-to-http": "redirected from https to http, which is not followed",
            "redirects-in-a-loop": "more than 10 redirects",
            "old-tls": f"TLS with {ADDRESS} port {HTTPS['old-tls']}: tlsv1 alert protocol version",
        }.items():
            said = machine.run(f"cat {_url(kind)}")
            assert words in said and "Not a kernel" not in said, (kind, said)
        said = machine.run(f"cat https://{NAME}:80/notes.txt")
        assert f"{ADDRESS} port 80 does not speak TLS" in said, said

        # Who wants it all the same says so for the one URL, and sees it in red.
        said = machine.run(f"cat {_url('expired')}#insecure=true")
        assert "insecure=true: nobody looks whether this is the right server" in said and "Not a kernel" in said, said
        assert "\x1b[1;31mhttps://" in machine.serial[0].raw(), "not red"
        assert "without a look at the server's certificate" in machine.run("log")
        said = machine.run(f"cat {_url('expired')}")
        assert "has expired" in said, said


def test_client_certificate(lab: Lab):
    with _machine(lab, client=True) as machine:
        assert "Not a kernel" in machine.run(f"cat {_url('asks-for-a-certificate')}")


def test_wrong_clock_is_set_by_the_server(lab: Lab):
    """Nobody serves NTP here: the server's own word has to do, and that is said."""
    with _machine(lab, rtc="1999-12-31T23:00:00") as machine:
        said = machine.run(f"cat {_url('good')}", 60)
        assert "the clock is wrong: it says 1999-12-31" in said, said
        assert "the clock is set to what the server says, " in said and "Not a kernel" in said, said
        assert datetime.now(timezone.utc).strftime("%Y-%m-%d") in machine.run("!date -u +%F")
        # It does not happen again, and dates are looked at.
        said = machine.run(f"cat {_url('expired')}")
        assert "has expired" in said and "clock is wrong" not in said, said


def test_wrong_clock_is_not_set_by_anybody(lab: Lab):
    """A server whose certificate is wrong in something else than its dates is not asked for the time."""
    with _machine(lab, rtc="1999-12-31T23:00:00") as machine:
        said = machine.run(f"cat {_url('unknown-authority')}", 60)
        assert "the clock stays wrong: the certificate of" in said and "Not a kernel" not in said, said
        assert machine.run("!date -u +%Y").strip() == "1999"


def test_wrong_clock_is_set_by_ntp(lab: Lab):
    with _machine(lab, rtc="1999-12-31T23:00:00", dnsmasq=("--dhcp-option=option:ntp-server,10.77.0.1",), ntp=True) as machine:
        said = machine.run(f"cat {_url('good')}", 60)
        assert "the clock is set by NTP from 10.77.0.1: " in said and "Not a kernel" in said, said
