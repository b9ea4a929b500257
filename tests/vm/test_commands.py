"""The commands that show what is there: on real disks, a real network and a real kernel's log."""

import json
import re
import socket

import target
from archive import cpio
from disk import make_disk
from installed import BOOT_UUID, RAW_PARTUUID, ROOT_UUID
from lab import ARGUMENTS, INSTALLED, Lab


def fits_the_screen(said: str):
    for line in said.splitlines():
        assert len(line) <= 80, f"longer than 80 columns: {line!r}"


def test_ls_and_cat(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        assert machine.run("ls /") == "boot/  etc/  lost+found/\n"
        assert "vmlinuz" in machine.run("ls vda1:").split()
        assert "etc/" in machine.run("ls //").split()
        long = machine.run("ls -l /boot")
        fits_the_screen(long)
        assert re.search(r"^1\.4 KiB +\d{4}-\d\d-\d\d \d\d:\d\d  file +notes\.txt$", long, re.MULTILINE), long
        assert re.search(r"  directory  folder/$", long, re.MULTILINE), long
        assert machine.run("cat /etc/hostname") == "demo\n"
        assert "not text" in machine.run("cat /boot/vmlinuz")
        machine.wait_for_lease()
        assert machine.run(f"cat {lab.server.url}/notes.txt").startswith("Not a kernel.\n")
        machine.run("stty columns 30")
        narrow = machine.run("ls /boot")
        assert all(len(line) <= 30 for line in narrow.splitlines()), narrow


def test_devices(lab: Lab):
    empty = make_disk(lab.scratch / "empty-disk", [])
    with lab.machine(scsi_disks=[empty], extra=["-drive", "if=ide,media=cdrom"]) as machine:
        machine.prompt()
        machine.run("ls / /boot")
        said = machine.run("devices")
        fits_the_screen(said)
        for row in (
            r"DEVICE +SIZE +TYPE +LABEL +MOUNTED",
            r"vda +\S+ MiB +disk",
            r"  vda1 +\S+ MiB +ext4 +demo-boot +/boot",
            rf"      UUID={BOOT_UUID}  PARTLABEL=boot",
            r"  vda2 +16 MiB +ext4 +demo-root +/",
            rf"      UUID={ROOT_UUID}  PARTLABEL=root",
            r"  vda3 +1 MiB",
            rf"      PARTUUID={RAW_PARTUUID}  PARTLABEL=nothing",
            r"sda +2 MiB +disk",
            r"sr0 +no medium",
        ):
            assert re.search(rf"^{row}$", said, re.MULTILINE), f"no line {row!r} in\n{said}"
        # What stands there begins a path.
        assert machine.run(f"ls UUID={ROOT_UUID}:/etc/hostname") == f"UUID={ROOT_UUID}:/etc/hostname\n"
        assert "fstab" in machine.run("ls PARTLABEL=root:/etc").split()
        said = machine.run("kboot --json -c devices 2>/dev/null")
        devices = {device["device"]: device for device in json.loads(said.replace("\n", ""))["devices"]}
        assert devices["vda3"]["size"] == 1024 * 1024 and devices["vda3"]["partuuid"] == RAW_PARTUUID, said
        assert devices["vda3"]["parents"] == "vda", said


def test_mounts(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.run("ls /boot")
        machine.run("ls vda2:")
        said = machine.run("mounts")
        fits_the_screen(said)
        assert re.search(r"^/dev/vda1 +ext4 +ro +/boot +\S+ +/run/kboot/mnt/vda1$", said, re.MULTILINE), said
        assert re.search(r"^/dev/vda2 +ext4 +ro +/ +\S+ +/run/kboot/mnt/vda2$", said, re.MULTILINE), said
        # Another console's kboot may have mounted the same; nothing else is there.
        assert {line.split()[0] for line in said.splitlines()} == {"SOURCE", "/dev/vda1", "/dev/vda2"}, said
        machine.run("mount_rw=true")
        machine.run("ls /boot")
        assert re.search(r"^/dev/vda1 +ext4 +rw +/boot ", machine.run("mounts"), re.MULTILINE)


def test_what_is_mounted_elsewhere_for_a_moment_is_waited_for(lab: Lab):
    """Linux mounts nothing writable that is mounted read-only, be it in another namespace, as for the discovery's looks."""
    elsewhere = "mount -o ro /dev/vda1 /tmp/elsewhere; touch /tmp/mounted; sleep 0.5"
    with lab.machine() as machine:
        machine.prompt()
        machine.wait_for_discovery()
        machine.run("mount_rw=true")
        machine.run(f"!mkdir /tmp/elsewhere; unshare -m sh -c '{elsewhere}' & until [ -e /tmp/mounted ]; do sleep 0.01; done")
        assert "vmlinuz" in machine.run("ls /boot")
        assert re.search(r"^/dev/vda1 +ext4 +rw +/boot ", machine.run("mounts"), re.MULTILINE)


def test_net(lab: Lab):
    second = ["-netdev", "user,id=net1", "-device", "virtio-net-pci,netdev=net1,id=nic1"]
    with lab.machine(extra=second) as machine:
        machine.qmp.execute("set_link", name="nic1", up=False)
        machine.prompt()
        machine.wait_for_lease()
        said = machine.run("net")
        fits_the_screen(said)
        assert re.search(r"^eth0 +[0-9a-f:]{17}  address 10\.0\.2\.15/24 from 10\.0\.2\.2$", said, re.MULTILINE), said
        assert re.search(r"^    router +10\.0\.2\.2$", said, re.MULTILINE), said
        assert re.search(r"^    dns +10\.0\.2\.3$", said, re.MULTILINE), said
        assert re.search(r"^eth1 +[0-9a-f:]{17}  no cable$", said, re.MULTILINE), said
        assert len(re.findall(r"^\S+ +[0-9a-f:]{17}  ", said, re.MULTILINE)) == 2, f"links without hardware:\n{said}"
        assert said.endswith("Names are looked up at 10.0.2.3.\n"), said


def test_log(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.run("ls /boot")
        said = machine.run("log")
        assert re.search(r"^ *\d+\.\d\d  mounted /dev/vda1 \(ext4, read-only\) at /run/kboot/mnt/vda1$", said, re.MULTILINE), said
        assert "Linux version" not in said, said
        assert re.search(r"^ *0\.00  Linux version ", machine.run("log -a"), re.MULTILINE)


def test_log_goes_to_a_server_and_to_the_next_system_without_secrets(lab: Lab):
    secrets = "default=http://user:geheim@10.0.2.2/x?token=geheim password=geheim rd.iscsi.password=geheim"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        server.settimeout(60)
        # The last of 512 MB but what the firmware has there.
        memory = {"mem_address": "0x1fe00000", "mem_size": "0x100000", "pmsg_size": "0x80000"}
        kept = " ".join(["memmap=1M$0x1fe00000", *(f"ramoops.{name}={value}" for name, value in memory.items())])
        options = " ".join(f"{name}={value}" for name, value in memory.items())
        overlay = cpio({"ramoops.img": target.ramoops_archive(lab.scratch, options)})
        append = f"{INSTALLED} handoff=true log.syslog=10.0.2.2:{port} {secrets} {kept}"
        with lab.machine(append, overlay=overlay) as machine:
            machine.prompt()
            machine.run("http://user:geheim@10.0.2.2:9/k?geheim")
            machine.run("echo 'kboot: done' >/dev/kmsg")
            lines = [server.recv(4096).decode()]
            while not lines[-1].endswith("kboot - - - done"):
                lines.append(server.recv(4096).decode())
            assert all(re.match(r"<\d+>1 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z kboot \S+ - - - ", line) for line in lines), lines
            assert " kernel - - - Linux version " in lines[0], lines[0]
            shown = machine.run("log -a")
            assert "http://…@10.0.2.2/x?… password=… rd.iscsi.password=…" in shown, shown
            assert "geheim" not in shown + "".join(lines), [line for line in lines if "geheim" in line]
            machine.type(
                f"/boot/vmlinuz initrd=/boot/initrd.img,//ramoops.img {ARGUMENTS} rd.iscsi.password=geheim memmap=1M$0x1fe00000"
            )
            report = machine.second_kernel()
            assert re.fullmatch(r"[1-9]\d+ lines, 0 secrets", report.log)
            assert re.fullmatch(r"[1-9]\d+ lines, 0 secrets, 1 boot", report.pmsg), report.pmsg
            server.settimeout(10)
            last = ""
            while "booting /boot/vmlinuz, command line: " not in last:
                last = server.recv(4096).decode()
            assert "rd.iscsi.password=… " in last, last
