"""How the network comes up: by DHCP, by routers, by what the configuration says; on real links with real servers."""

import re
import time

from archive import cpio
from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, ADDRESS_V6, Network

_DHCP = ("--dhcp-range=10.77.0.50,10.77.0.60,255.255.255.0", f"--dhcp-option=option:router,{ADDRESS}")
# Without it dnsmasq refuses to look for an address of the other family, and musl takes that for the whole answer.
_LOCAL = ("--local=/lab.example/",)
_BOOT = f"/vmlinuz initrd=http://{{0}}/initrd.img {ARGUMENTS}"


def _machine(lab: Lab, network: Network, append: str = "", cards: tuple = (0,), conf: str = "", **options):
    if conf:
        options["overlay"] = cpio({"etc": None, "etc/kboot.conf": conf.encode()})
    return lab.machine(
        f"{SERIAL} {append}", network=False, extra=network.cards(*cards), prefix=network.prefix, **options
    )


def _serve(lab: Lab, network: Network):
    network.serve({name: lab.boot_files[name] for name in ("/vmlinuz", "/initrd.img")})


# An HTTP server, one connection at a time: its standard input and output are that.
_SERVE = b"""\
#!/bin/sh
read -r _ path _
while read -r line && [ ${#line} -gt 1 ]; do :; done
printf 'HTTP/1.0 200 OK\\r\\nContent-Length: %s\\r\\n\\r\\n' "$(stat -c %s ".$path")"
cat ".$path"
"""


def _await_address(machine, address: str, link: str = "eth0"):
    machine.run(f"until ip addr show {link} | grep -q ' {address}'; do sleep 0.2; done", 60)


def _await_shown(machine, text: str):
    end = time.monotonic() + 60
    while text not in (shown := machine.run("net")):
        assert time.monotonic() < end, shown
        time.sleep(0.2)


def _boots_from(machine, server: str):
    machine.type(f"http://{server}" + _BOOT.format(server))
    assert machine.second_kernel().cmdline == ARGUMENTS


def test_dhcp_options_are_shown(lab: Lab):
    with Network() as network:
        network.dnsmasq(
            *_DHCP,
            "--dhcp-option=option:domain-search,lab.example,example.org",
            "--dhcp-option=option:ntp-server,10.77.0.7",
            "--dhcp-option=option:root-path,10.77.0.8:/root",
            "--dhcp-option=161,https://example.org/mud.json",
            "--dhcp-boot=pxelinux.0,server,10.77.0.9",
            *_LOCAL,
            "--host-record=files.lab.example,10.77.0.1",
        )
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.wait_for_lease()
            shown = machine.run("net")
            for word in ("from 10.77.0.1", "lab.example example.org", "10.77.0.7", "10.77.0.8:/root", "pxelinux.0",
                         "10.77.0.9", "https://example.org/mud.json"):
                assert word in shown, shown
            _boots_from(machine, "files")


def test_ipv6_only_by_router(lab: Lab):
    """Address, route and name server come in the router's advertisement; there is no DHCP at all."""
    with Network() as network:
        network.dnsmasq(*_LOCAL, "--enable-ra", "--dhcp-range=::,constructor:br0,ra-only", f"--host-record=files.lab.example,{ADDRESS_V6}",
                        f"--dhcp-option=option6:dns-server,[{ADDRESS_V6}]", "--dhcp-option=option6:domain-search,lab.example")
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            assert machine.run("!cat /proc/sys/net/ipv6/conf/all/optimistic_dad").strip() == "1", "addresses are waited for"
            _boots_from(machine, "files")


def test_name_server_of_the_link_itself(lab: Lab):
    """As home routers advertise it: fe80:: and so on, which says nothing without the link."""
    with Network() as network:
        network.dnsmasq(*_LOCAL, "--enable-ra", "--dhcp-range=::,constructor:br0,ra-only", f"--host-record=files.lab.example,{ADDRESS_V6}",
                        "--dhcp-option=option6:dns-server,[fe80::]", "--dhcp-option=option6:domain-search,lab.example")
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.run("until grep -q fe80 /etc/resolv.conf; do sleep 0.2; done", 60)
            _boots_from(machine, "files")


