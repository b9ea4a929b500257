"""Downloads that meet with faults on the way, from a real server over real links."""

import time

from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, Network
from webserver import serve_web


def test_cable_pulled_while_fetching(lab: Lab):
    """Longer than a server may stand still: the download is taken up where it broke, not begun again."""
    with Network() as network:
        folder = serve_web(network, {name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")}, more="limit_rate 3m;")
        extra = network.cards()
        with lab.machine(f"{SERIAL} net.eth0=10.77.0.20/24", network=False, extra=extra, prefix=network.prefix) as machine:
            machine.prompt()
            machine.type(f"http://{ADDRESS}/vmlinuz initrd=http://{ADDRESS}/initrd.img {ARGUMENTS}")
            machine.expect(r"[23]\.?\d* MiB of ", 60)
            machine.set_link(False)
            machine.expect(r"vmlinuz: .*; trying again$", 60)
            machine.set_link(True)
            assert machine.second_kernel().cmdline == ARGUMENTS
        # What came before the fault came once: the second request was for the rest.
        answers = [line.split('"')[2].split()[0] for line in (folder / "access").read_text().splitlines() if "/vmlinuz " in line]
        assert answers == ["200", "206"], answers
