"""The ssh server, as clients see it: its sessions and lines are kboot's; and the clients at the prompt."""

import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from archive import cpio
from fileserver import FileServer
from installed import make_installed_disk
from lab import ARGUMENTS, INSTALLED, KBOOT_CONF, Lab
from machine import PROMPT, Machine
from openssh import OpenSsh
from ssh import key_pair

PASSWORD = "correct horse"


def _hash() -> str:
    command = ["openssl", "passwd", "-6", "-salt", "kboottest", PASSWORD]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def host_key(machine: Machine) -> str:
    """The ssh server's key, as a console shows it above its prompt."""
    shown = machine.expect(r"^ssh host key: (ssh-ed25519 SHA256:\S{43})$", 60).group(1)
    machine.prompt()
    return shown


def test_ssh_round_trip(lab: Lab):
    """Lines with their exit codes, a log out, a kernel in by each of the protocols, and the boot of it."""
    client = OpenSsh(lab)
    disk = lab.disk(KBOOT_CONF + "default=debian\n")
    files = {}
    for name in ("vmlinuz", "initrd.img"):
        files[name] = client.folder / name
        files[name].write_bytes(lab.boot_files[f"/{name}"])
    with lab.machine(disk=disk, overlay=client.overlay(), network_options=[client.network_option]) as machine:
        machine.prompt()
        shown = host_key(machine)
        client.await_server()
        assert client.fingerprint() == shown
        assert f"ssh server  {shown}" in client.ssh("status").stdout
        assert machine.run("cat //run/kboot/hostkey").strip() == shown

        planned = client.ssh("plan", "/boot/vmlinuz", "quiet")
        assert planned.returncode == 0 and "cmdline  root=/dev/vda2 quiet" in planned.stdout and not planned.stderr
        failed = client.ssh("plan /boot/nothing")
        assert (failed.returncode, failed.stdout) == (1, ""), failed
        assert failed.stderr == "/boot/nothing: no such file or directory\n"
        assert client.ssh("cd").returncode == 0
        assert client.ssh("help one two").returncode == 2
        assert client.ssh("!exit 7").returncode == 1
        assert client.ssh("pwd", user="root").stdout == "//\n"
        log = client.ssh("log")
        assert log.returncode == 0 and "/boot/nothing: no such file" in log.stdout and not log.stderr

        for copied in (
            client.scp(str(files["vmlinuz"]), str(files["initrd.img"]), "HOST:/tmp/"),
            client.scp("-O", str(files["initrd.img"]), "HOST:/tmp/old-way"),
            client.sftp(f"put {files['initrd.img']} /tmp/by-sftp\nget /proc/version {client.folder}/version\n"),
            client.scp("HOST:/tmp/by-sftp", f"{client.folder}/back"),
            client.scp("-O", "HOST:/tmp/old-way", f"{client.folder}/back-old-way"),
        ):
            assert copied.returncode == 0, copied
        assert (client.folder / "version").read_text().startswith("Linux version")
        for back in ("back", "back-old-way"):
            assert (client.folder / back).read_bytes() == lab.boot_files["/initrd.img"]

        # A second session, in which nothing happens, is not left to itself.
        with client.session() as (session, other):
            session.expect(PROMPT + r"\Z", 30)
            start = time.monotonic()
            booted = client.ssh(f"//tmp/vmlinuz initrd=//tmp/initrd.img {ARGUMENTS}", deadline=120)
            assert booted.returncode == 0 and booted.stdout == "", booted
            assert "booting //tmp/vmlinuz" in booted.stderr, booted
            print(f"the client came back after {time.monotonic() - start:.1f} s")
            assert other.wait(30) == 255
            assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def test_ssh_password_root_shell_and_a_systems_host_key(lab: Lab):
    client = OpenSsh(lab)
    system_key = client.new_key("ssh_host_ed25519_key")
    etc = {"ssh/ssh_host_ed25519_key": system_key.read_text(), "ssh/ssh_host_rsa_key": "not a key\n"}
    conf = f"{KBOOT_CONF}ssh.password='{_hash()}'\nssh.rootshell=true\nssh.hostkeys=/etc/ssh\n"
    disk = make_installed_disk(client.folder / "disk", lab.boot_files, conf, etc)
    with lab.machine(disk=disk, network_options=[client.network_option]) as machine:
        machine.prompt()
        shown = host_key(machine)
        client.await_server(password=PASSWORD)
        assert client.fingerprint() == shown
        printed = subprocess.run(["ssh-keygen", "-l", "-f", system_key], check=True, capture_output=True, text=True)
        assert printed.stdout.split()[1] == shown.split()[1]
        assert machine.run("!ls //run/kboot/ssh //etc/dropbear").split() == [
            "//etc/dropbear:",
            "dropbear_ed25519_host_key",
            "//run/kboot/ssh:",
            "configured",
            "pid",
        ]
        assert "-rw-------" in machine.run("!ls -l //etc/shadow")

        refused = client.ssh("pwd", password="wrong horse")
        assert refused.returncode == 255 and "Permission denied" in refused.stderr, refused
        assert client.ssh("pwd").returncode == 255, "a key that nobody has allowed"
        assert client.ssh("pwd", password=PASSWORD).stdout == "//\n"
        shell = client.ssh("echo $((6 * 7)); exit 7", user="root", password=PASSWORD)
        assert (shell.returncode, shell.stdout) == (7, "42\n"), shell
        assert client.ssh("kboot -c pwd", user="root", password=PASSWORD).stdout == "//\n"
        said = machine.run("set ssh.password") + machine.run("log -a")
        assert "ssh.password" in said and "(not shown)" in said and _hash()[-20:] not in said

        # What is typed counts at once.
        assert "too late" in machine.run("ssh.hostkeys=/etc/other")
        machine.run(f"!echo '{client.public_key.decode().strip()}' >/tmp/keys")
        machine.run("authorized_keys=//tmp/keys")
        assert client.ssh("pwd").stdout == "//\n"
        machine.run("ssh.password=")
        client.await_server()
        refused = client.ssh("pwd", password=PASSWORD)
        assert refused.returncode == 255 and "Permission denied" in refused.stderr, refused
        assert client.fingerprint() == shown


