"""TFTP, with windows from atftpd and block by block from dnsmasq."""

from disk import write_tree
from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, ADDRESS_V6, Network, program


def serve_tftp(lab: Lab, network: Network):
    """atftpd, which has windows but, alone, no IPv6."""
    folder = network.folder()
    write_tree(folder, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
    # Without --no-fork it would be a child that nobody ends.
    network.start([program("atftpd"), "--daemon", "--no-fork", "--user=root", "--group=root", "--verbose=7", "--logfile=-", str(folder)])
    network.await_udp_port(69)


def boot_by_tftp(lab: Lab, network: Network, server: str, deadline: float = 120):
    with lab.machine(f'{SERIAL} "net.eth0=static 10.77.0.20/24 fd77::20/64"', network=False, extra=network.cards(), prefix=network.prefix) as machine:
        machine.prompt()
        machine.type(f"tftp://{server}/vmlinuz initrd=tftp://{server}/initrd.img {ARGUMENTS}")
        assert machine.second_kernel(deadline).cmdline == ARGUMENTS


def test_tftp_with_windows(lab: Lab):
    with Network() as network:
        serve_tftp(lab, network)
        boot_by_tftp(lab, network, ADDRESS)
        assert "windowsize option -> 64" in network.logs(), network.logs()



def _boots_block_by_block(lab: Lab, server: str):
    """From dnsmasq, which has large blocks but no windows."""
    with Network() as network:
        files = network.folder()
        write_tree(files, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
        network.dnsmasq("--port=0", "--enable-tftp", f"--tftp-root={files}")
        network.await_udp_port(69)
        boot_by_tftp(lab, network, server)


def test_tftp_block_by_block(lab: Lab):
    _boots_block_by_block(lab, ADDRESS)


def test_tftp_over_ipv6(lab: Lab):
    _boots_block_by_block(lab, f"[{ADDRESS_V6}]")