def test_ipv6_address_waits_for_a_router(lab: Lab):
    """IPv4 is there, and so is the network, but nothing yet that leads to the server."""
    with Network() as network:
        network.dnsmasq(*_DHCP)
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.wait_for_lease()
            server = f"[{ADDRESS_V6}]"
            machine.type(f"http://{server}" + _BOOT.format(server))
            machine.expect(f"waiting for a route to {ADDRESS_V6}, .C ends it")
            network.dnsmasq("--port=0", "--enable-ra", "--dhcp-range=::,constructor:br0,ra-only")
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_ipv6_only_by_dhcp(lab: Lab):
    with Network() as network:
        network.dnsmasq("--enable-ra", "--dhcp-range=fd77::50,fd77::60,64", f"--host-record=files.lab.example,{ADDRESS_V6}",
                        f"--dhcp-option=option6:dns-server,[{ADDRESS_V6}]")
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.run("until grep -q ipv6=fd77: /run/kboot/lease6.eth0 2>/dev/null; do sleep 0.2; done", 60)
            assert re.search(r"fd77::[56]\w/128", machine.run("net"))
            _boots_from(machine, f"[{ADDRESS_V6}]")


def test_static_addresses(lab: Lab):
    with Network() as network:
        _serve(lab, network)
        with _machine(lab, network, conf='net.eth0="static 10.77.0.20/24 gateway=10.77.0.1 dns=10.77.0.53 mtu=1400"\n') as machine:
            machine.prompt()
            _await_address(machine, "10.77.0.20/24")
            shown = machine.run("net")
            assert "address 10.77.0.20/24" in shown and "10.77.0.53" in shown, shown
            assert "mtu 1400" in machine.run("!ip link show eth0")
            _boots_from(machine, ADDRESS)


def test_kernels_ip(lab: Lab):
    """What pxelinux leaves on the command line: the address, and which card it came over."""
    with Network(taps=2) as network:
        _serve(lab, network)
        append = "ip=10.77.0.21:10.77.0.1:10.77.0.1:255.255.255.0 BOOTIF=01-52-54-00-77-00-02"
        with _machine(lab, network, append, cards=(0, 1)) as machine:
            machine.prompt()
            _await_address(machine, "10.77.0.21/24", "eth1")
            shown = machine.run("net")
            assert re.search(r"eth0 .*switched off", shown) and re.search(r"eth1 .*10\.77\.0\.21/24", shown), shown
            _boots_from(machine, ADDRESS)


def test_network_settings_typed(lab: Lab):
    with Network() as network:
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            _await_shown(machine, "asking for an address by DHCP")
            machine.run('net.eth0="10.77.0.22/24"')
            _await_address(machine, "10.77.0.22/24")
            assert "not understood: 10.77.0.500/24" in machine.run('net.eth0="10.77.0.500/24"')
            machine.run('net.eth0="10.77.0.22/24"')
            _boots_from(machine, ADDRESS)


def test_bond_survives_a_pulled_cable(lab: Lab):
    with Network(taps=2) as network:
        network.dnsmasq(*_DHCP)
        _serve(lab, network)
        with _machine(lab, network, conf='net.bond0="bond=eth0,eth1"\n', cards=(0, 1)) as machine:
            machine.prompt()
            machine.wait_for_lease("bond0")
            machine.set_link(False, "net0")
            machine.run("until grep -q 'Currently Active Slave: eth1' /proc/net/bonding/bond0; do sleep 0.2; done", 30)
            assert re.search(r"eth0 .*in a bond, no cable", machine.run("net"))
            _boots_from(machine, ADDRESS)