def test_ssh_restricted(lab: Lab):
    """Neither scp nor sftp nor a shell; a label boots, and the client of a session with a terminal ends well."""
    client = OpenSsh(lab)
    conf = KBOOT_CONF + "restricted=true\nssh.rootshell=true\n"
    file = client.folder / "file"
    file.write_text("evil")
    options = [client.network_option]
    with lab.machine(disk=lab.disk(conf), overlay=client.overlay(), network_options=options) as machine:
        machine.prompt()
        client.await_server()
        assert client.scp(str(file), "HOST:/run/evil").returncode != 0
        assert client.scp("-O", str(file), "HOST:/run/evil").returncode != 0
        assert client.sftp(f"put {file} /run/evil\n").returncode != 0
        for user in ("root", "kboot"):
            refused = client.ssh("echo $((6 * 7))", user=user)
            assert refused.returncode == 1 and refused.stderr.startswith("restricted: "), refused
            refused = client.ssh("debian single", user=user)
            assert refused.returncode == 1 and refused.stderr.startswith("restricted: "), refused
        # No port is forwarded, and no other program takes the place of kboot.
        assert client.ssh("-N", "-o", "ExitOnForwardFailure=yes", "-R", "2200:127.0.0.1:22").returncode != 0
        with client.session(user="root") as (session, process):
            session.expect(PROMPT + r"\Z", 30)
            session.send("debian\r")
            session.expect("^booting /boot/vmlinuz")
            assert process.wait(60) == 0
            assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def test_ssh_hold_ends_with_a_pulled_cable(lab: Lab):
    """A copy holds autoboot, too; a client that is gone without a word holds it for 40 seconds."""
    client = OpenSsh(lab)
    disk = lab.disk(KBOOT_CONF + "default=debian\ntimeout=60\n")
    with lab.machine(disk=disk, overlay=client.overlay(), network_options=[client.network_option]) as machine:
        machine.prompt()
        client.await_server()
        with ExitStack() as copying:
            running = client.ssh_in_background("!sleep 1000")
            copying.callback(running.kill)
            machine.expect(r"^autoboot waits for an ssh session from 10\.0\.2\.2$")
        machine.expect(r"^nobody holds autoboot any more$")
        with client.session() as (session, _):
            session.expect(PROMPT + r"\Z", 30)
            machine.expect(r"^autoboot waits for an ssh session from 10\.0\.2\.2$")
            machine.set_link(False)
            machine.expect(r"^nobody holds autoboot any more$", 90)


