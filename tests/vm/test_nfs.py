"""Kernels on NFS servers: each version of the protocol, over IPv4 and IPv6, and a system whose root is on one."""

import re
import time

from lab import ARGUMENTS, Lab
from network import ADDRESS, ADDRESS_V6, Network
from nfsserver import EXPORT, serve_nfs

_APPEND = f'{ARGUMENTS} "net.eth0=10.77.0.20/24 fd77::20/64"'


def _machine(lab: Lab, network: Network, append: str = _APPEND):
    return lab.machine(append, prefix=network.prefix, extra=network.cards(0), network=False)


def _boots(lab: Lab, protocol: int, server: str, mounted: str):
    files = {f"/kernels{name}": lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")}
    with Network() as network:
        serve_nfs(network, files, protocol)
        with _machine(lab, network) as machine:
            machine.prompt()
            place = f"{server}:{EXPORT}/kernels"
            assert "vmlinuz" in machine.run(f"ls {place}", 60)
            assert re.search(mounted, machine.run("!grep nfs /proc/mounts")), machine.serial[0].tail()
            machine.type(f"{place}/vmlinuz initrd={place}/initrd.img {ARGUMENTS}")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_nfs_version_3(lab: Lab):
    _boots(lab, 3, ADDRESS, r" nfs ro,.*vers=3,")


def test_nfs_version_3_over_ipv6(lab: Lab):
    _boots(lab, 3, f"[{ADDRESS_V6}]", r" nfs ro,.*vers=3,.*addr=fd77::1")


def test_nfs_version_4(lab: Lab):
    _boots(lab, 4, ADDRESS, r" nfs4 ro,.*vers=4\.[12],")


def test_nfs_version_4_over_ipv6(lab: Lab):
    _boots(lab, 4, f"[{ADDRESS_V6}]", r" nfs4 ro,.*vers=4\.[12],.*addr=fd77::1")


def test_nfs_server_that_is_not_there(lab: Lab):
    """The wait has an end, and ^C is another."""
    with Network() as network, _machine(lab, network) as machine:
        machine.prompt()
        said = machine.run("ls 10.77.0.99:/export", 30)
        assert "no answer from 10.77.0.99" in said or "Host is unreachable" in said, said
        machine.type("ls [fd77::99]:/export")
        time.sleep(1)
        machine.send("\x03")
        machine.expect(r"interrupted$", 3)
        machine.prompt()


def test_root_on_nfs_gets_the_lease(lab: Lab):
    """The second kernel has its root on the server, and what the lease said comes with its command line."""
    files = {f"/kernels{name}": lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")}
    with Network() as network:
        serve_nfs(network, files, 4)
        network.dnsmasq("--dhcp-range=10.77.0.50,10.77.0.60,255.255.255.0", f"--dhcp-option=option:router,{ADDRESS}")
        with _machine(lab, network, f"{ARGUMENTS} handoff=true") as machine:
            machine.prompt()
            place = f"{ADDRESS}:{EXPORT}/kernels"
            root = f"root=/dev/nfs nfsroot={ADDRESS}:{EXPORT},vers=4.2"
            machine.run(f"system='{place}/vmlinuz initrd={place}/initrd.img {root} {ARGUMENTS}'")
            machine.type("system")
            report = machine.second_kernel()
    lease = rf"ip=10\.77\.0\.5\d::{re.escape(ADDRESS)}:255\.255\.255\.0::"
    assert re.fullmatch(rf"{re.escape(f'{root} {ARGUMENTS}')} {lease}\S* BOOTIF=01-52-54-00-77-00-01", report.cmdline), report.cmdline
