"""NFS servers for guests: nfs-ganesha, in a network of the test's own, or version 4 on a port of the loopback.

For the loopback's the guest has to find it at port 2049, the only one a path can mean. QEMU's user network gives it an address there:
what connects to it is handed to a relay, which connects to the real port. So any number of these servers run on one
machine, and none needs a privileged port.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from disk import write_tree
from network import ADDRESS, ADDRESS_V6, Network

ADDRESS_SEEN_BY_GUEST = "10.0.2.9"
EXPORT = "/export"

_CONFIGURATION = """\
NFS_CORE_PARAM {{
    NFS_Protocols = {protocols};
    NFS_Port = {port};
    Bind_addr = {address};
    mount_path_pseudo = true;
    Enable_NLM = false;
    Enable_RQUOTA = false;
    Enable_UDP = false;
}}
NFSv4 {{
    Graceless = true;
    Only_Numeric_Owners = true;
    RecoveryRoot = "{scratch}/recovery";
}}
NFS_KRB5 {{
    Active_krb5 = false;
}}
EXPORT {{
    Export_Id = 1;
    Path = "{scratch}/files";
    Pseudo = "{export}";
    Protocols = {protocols};
    Transports = TCP;
    Access_Type = RO;
    Squash = No_Root_Squash;
    SecType = sys, none;
    PrivilegedPort = false;
    FSAL {{ Name = VFS; }}
}}
"""

# Connects its standard input and output to a port on the loopback.
_RELAY = """\
import os, socket, sys, threading
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def outward():
    while chunk := os.read(0, 65536):
        line.sendall(chunk)
    line.shutdown(socket.SHUT_WR)
threading.Thread(target=outward, daemon=True).start()
while chunk := line.recv(65536):
    while chunk:
        chunk = chunk[os.write(1, chunk):]
"""


def _configuration(scratch: Path, protocols, port: int, address: str) -> str:
    return _CONFIGURATION.format(scratch=scratch, export=EXPORT, protocols=protocols, port=port, address=address)


def serve_nfs(network: Network, files: dict, protocol: int, deadline: float = 30):
    """Exports files (as disk.Partition has them) by one version of the protocol at the network's addresses.

    Version 3 needs a port mapper, which keeps to a /run of its own. All lives as long as the network.
    """
    scratch = network.folder()
    write_tree(scratch / "files", files)
    (scratch / "recovery").mkdir()
    (scratch / "conf").write_text(_configuration(scratch, protocol, 2049, "::"))
    start = f"mount -t tmpfs tmpfs /run && rpcbind && exec ganesha.nfsd -F -f {scratch}/conf -L {scratch}/log -p {scratch}/pid"
    network.start(["unshare", "--mount", "env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", start])
    network.await_port(2049, deadline)
    # It listens before it has told the port mapper, which a client of version 3 asks.
    end = time.monotonic() + deadline
    for transport, address in (("tcp", ADDRESS), ("tcp6", ADDRESS_V6)) if protocol == 3 else ():
        command = [*network.prefix, "/usr/sbin/rpcinfo", "-T", transport, address, "mountd", "3"]
        while subprocess.run(command, capture_output=True).returncode:
            assert time.monotonic() < end, f"mountd is not registered after {deadline:g} s"
            time.sleep(0.1)


class NfsServer:
    """Exports files (as disk.Partition has them), read-only."""

    def __init__(self, files: dict, deadline: float = 30):
        program = shutil.which("ganesha.nfsd", path="/usr/bin:/usr/sbin:/bin:/sbin")
        if not program:
            raise FileNotFoundError("ganesha.nfsd is not here: run scripts/setup")
        if os.geteuid() != 0:
            raise PermissionError("the NFS server opens files by their handles: run this test as root")
        self._scratch = tempfile.TemporaryDirectory(prefix="kboot-nfs-")
        scratch = Path(self._scratch.name)
        write_tree(scratch / "files", files)
        (scratch / "recovery").mkdir()
        (scratch / "relay.py").write_text(_RELAY)
        self._port = _free_port()
        (scratch / "conf").write_text(_configuration(scratch, 4, self._port, "127.0.0.1"))
        command: list[str | Path] = [program, "-F", "-f", scratch / "conf", "-L", scratch / "log", "-p", scratch / "pid"]
        self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            self._await(deadline)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.kill()
        self._server.wait()
        self._scratch.cleanup()

    @property
    def network_option(self) -> str:
        """For QEMU's -nic user: shows the server to the guest at ADDRESS_SEEN_BY_GUEST."""
        relay = f"{sys.executable} -IS {self._scratch.name}/relay.py {self._port}"
        return f"guestfwd=tcp:{ADDRESS_SEEN_BY_GUEST}:2049-cmd:{relay}"

    def log(self) -> str:
        return (Path(self._scratch.name) / "log").read_text(errors="replace")

    def _await(self, deadline: float):
        end = time.monotonic() + deadline
        while True:
            if self._server.poll() is not None:
                raise RuntimeError(f"ganesha.nfsd ended with status {self._server.returncode}:\n{self.log()}")
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise RuntimeError(f"ganesha.nfsd does not listen after {deadline:g} s:\n{self.log()}") from None
                time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
