"""A network with every kind of server, and the loaders that boot over it: each function powers a machine on."""

import random
import subprocess
import sys
from pathlib import Path

import target
from archive import cpio
from lab import ARGUMENTS, SERIAL, Lab
from machine import Machine
from network import ADDRESS, Network, program
from nfsserver import EXPORT, serve_nfs
from timing import type_at_prompt
from webserver import Certificates, serve_web

_MEMORY = 2048  # MB of a machine
_URL = {scheme: f"{scheme}://{ADDRESS}" for scheme in ("http", "https", "ftp", "tftp")} | {"nfs": f"{ADDRESS}:{EXPORT}"}
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"

# A relay between a client and the TFTP server: every datagram comes so much later, or not at all.
_RELAY = """\
import heapq, random, select, socket, sys, time
port, delay, loss = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
chance = random.Random(1)
def udp(port):
    end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    end.bind(("", port))
    end.setblocking(False)
    return end
front, ways, flows, under_way, count = udp(port), {}, {}, [], 0
while True:
    now = time.monotonic()
    while under_way and under_way[0][0] <= now:
        _, _, end, datagram, to = heapq.heappop(under_way)
        end.sendto(datagram, to)
    patience = under_way[0][0] - time.monotonic() if under_way else 1
    for end in select.select([front, *ways], [], [], max(0, patience))[0]:
        for _ in range(200):
            try:
                datagram, sender = end.recvfrom(65536)
            except OSError:
                break
            if end is front and sender not in flows:
                flow = flows[sender] = {"client": udp(0), "server": udp(0), "to_client": sender, "to_server": ("127.0.0.1", 69)}
                ways[flow["client"]] = ways[flow["server"]] = flow
            flow = flows[sender] if end is front else ways[end]
            from_server = end is flow["server"]
            if from_server:
                flow["to_server"] = sender
            count += 1
            if chance.random() >= loss:
                side = ("client", "to_client") if from_server else ("server", "to_server")
                heapq.heappush(under_way, (time.monotonic() + delay, count, flow[side[0]], datagram, flow[side[1]]))
"""


class Place:
    """Servers with a kernel and an initrd of `size` bytes; `with` ends them."""

    authorities = _AUTHORITIES

    def __init__(self, lab: Lab, size: int):
        self._lab = lab
        self.network = Network(taps=5)
        try:
            self._set_up(size)
        except BaseException:
            self.network.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.network.__exit__()

    def _set_up(self, size: int):
        network = self.network
        self._certificates = Certificates(network.folder())
        self.files = {"/vmlinuz": self._lab.boot_files["/vmlinuz"], "/initrd.img": initrd_of(self._lab, size)}
        self.folder = serve_web(network, self.files, self._certificates) / "files"
        for file in self.folder.iterdir():
            file.chmod(0o644)
        _add_loaders(self.folder, self._lab.root / "out/standard")
        network.serve_tftp(self.folder)
        network.serve_ftp(self.folder)
        serve_nfs(network, self.files, 4)
        # iPXE waits 16 seconds for a router that advertises itself, and for a proxy DHCP unless it is told that there is none.
        network.dnsmasq("--port=0", "--enable-ra", "--dhcp-range=::,constructor:br0,ra-only", "--dhcp-option=encap:175,176,1b",
                        "--dhcp-range=10.77.0.50,10.77.0.90,255.255.255.0", f"--dhcp-option=option:router,{ADDRESS}",
                        *(f"--dhcp-host={_mac(number)},set:{tag}" for number, tag in enumerate(_FIRST_FILES)),
                        *(f"--dhcp-boot=tag:{tag},{file},,{ADDRESS}" for tag, file in _FIRST_FILES.items()))
        # They are dead: no bridge, nobody who answers.
        for number in range(1, 5):
            network.ip(f"link set tap{number} nomaster")

    def put(self, name: str, size: int):
        """One more file, of noise."""
        (self.folder / name).write_bytes(_noise(size))

    def relay(self, port: int, delay: float, loss: float):
        """A way to the TFTP server on which every datagram takes `delay` seconds, or gets lost."""
        self.network.start([sys.executable, "-IS", "-c", _RELAY, str(port), str(delay), str(loss)])

    def trust(self) -> dict:
        """For cpio(): who a guest has to believe."""
        folders = {folder: None for folder in ("etc", "etc/ssl", "etc/ssl/certs")}
        return {**folders, _AUTHORITIES[1:]: self._certificates.file("authority.crt").read_bytes()}

    def boot_from_network(self, tag: str) -> Machine:
        """A machine whose firmware, QEMU's iPXE, gets the first file of that tag."""
        return self._machine(None, [], "", list(_FIRST_FILES).index(tag))

    def boot_kernel(self, kernel: Path, initrds: list, append: str) -> Machine:
        return self._machine(kernel, initrds, append, len(_FIRST_FILES))

    def _machine(self, kernel, initrds: list, append: str, card: int) -> Machine:
        extra = ["-netdev", "tap,id=net0,ifname=tap0,script=no,downscript=no", "-device", f"virtio-net-pci,netdev=net0,mac={_mac(card)}"]
        return Machine(kernel, initrds, append, memory=_MEMORY, network=False, extra=extra, prefix=self.network.prefix)


