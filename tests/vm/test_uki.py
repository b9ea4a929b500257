"""Unified Kernel Images: by an entry, by a path and from a server."""

from disk import Partition, make_disk
from found import image
from lab import ARGUMENTS, SERIAL, Lab
from network import ADDRESS, Network
from uki_file import make_addon, make_uki
from webserver import serve_web

_UUID = "3c1d5b64-8f0a-4d0e-9d7b-0f6a2e1c5d01"
_MIB = 1024 * 1024


def _image(lab: Lab) -> bytes:
    return make_uki({
        ".osrel": b'ID=test\nPRETTY_NAME="Test image 1"\n',
        ".cmdline": f"{ARGUMENTS} from=uki\n".encode(),
        ".linux": lab.boot_files["/vmlinuz"],
        ".initrd": lab.boot_files["/initrd.img"],
    })


def _machine(lab: Lab, network: Network, words: str, **options):
    return lab.machine(f"{SERIAL} net.eth0=10.77.0.20/24 {words}", network=False, extra=network.cards(), prefix=network.prefix, **options)


def test_uki_is_found_planned_and_booted_with_its_addon(lab: Lab):
    program = _image(lab)
    addon = {"/EFI/Linux/test.efi.extra.d": None, "/EFI/Linux/test.efi.extra.d/more.addon.efi": make_addon("more=1")}
    files = {"/EFI": None, "/EFI/Linux": None, "/EFI/Linux/test.efi": program, **addon}
    disk = make_disk(image(lab, "uki"), [Partition(32 + 2 * len(program) // _MIB, "esp", _UUID, files, uuid=_UUID)])
    with lab.machine(SERIAL, disk=disk) as machine:
        machine.prompt()
        machine.run("until grep -q 'vda1#test' //run/kboot/entries; do sleep 0.2; done", 60)
        listed = machine.run("entries")
        assert "#test" in listed and "Test image 1" in listed, listed
        plan = machine.run("plan vda1:/EFI/Linux/test.efi typed=1")
        assert ".initrd" in plan and ".linux" in plan, plan
        assert "from=uki more=1 typed=1" in plan, plan
        machine.type("vda1#test typed=1")
        assert machine.second_kernel().cmdline == f"{ARGUMENTS} from=uki more=1 typed=1"


def test_uki_on_a_server_is_booted(lab: Lab):
    with Network() as network:
        serve_web(network, {"/test.efi": _image(lab)})
        with _machine(lab, network, "", memory=1024) as machine:
            machine.prompt()
            machine.type(f"http://{ADDRESS}/test.efi typed=1")
            assert machine.second_kernel().cmdline == f"{ARGUMENTS} from=uki typed=1"
