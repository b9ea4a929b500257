"""The ssh server: it runs when the image holds an authorized_keys, and its sessions are kboot's."""

from archive import cpio
from fileserver import FileServer
from lab import INSTALLED, Lab
from ssh import key_pair


def test_authorized_keys_by_path(lab: Lab):
    """authorized_keys= names the file; ^D ends the session and boots nothing."""
    private, public = key_pair(lab)
    overlay = cpio({"keys": public, "root": None, "root/key": private.read_bytes()})
    with lab.machine(f"{INSTALLED} authorized_keys=//keys default=debian", overlay=overlay) as machine:
        machine.prompt()
        machine.run("until [ -s /etc/dropbear/dropbear_ed25519_host_key ]; do sleep 0.2; done; sleep 1")
        machine.type("dbclient -t -y -i /root/key root@localhost 2>/dev/null")
        machine.prompt(10)
        assert "SSH_CONNECTION" in machine.run("env"), "this is not the prompt of the ssh session"
        machine.send("\x04")
        machine.prompt(10)
        assert "SSH_CONNECTION" not in machine.run("env"), "^D does not end the session"


def test_authorized_keys_from_a_server(lab: Lab):
    """The prompt does not wait for the network; the ssh server starts when the keys have come."""
    private, public = key_pair(lab)
    with FileServer({"/keys": public}) as server:
        overlay = cpio({"root": None, "root/key": private.read_bytes()})
        with lab.machine(f"{INSTALLED} authorized_keys={server.url}/keys", overlay=overlay) as machine:
            machine.prompt()
            machine.run("until [ -s /etc/dropbear/dropbear_ed25519_host_key ]; do sleep 0.2; done; sleep 1")
            said = machine.run("dbclient -y -i /root/key root@localhost plan debian 2>/dev/null")
            assert "/boot/vmlinuz" in said, said


def test_ssh_session_is_kboot(lab: Lab):
    private, public = key_pair(lab)
    overlay = cpio({"root": None, "root/.ssh": None, "root/.ssh/authorized_keys": public, "root/key": private.read_bytes()})
    with lab.machine(INSTALLED, overlay=overlay) as machine:
        machine.prompt()
        machine.run("until [ -s /etc/dropbear/dropbear_ed25519_host_key ]; do sleep 0.2; done; sleep 1")
        said = machine.run("dbclient -y -i /root/key root@localhost plan debian 2>/dev/null")
        assert "/boot/vmlinuz" in said and "console=ttyS0" in said, said
        machine.type("dbclient -t -y -i /root/key root@localhost 2>/dev/null")
        machine.prompt(10)
        assert "SSH_CONNECTION" in machine.run("env"), "this is not the prompt of the ssh session"