def _mac(number: int) -> str:
    return f"52:54:00:77:01:{number:02x}"


def initrd_of(lab: Lab, size: int) -> bytes:
    """The test initrd with so many bytes more."""
    # What cannot be packed, first: an initrd that is cut off has no init.
    return cpio({"ballast": _noise(size)}) + lab.boot_files["/initrd.img"]


def _noise(size: int) -> bytes:
    """Bytes that cannot be packed, the same each time."""
    return random.Random(size).randbytes(size)


def floor(place: Place) -> Machine:
    """What no loader can be faster than: QEMU itself puts kernel and initrd into memory."""
    return place.boot_kernel(target.kernel(), [place.files["/initrd.img"]], ARGUMENTS)


def kboot_machine(lab: Lab, place: Place, dead_links: int = 0, more: dict | None = None) -> Machine:
    """kboot, started by QEMU, as by a firmware that holds it; `more` files are in its initramfs."""
    cards = place.network.cards(*range(dead_links + 1))
    overlay = cpio({**(more or {}), **place.trust()})
    return lab.machine(SERIAL, network=False, extra=cards, prefix=place.network.prefix, overlay=overlay, memory=_MEMORY)


def kboot(lab: Lab, place: Place, scheme: str, dead_links: int = 0) -> Machine:
    return _typed(kboot_machine(lab, place, dead_links), scheme)


def _typed(machine: Machine, scheme: str) -> Machine:
    return type_at_prompt(machine, f"{_URL[scheme]}/vmlinuz initrd={_URL[scheme]}/initrd.img {ARGUMENTS}")


# The firmware's first file by DHCP, and what that one goes on to.

_FIRST_FILES = {
    "kboot-http": f"http://{ADDRESS}/kboot.ipxe",
    "ipxe-http": f"http://{ADDRESS}/http.ipxe",
    "ipxe-tftp": f"http://{ADDRESS}/tftp.ipxe",
    "grub-http": "grub-http.0",
    "grub-tftp": "grub-tftp.0",
    "pxelinux": "pxelinux/pxelinux.0",
    "lpxelinux": "lpxelinux/lpxelinux.0",
}


def _ipxe_script(scheme: str, kernel: str = "vmlinuz", initrd: str = "initrd.img", cmdline: str = ARGUMENTS) -> str:
    return f"#!ipxe\nkernel {_URL[scheme]}/{kernel} initrd={initrd} {cmdline}\ninitrd {_URL[scheme]}/{initrd}\nboot\n"


def _add_loaders(folder: Path, images: Path):
    (folder / "kboot.ipxe").write_text(_ipxe_script("http", "bzImage", "initramfs.img", SERIAL))
    for name in ("bzImage", "initramfs.img"):
        (folder / name).write_bytes((images / name).read_bytes())
    for scheme in ("http", "tftp"):
        (folder / f"{scheme}.ipxe").write_text(_ipxe_script(scheme))
        script = folder / f"grub-{scheme}.cfg"
        here = f"({scheme},{ADDRESS})"
        script.write_text(f"linux {here}/vmlinuz {ARGUMENTS}\ninitrd {here}/initrd.img\nboot\n")
        subprocess.run([program("grub-mkimage"), "-O", "i386-pc-pxe", "-p", "(pxe)/", "-c", script, "-o", folder / f"grub-{scheme}.0",
                        "pxe", "net", "http", "tftp", "linux", "relocator"], check=True)
    for name, where in (("pxelinux", ""), ("lpxelinux", f"http://{ADDRESS}")):
        place = folder / name
        (place / "pxelinux.cfg").mkdir(parents=True)
        for file in (f"/usr/lib/PXELINUX/{name}.0", "/usr/lib/syslinux/modules/bios/ldlinux.c32"):
            (place / Path(file).name).write_bytes(Path(file).read_bytes())
        (place / "pxelinux.cfg/default").write_text(
            f"default x\nlabel x\n kernel {where or '::'}/vmlinuz\n append initrd={where or '::'}/initrd.img {ARGUMENTS}\n")


def _ipxe_as_kernel(place: Place) -> Machine:
    """iPXE without the firmware's: it, too, is started by QEMU."""
    script = _ipxe_script("http").replace("#!ipxe\n", "#!ipxe\ndhcp\n")
    return place.boot_kernel(Path("/usr/lib/ipxe/ipxe.lkrn"), [script.encode()], "")


LOADERS = {
    "iPXE ROM, kboot, http": lambda place: _typed(place.boot_from_network("kboot-http"), "http"),
    "iPXE lkrn, http": _ipxe_as_kernel,
    "iPXE ROM, http": lambda place: place.boot_from_network("ipxe-http"),
    "iPXE ROM, tftp": lambda place: place.boot_from_network("ipxe-tftp"),
    "GRUB, http": lambda place: place.boot_from_network("grub-http"),
    "GRUB, tftp": lambda place: place.boot_from_network("grub-tftp"),
    "lpxelinux, http": lambda place: place.boot_from_network("lpxelinux"),
    "PXELINUX, tftp": lambda place: place.boot_from_network("pxelinux"),
}
