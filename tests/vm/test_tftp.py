"""TFTP, with windows from atftpd and block by block from dnsmasq."""

from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, ADDRESS_V6, Network


def _boot_by_tftp(lab: Lab, network: Network, server: str, deadline: float = 120):
    with lab.machine(f'{SERIAL} "net.eth0=static 10.77.0.20/24 fd77::20/64"', network=False, extra=network.cards(), prefix=network.prefix) as machine:
        machine.prompt()
        machine.type(f"tftp://{server}/vmlinuz initrd=tftp://{server}/initrd.img {ARGUMENTS}")
        assert machine.second_kernel(deadline).cmdline == ARGUMENTS


def test_tftp_with_windows(lab: Lab):
    with Network() as network:
        network.serve_tftp(lab.boot_folder)
        _boot_by_tftp(lab, network, ADDRESS)
        assert "windowsize option -> 64" in network.logs(), network.logs()


def _boots_block_by_block(lab: Lab, server: str):
    """From dnsmasq, which has large blocks but no windows."""
    with Network() as network:
        network.dnsmasq("--port=0", "--enable-tftp", f"--tftp-root={lab.boot_folder}")
        network.await_udp_port(69)
        _boot_by_tftp(lab, network, server)


def test_tftp_block_by_block(lab: Lab):
    _boots_block_by_block(lab, ADDRESS)


def test_tftp_over_ipv6(lab: Lab):
    _boots_block_by_block(lab, f"[{ADDRESS_V6}]")
