"""What servers say is to be booted: an iPXE script by its URL, and what a lease names."""

from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, Network
from webserver import serve_web


def _script(url: str) -> str:
    return f"#!ipxe\nset base {url}\nkernel ${{base}}/vmlinuz {ARGUMENTS} initrd=initrd.img mac=${{net0/mac}}\ninitrd initrd.img\nboot\n"


def _boots_the_script(lab: Lab, network: Network, words: str):
    with lab.machine(f"{SERIAL} {words} timeout=1", network=False, extra=network.cards(), prefix=network.prefix) as machine:
        booted = machine.second_kernel().cmdline.split()
        assert " ".join(booted[:-1]) == ARGUMENTS, booted
        assert booted[-1].startswith("mac=52:54:00:77:"), booted


def test_ipxe_script_on_a_server_is_a_choice_of_default(lab: Lab):
    with Network() as network:
        serve_web(network, {"/boot.ipxe": _script(f"http://{ADDRESS}"), **lab.boot_files})
        _boots_the_script(lab, network, f'net.eth0=10.77.0.20/24 "default=http://{ADDRESS}/none | http://{ADDRESS}/boot.ipxe"')


def test_dhcp_names_an_ipxe_script(lab: Lab):
    with Network() as network:
        serve_web(network, {"/boot.ipxe": _script(f"http://{ADDRESS}"), **lab.boot_files})
        network.dnsmasq("--port=0", "--dhcp-range=10.77.0.20,10.77.0.30,600", f"--dhcp-boot=http://{ADDRESS}/boot.ipxe")
        _boots_the_script(lab, network, '"default=dhcp | auto"')


def test_dhcp_names_pxelinux_configuration_and_prefix(lab: Lab):
    with Network() as network:
        conf = f"DEFAULT a\nLABEL a\n  KERNEL vmlinuz\n  INITRD initrd.img\n  APPEND {ARGUMENTS} mac=52:54:00:77:\n"
        serve_web(network, {"/boot/machine": conf, "/boot/vmlinuz": lab.boot_files["/vmlinuz"], "/boot/initrd.img": lab.boot_files["/initrd.img"]})
        options = [f"--dhcp-option-force=210,http://{ADDRESS}/boot/", "--dhcp-option-force=209,machine"]
        network.dnsmasq("--port=0", "--dhcp-range=10.77.0.20,10.77.0.30,600", *options)
        _boots_the_script(lab, network, '"default=dhcp | auto"')
