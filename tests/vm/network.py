"""A network of a test's own: a namespace with a bridge, a tap for each of a guest's cards, and real servers.

The namespace lives as long as the process that holds it; nothing outside it is changed or reached. Any number of them,
with the same addresses, run beside each other.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from disk import write_tree

ADDRESS = "10.77.0.1"
ADDRESS_V6 = "fd77::1"
_BRIDGE = "br0"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# Files over HTTP, IPv4 and IPv6.
_WEB_SERVER = """\
import http.server, socket, sys
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
def handler(*arguments): return Quiet(*arguments, directory=sys.argv[1])
Server(("::", 80), handler).serve_forever()
"""


def program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if not found:
        raise FileNotFoundError(f"{name} is not here: run scripts/setup")
    return found


class Network:
    """`with` ends all that runs in it."""

    def __init__(self, taps: int = 1):
        self._scratch = tempfile.TemporaryDirectory(prefix="kboot-network-")
        self._servers: list[subprocess.Popen] = []
        self._holder = self._new_namespace()
        try:
            self._set_up(taps)
        except BaseException:
            self.__exit__()
            raise

    @staticmethod
    def _new_namespace() -> subprocess.Popen:
        """A process that holds it. It says a word once the namespace is there."""
        command = [program("unshare"), "--net", "sh", "-c", "echo made; exec sleep infinity"]
        holder = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert holder.stdout
        with holder.stdout as said:
            assert said.readline() == b"made\n", "no network namespace: run this test as root"
        return holder

    def _set_up(self, taps: int):
        self.ip("link set lo up")
        self.ip(f"link add {_BRIDGE} type bridge")
        self.ip(f"addr add {ADDRESS}/24 dev {_BRIDGE}")
        self.ip(f"addr add {ADDRESS_V6}/64 dev {_BRIDGE} nodad")
        self.ip(f"link set {_BRIDGE} up")
        for number in range(taps):
            self.ip(f"tuntap add tap{number} mode tap")
            self.ip(f"link set tap{number} master {_BRIDGE} up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in [*self._servers, self._holder]:
            process.kill()
            process.wait()
        self._scratch.cleanup()

    @property
    def prefix(self) -> list:
        """The words before a command that runs it in here."""
        return [program("nsenter"), f"--net=/proc/{self._holder.pid}/ns/net"]

    def ip(self, words: str):
        subprocess.run([*self.prefix, program("ip"), *words.split()], check=True)

    def start(self, command: list, prefix: Sequence = ()) -> subprocess.Popen:
        """A server, which has to stay in the foreground; with prefix, elsewhere than in here."""
        log = (Path(self._scratch.name) / f"log{len(self._servers)}").open("w")
        with log:
            server = subprocess.Popen([*(prefix or self.prefix), *command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self._servers.append(server)
        return server

    def stranger(self, address: str) -> list:
        """One more machine at the bridge, with this address; the words before a command that runs it there."""
        holder = self._new_namespace()
        self._servers.append(holder)
        self.ip(f"link add stranger type veth peer name eth0 netns {holder.pid}")
        self.ip(f"link set stranger master {_BRIDGE} up")
        prefix = [program("nsenter"), f"--net=/proc/{holder.pid}/ns/net"]
        for words in ("link set lo up", f"addr add {address}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*prefix, program("ip"), *words.split()], check=True)
        return prefix

    def udhcpd(self, router: str, seconds: int, prefix: Sequence = ()) -> subprocess.Popen:
        """DHCP with leases of so many seconds, in here or at a stranger's."""
        folder = self.folder()
        (folder / "leases").touch()
        (folder / "conf").write_text(
            f"start 10.77.0.70\nend 10.77.0.79\ninterface {'eth0' if prefix else _BRIDGE}\nlease_file {folder}/leases\npidfile {folder}/pid\n"
            f"option subnet 255.255.255.0\noption router {router}\noption dns {router}\noption lease {seconds}\nmin_lease 5\n")
        return self.start([program("udhcpd"), "-f", str(folder / "conf")], prefix)

    def dnsmasq(self, *options: str):
        """DHCP, router advertisements, DNS, TFTP, as the options say."""
        common = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-ping", "--pid-file="]
        number = len(self._servers)
        common += [f"--dhcp-leasefile={self._scratch.name}/leases{number}", f"--interface={_BRIDGE}", "--bind-interfaces"]
        self.start([program("dnsmasq"), *common, "--user=root", *options])

    def serve_time(self):
        """NTP, by this machine's clock, which is not touched."""
        folder = self.folder()
        (folder / "conf").write_text(f"local stratum 1\nallow all\ncmdport 0\npidfile {folder}/pid\n")
        self.start([program("chronyd"), "-n", "-x", "-u", "root", "-f", str(folder / "conf")])

    def serve_tftp(self, folder: Path):
        """atftpd, which has windows but, alone, no IPv6; it says in the logs what was agreed."""
        # Without --no-fork it would be a child that nobody ends.
        self.start([program("atftpd"), "--daemon", "--no-fork", "--user=root", "--group=root", "--verbose=7", "--logfile=-", str(folder)])
        self.await_udp_port(69)

    def serve_ftp(self, folder: Path, rate: int = 0) -> Path:
        """vsftpd, with so many bytes a second, if not 0; returns its log."""
        place = self.folder()
        (place / "empty").mkdir()
        (place / "conf").write_text(
            f"listen=NO\nlisten_ipv6=YES\nbackground=NO\nanonymous_enable=YES\nanon_root={folder}\nsecure_chroot_dir={place}/empty\n"
            f"anon_max_rate={rate}\nseccomp_sandbox=NO\nlog_ftp_protocol=YES\nxferlog_enable=YES\nvsftpd_log_file={place}/log\n")
        self.start([program("vsftpd"), str(place / "conf")])
        self.await_port(21)
        return place / "log"

    def serve(self, files: dict):
        """Files (as disk.Partition has them) on port 80."""
        folder = Path(self._scratch.name) / "files"
        write_tree(folder, files)
        self.start([sys.executable, "-IS", "-c", _WEB_SERVER, str(folder)])
        self.await_port(80)

    def await_port(self, port: int, deadline: float = 20):
        """Waits until something listens there."""
        probe = f"import socket; socket.create_connection(('{ADDRESS}', {port}), 1)"
        end = time.monotonic() + deadline
        while subprocess.run([*self.prefix, sys.executable, "-IS", "-c", probe], stderr=subprocess.DEVNULL).returncode:
            if time.monotonic() > end:
                raise RuntimeError(f"nothing listens at port {port} after {deadline:g} s")
            time.sleep(0.1)

    def await_udp_port(self, port: int, deadline: float = 20):
        """Waits until something is bound there."""
        end = time.monotonic() + deadline
        while not subprocess.run([*self.prefix, program("ss"), "-Hlun", f"sport = :{port}"], check=True, capture_output=True).stdout:
            if time.monotonic() > end:
                raise RuntimeError(f"nothing is bound to port {port} after {deadline:g} s")
            time.sleep(0.1)

    def lose(self, percent: int):
        """From here on so many of a hundred packets get lost, each way, between the bridge and the first tap."""
        rules = "".join(
            f"add chain netdev faults {way} {{ type filter hook {way} device tap0 priority 0; }}\n"
            f"add rule netdev faults {way} numgen random mod 100 < {percent} drop\n"
            for way in ("ingress", "egress")
        )
        subprocess.run([*self.prefix, program("nft"), "-f", "-"], input=f"add table netdev faults\n{rules}", text=True, check=True)

    def folder(self) -> Path:
        """A new folder, which goes with the network."""
        return Path(tempfile.mkdtemp(dir=self._scratch.name))

    def logs(self) -> str:
        return "".join(file.read_text(errors="replace") for file in sorted(Path(self._scratch.name).glob("log*")))

    def cards(self, *numbers: int) -> list:
        """QEMU's options for cards on these taps: link eth0 is net0 on the first."""
        options = []
        for place, number in enumerate(numbers or (0,)):
            options += ["-netdev", f"tap,id=net{place},ifname=tap{number},script=no,downscript=no"]
            options += ["-device", f"virtio-net-pci,netdev=net{place},mac=52:54:00:77:00:{number + 1:02x}"]
        return options
