"""Downloads that meet with faults on the way, from real servers over real links."""

import re

from disk import write_tree
from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, Network, program
from webserver import serve_web

_RATE = 3_000_000  # bytes a second: time enough to pull a cable


def _serve_ftp(network: Network, files: dict):
    """vsftpd, which logs each transfer; returns its log."""
    folder = network.folder()
    folder.chmod(0o755)
    write_tree(folder / "files", files)
    (folder / "empty").mkdir()
    (folder / "conf").write_text(
        f"listen=NO\nlisten_ipv6=YES\nbackground=NO\nanonymous_enable=YES\nanon_root={folder}/files\nsecure_chroot_dir={folder}/empty\n"
        f"anon_max_rate={_RATE}\nseccomp_sandbox=NO\nlog_ftp_protocol=YES\nxferlog_enable=YES\nvsftpd_log_file={folder}/log\n")
    network.start([program("vsftpd"), str(folder / "conf")])
    network.await_port(21)
    return folder / "log"


def _survives_a_pulled_cable(lab: Lab, network: Network, scheme: str):
    """The cable is out for longer than a server may stand still."""
    with lab.machine(f"{SERIAL} net.eth0=10.77.0.20/24", network=False, extra=network.cards(), prefix=network.prefix) as machine:
        machine.prompt()
        machine.type(f"{scheme}://{ADDRESS}/vmlinuz initrd={scheme}://{ADDRESS}/initrd.img {ARGUMENTS}")
        machine.expect(r"[23]\.?\d* MiB of ", 60)
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
        log = _serve_ftp(network, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})
        _survives_a_pulled_cable(lab, network, "ftp")
        assert re.search(r'FTP command:.*"REST [1-9]\d{5,}"', log.read_text()), log.read_text()
