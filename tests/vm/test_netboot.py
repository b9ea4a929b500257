"""scripts/serve-netboot: one command, and machines that start from the network start kboot."""

import tempfile
from pathlib import Path

import firmware
from lab import ARGUMENTS, Lab
from machine import Machine
from network import Network

_START = 240
_DHCP = "10.77.0.2"  # the server that was there before


# Without QEMU's iPXE in the card, the firmware's own drivers are used.
_NO_ROM = ["-global", "virtio-net-pci.romfile="]


def _boots_from_network(lab: Lab, network: Network, extra: list, served: str):
    """The DHCP server beside it goes on giving out the addresses."""
    network.udhcpd(_DHCP, 600, network.stranger(_DHCP))
    folder = lab.image("pxe")
    network.start([str(lab.root / "scripts/serve-netboot"), "--interface", "br0", "--folder", str(folder)])
    network.await_udp_port(4011)
    with Machine(None, [], "", disks=[lab.disk()], memory=1024, network=False, extra=[*network.cards(), *extra], prefix=network.prefix) as machine:
        machine.prompt(_START)
        assert served in network.logs(), network.logs()
        machine.wait_for_lease()
        assert f"router   {_DHCP}" in machine.run("net")
        machine.type(f"vda1:/vmlinuz initrd=vda1:/initrd.img {ARGUMENTS}")
        assert machine.second_kernel().cmdline == ARGUMENTS


def test_netboot_pxe_on_bios(lab: Lab):
    with Network() as network:
        _boots_from_network(lab, network, ["-boot", "n"], f"sent {lab.image('pxe')}/initramfs.img")


def test_netboot_pxe_on_uefi(lab: Lab):
    with Network() as network, tempfile.TemporaryDirectory() as folder:
        _boots_from_network(lab, network, [*firmware.uefi(Path(folder)), *_NO_ROM], f"sent {lab.image('pxe')}/kboot.efi")


def test_netboot_http_on_uefi(lab: Lab):
    with Network() as network, tempfile.TemporaryDirectory() as folder:
        no_pxe = [word for family in ("IPv4", "IPv6") for word in ("-fw_cfg", f"name=opt/org.tianocore/{family}PXESupport,string=n")]
        _boots_from_network(lab, network, [*firmware.uefi(Path(folder)), *_NO_ROM, *no_pxe], 'GET /kboot.efi HTTP')