def test_vlan(lab: Lab):
    """The other end of the VLAN is a second kboot: it serves its own disk's kernel."""
    with Network(taps=2) as network:
        overlay = cpio({"serve": _SERVE})
        with (
            _machine(lab, network, "net.eth0.7=10.7.0.1/24", cards=(0,), overlay=overlay) as server,
            _machine(lab, network, conf="net.eth0.7=10.7.0.2/24\n", cards=(1,)) as client,
        ):
            server.prompt()
            server.run("cd vda1:")
            server.type("!nc -ll -p 80 -e /serve")
            client.prompt()
            _await_address(client, "10.7.0.2/24", "eth0.7")
            assert re.search(r"eth0\.7 .*address 10\.7\.0\.2/24", client.run("net"))
            _boots_from(client, "10.7.0.1")


def test_cable_is_plugged_in_late(lab: Lab):
    """What needs the network says what it waits for, and goes on when the cable is there."""
    with Network() as network:
        network.dnsmasq(*_DHCP)
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.set_link(False)
            machine.prompt()
            machine.type(f"http://{ADDRESS}" + _BOOT.format(ADDRESS))
            machine.expect("waiting for the network, .C ends it")
            machine.set_link(True)
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_switch_port_that_forwards_late(lab: Lab):
    """For the first half a minute a switch looks for loops."""
    with Network() as network:
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.type(f"http://{ADDRESS}" + _BOOT.format(ADDRESS))
            machine.expect("waiting for the network, .C ends it")
            time.sleep(22)
            network.dnsmasq(*_DHCP)
            assert machine.second_kernel().cmdline == ARGUMENTS


def test_no_network_says_why(lab: Lab):
    with Network(taps=2) as network:
        with _machine(lab, network, cards=(0, 1)) as machine:
            machine.set_link(False, "net1")
            machine.prompt()
            said = machine.run(f"cat http://{ADDRESS}/x", 60)
            assert "eth0: asking for an address by DHCP, eth1: no cable" in said, said


def test_lease_of_the_named_server_only(lab: Lab):
    """Another one answers first, and again and again: its offers are refused, `net` and the log say so."""
    with Network() as network:
        network.udhcpd("10.77.0.66", 600, network.stranger("10.77.0.66"))
        _serve(lab, network)
        with _machine(lab, network, conf=f"net.eth0='dhcp server={ADDRESS}'\n") as machine:
            machine.prompt()
            refused = f"an answer of 10.77.0.66 is refused: the DHCP server is to be {ADDRESS}"
            machine.run(f"until dmesg | grep -q '{refused}'; do sleep 0.2; done", 60)
            assert f"asking {ADDRESS} for an address by DHCP" in machine.run("net")
            network.dnsmasq(*_DHCP, "--dhcp-reply-delay=1")
            _await_shown(machine, f"from {ADDRESS}")
            _boots_from(machine, ADDRESS)


def test_lease_that_expires(lab: Lab):
    """Its server goes away, and with it the address; another server's lease comes by itself."""
    with Network() as network:
        server = network.udhcpd(ADDRESS, 10)
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            _await_address(machine, "10.77.0.7")
            server.kill()
            machine.run("while ip addr show eth0 | grep -q ' 10.77.0.7'; do sleep 0.2; done", 60)
            assert "asking for an address by DHCP" in machine.run("net")
            network.dnsmasq(*_DHCP)
            _boots_from(machine, ADDRESS)


def test_rogue_dhcp_server(lab: Lab):
    """It answers first, and its name server does not exist: one can see who it is, and go on without it."""
    with Network() as network:
        network.dnsmasq(*_DHCP, "--dhcp-reply-delay=3", *_LOCAL, "--host-record=files.lab.example,10.77.0.1")
        network.udhcpd("10.77.0.66", 600, network.stranger("10.77.0.66"))
        _serve(lab, network)
        with _machine(lab, network) as machine:
            machine.prompt()
            machine.wait_for_lease()
            machine.type("http://files.lab.example/vmlinuz")
            machine.expect("no answer to the look-up of files.lab.example; trying again", 20)
            machine.send("\x03")
            machine.prompt()
            shown = machine.run("net")
            assert "from 10.77.0.66" in shown and "10.77.0.50" not in shown, shown
            machine.run(f'net.eth0="10.77.0.20/24 gateway={ADDRESS} dns={ADDRESS}"')
            _await_shown(machine, "address 10.77.0.20/24")
            _boots_from(machine, "files.lab.example")
