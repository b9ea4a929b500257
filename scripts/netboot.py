"""Serves kboot to every machine on a network that starts from it (PXE, UEFI HTTP boot, iPXE).

Addresses go on coming from the DHCP server that is there: dnsmasq beside it (a proxy DHCP) only adds what is to be
loaded, and serves it by TFTP. Nothing is configured or written anywhere. It stays in the foreground, says who asks for
what, and ends with ^C. Where no DHCP server is, --range makes this one.
"""

import argparse
import functools
import http.server
import ipaddress
import json
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Client architectures (RFC 4578, 2.1, and IANA's registry): what each is given to load.
_BIOS, _EFI, _EFI_HTTP = "x86PC", ("BC_EFI", "X86-64_EFI"), 16


def main() -> int:
    options = argparse.ArgumentParser(prog="scripts/serve-netboot", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--interface", metavar="LINK", help="the link to serve; without it, the one with the default route")
    options.add_argument("--range", metavar="FIRST,LAST", help="give out these addresses, too: only where no other DHCP server is")
    options.add_argument("--append", default="", metavar="WORDS", help="for kboot's own kernel command line")
    options.add_argument("--folder", type=Path, help="serve this one instead of a new out/standard/pxe")
    options.add_argument("--http-port", type=int, default=80, help="for UEFI HTTP boot (%(default)s)")
    arguments = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        link, address = served_network(arguments.interface)
        folder = arguments.folder or make_folder(arguments.append)
        return serve(link, address, folder.resolve(), arguments)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"scripts/serve-netboot: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("scripts/serve-netboot: ended")
        return 0


def make_folder(append: str) -> Path:
    subprocess.run([ROOT / "scripts/image", "pxe", "--append", append], check=True)
    return ROOT / "out/standard/pxe"


def served_network(link: str | None) -> tuple[str, ipaddress.IPv4Interface]:
    """The link and our address there."""
    if link is None:
        routes = _ip("route", "show", "default")
        if not routes:
            raise ValueError("there is no default route: say which link by --interface")
        link = routes[0]["dev"]
    for found in _ip("address", "show", "dev", link):
        for one in found.get("addr_info", []):
            if one["family"] == "inet":
                return link, ipaddress.IPv4Interface(f"{one['local']}/{one['prefixlen']}")
    raise ValueError(f"{link} has no IPv4 address: PXE needs one")


def _ip(*words: str) -> list:
    done = subprocess.run([_program("ip"), "-json", "-4", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr.strip() or f"ip {' '.join(words)} failed")
    return json.loads(done.stdout or "[]")


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if not found:
        raise ValueError(f"{name} is not here: run scripts/setup")
    return found


def serve(link: str, address: ipaddress.IPv4Interface, folder: Path, arguments) -> int:
    web = http.server.ThreadingHTTPServer((str(address.ip), arguments.http_port), functools.partial(_Handler, directory=str(folder)))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    dnsmasq = subprocess.Popen(_dnsmasq(link, address, folder, arguments))
    print(f"serving kboot on {link}, as {address.ip}; ^C ends it", flush=True)
    try:
        return dnsmasq.wait()
    finally:
        dnsmasq.terminate()
        dnsmasq.wait()
        web.shutdown()


def _dnsmasq(link: str, address: ipaddress.IPv4Interface, folder: Path, arguments) -> list:
    url = f"http://{address.ip}{'' if arguments.http_port == 80 else f':{arguments.http_port}'}"
    addresses = f"{arguments.range},{address.netmask}" if arguments.range else f"{address.network.network_address},proxy,{address.netmask}"
    command = [_program("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--log-facility=-", "--port=0",
               f"--interface={link}", "--bind-interfaces", "--leasefile-ro", f"--dhcp-range={addresses}",
               "--enable-tftp", f"--tftp-root={folder}", "--user=root", "--dhcp-no-override"]
    # iPXE says who it is; all else is told apart by architecture.
    command += ["--dhcp-userclass=set:ipxe,iPXE", f"--dhcp-match=set:efi-http,option:client-arch,{_EFI_HTTP}"]
    command += [f"--pxe-service=tag:!ipxe,{_BIOS},kboot,pxelinux.0", f"--pxe-service=tag:ipxe,{_BIOS},kboot,kboot.ipxe"]
    for architecture in _EFI:
        command += [f"--pxe-service=tag:!ipxe,{architecture},kboot,kboot.efi", f"--pxe-service=tag:ipxe,{architecture},kboot,kboot.ipxe"]
    # A UEFI machine that boots over HTTP wants a whole URL, and to be answered by the name that it gives itself.
    command += ["--dhcp-pxe-vendor=PXEClient,HTTPClient", f"--dhcp-boot=tag:efi-http,{url}/kboot.efi"]
    if arguments.range:
        command += ["--dhcp-option-force=tag:efi-http,60,HTTPClient"]
        command += ["--dhcp-boot=tag:ipxe,kboot.ipxe", "--dhcp-boot=tag:!ipxe,tag:!efi-http,pxelinux.0"]
    return command


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, form: str, *words):
        print(f"http: {self.address_string()} {form % words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