def test_ssh_floods(lab: Lab):
    """A thousand wrong keys, and a hundred connections that say nothing or garbage: the prompt goes on, and so does ssh."""
    client = OpenSsh(lab)
    keys = [client.new_key(f"wrong{number}") for number in range(50)]
    offered = [word for key in keys for word in ("-i", str(key))]

    def offer(_) -> int:
        command = ["ssh", *offered, *client.options()[4:], "-F", "/dev/null", "-p", str(client.port), "kboot@127.0.0.1", "pwd"]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False).returncode

    with lab.machine(overlay=client.overlay(), network_options=[client.network_option]) as machine:
        machine.prompt()
        host_key(machine)
        client.await_server()
        with ExitStack() as connections:
            for number in range(100):
                one = connections.enter_context(socket.create_connection(("127.0.0.1", client.port), 10))
                if number % 2:
                    one.sendall(b"SSH-2.0-x\r\n" + bytes(range(256)) * 8)
            assert machine.run("echo still here", 60).strip() == "still here"
            assert int(machine.run("!ps | grep -c '[d]ropbear'", 60)) < 12
        with ThreadPoolExecutor(4) as pool:
            tries = pool.map(offer, range(20))
            time.sleep(1)
            assert machine.run("echo still here", 60).strip() == "still here"
            assert set(tries) == {255}
        assert client.ssh("pwd").stdout == "//\n"
        assert machine.run("echo still here").strip() == "still here"


def test_ssh_out(lab: Lab):
    """`ssh` asks for the key of a host that it does not know, once; `scp` takes paths of kboot's. ^D ends the session and boots nothing."""
    private, public = key_pair(lab)
    overlay = cpio({"keys": public, "root": None, "root/key": private.read_bytes()})
    with lab.machine(f"{INSTALLED} authorized_keys=//keys default=debian", overlay=overlay) as machine:
        machine.prompt()
        shown = host_key(machine)
        machine.type("ssh -i /root/key kboot@localhost")
        machine.expect(shown.split()[1].replace("+", r"\+"))
        machine.expect(r"Do you want to continue connecting\? \(y/n\) ")
        machine.send("y\r")
        machine.prompt(30)
        assert "SSH_CONNECTION" in machine.run("env"), "this is not the prompt of the ssh session"
        machine.send("\x04")
        machine.prompt(10)
        assert "SSH_CONNECTION" not in machine.run("env"), "^D does not end the session"
        assert machine.run("!wc -l </root/.ssh/known_hosts").strip() == "1"
        machine.run("scp -i //root/key /etc/fstab kboot@localhost:/tmp/there")
        assert machine.run("!cmp /tmp/there /run/kboot/mnt/*/etc/fstab && echo same").strip() == "same"
        machine.run("scp -i //root/key kboot@localhost:/tmp/there //tmp/back")
        assert machine.run("!cmp /tmp/there /tmp/back && echo same").strip() == "same"


def test_authorized_keys_from_a_server(lab: Lab):
    """The prompt does not wait for the network; the ssh server starts when the keys have come, if the server is late, too."""
    private, public = key_pair(lab)
    files: dict[str, bytes] = {}
    with FileServer(files) as server:
        overlay = cpio({"root": None, "root/key": private.read_bytes()})
        with lab.machine(f"{INSTALLED} authorized_keys={server.url}/keys", overlay=overlay) as machine:
            machine.prompt()
            machine.run("until dmesg | grep -q 'authorized_keys=.*404'; do sleep 0.2; done", 60)
            files["/keys"] = public
            machine.run("until [ -s /run/kboot/hostkey ]; do sleep 0.2; done; sleep 1", 60)
            said = machine.run("dbclient -y -i /root/key root@localhost plan debian 2>/dev/null")
            assert "/boot/vmlinuz" in said, said
