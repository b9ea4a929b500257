"""The machines the language table runs on: all cases of one run in it, each in a kboot of its own."""

import json
import re
import shlex
import shutil
import struct
import subprocess
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive import cpio
from disk import Link, Partition, Program, make_disk, make_mbr_disk
from fileserver import HOST_SEEN_BY_GUEST, FileServer
from ftpserver import FtpServer
from lab import ARGUMENTS, Lab, digest
from language.case import Case
from machine import Machine
from nfsserver import ADDRESS_SEEN_BY_GUEST, NfsServer

# The smallest thing that probes as a bootable image: a multiboot header. Nothing here is started.
IMAGE = struct.pack("<III", 0x1BADB002, 0, -0x1BADB002 & 0xFFFFFFFF) + bytes(52)
ARCHIVE = cpio({"x": b""})

_BOOT_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1b01"
_ROOT_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1b02"
_DATA_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1b06"
_OTHER_UUID = "8d3c7141-2d2e-4f74-9c75-2d4151812b01"
_PLAIN_UUID = "8d3c7141-2d2e-4f74-9c75-2d4151812b02"

FSTAB = f"""\
# <file system>      <mount point>    <type>  <options>           <dump> <pass>
/dev/sda2            /                ext4    errors=remount-ro   0      1
UUID={_BOOT_UUID} /boot ext4 defaults 0 2
LABEL=lab-data       /srv/data        ext4    noatime             0      2
/dev/vda1            /srv/data/other  ext4    defaults            0      2
PARTUUID=5eed0001-06 /srv/partuuid    ext4    defaults            0      2
PARTLABEL=other      /srv/partlabel   ext4    defaults            0      2
/dev/mapper/name     /srv/mapper      ext4    defaults            0      2
server:/export       /srv/nfs         nfs     ro                  0      0
/dev/sda5            none             swap    sw                  0      0
/swapfile            swap             swap    defaults            0      0
/srv/data/d          none             none    bind                0      0
this-is-no-line
/dev/vda1            /srv/name        ext4    defaults            0      2
LABEL="lab-other"    /srv/quoted      ext4    defaults            0      2
/dev/vda1            /srv/with\\040blank ext4 defaults            0      2
LABEL=nowhere        /srv/missing     ext4    defaults            0      2
/dev/vda3            /srv/volume      btrfs   subvol=/volume      0      0
tmpfs                /tmp             tmpfs   defaults            0      0
"""
BROKEN_LINE = 13

_KBOOT_CONF = """\
# The booted system's.
rank2='/boot/k from=booted'
rank3='/boot/k from=booted'
rank4='/boot/k from=booted'
"""
_BUILT_IN_CONF = """\
rank1='/boot/k from=built-in'
rank2='/boot/k from=built-in'
rank3='/boot/k from=built-in'
rank4='/boot/k from=built-in'
"""
# Without fstab /boot is a folder of the root, where there is no k.
_LOCAL_CONF = _BUILT_IN_CONF.replace("/boot/k", "/sub/k")
_COMMAND_LINE = f'{ARGUMENTS} initrd=//kboot.img rank3="/boot/k from=cmdline" rank4="/boot/k from=cmdline"'

_NFS_FILES = {"/kernels/k": IMAGE, "/initrd": ARCHIVE, "/notes": "On the server.\n"}

# What stands for stacked devices, and a device whose name is as a host's: links, for kboot takes any node.
_PREPARE = """\
mkdir -p /dev/vg /dev/mapper /dev/disk/by-path
for name in vg/lv mapper/name md7 disk/by-path/pci-0:1 server2; do ln -s /dev/sda6 /dev/$name; done
stty -F /dev/ttyS1 raw -echo
"""

# mkfs.btrfs makes no sub-volumes. For a moment the discovery has the file system mounted, read-only.
_MAKE_SUB_VOLUME = """\
mkdir /tmp/volumes
until mount -t btrfs /dev/vda3 /tmp/volumes && /lang/subvolume /tmp/volumes volume; do umount /tmp/volumes; usleep 50000; done
cp /lang/k /tmp/volumes/volume/k
umount /tmp/volumes
"""
_SUB_VOLUME_PROGRAM = r"""
#include <fcntl.h>
#include <linux/btrfs.h>
#include <string.h>
#include <sys/ioctl.h>
int main(int argc, char** argv) {
  struct btrfs_ioctl_vol_args volume = {0};
  strncpy(volume.name, argv[2], BTRFS_PATH_NAME_MAX);
  return argc != 3 || ioctl(open(argv[1], O_RDONLY), BTRFS_IOC_SUBVOL_CREATE, &volume) != 0;
}
"""


@dataclass
class Guest:
    """How a machine is set up."""

    append: str
    conf: str = _BUILT_IN_CONF
    nfs: bool = False
    written: bool = False  # its cases write to the disks


GUESTS = {
    "main": Guest(f"{_COMMAND_LINE} root=/dev/sda2"),
    "nfs": Guest(f"{_COMMAND_LINE} root=/dev/sda2", nfs=True),
    "scratch": Guest(f"{_COMMAND_LINE} root=/dev/sda2", written=True),
    "local": Guest(f"{_COMMAND_LINE} kboot=local", _LOCAL_CONF),
}


@dataclass
class Answer:
    """What came of a case."""

    status: int
    out: str
    err: str
    typed: str = ""  # the same words at the serial prompt

    def objects(self) -> list:
        return [json.loads(line) for line in self.out.splitlines()]


class Run:
    """One run of a guest through all of its cases."""

    def __init__(self, lab: Lab, guest: Guest, cases: list):
        with ExitStack() as stack:
            web = stack.enter_context(FileServer(_web_files(lab)))
            ftp = stack.enter_context(FtpServer({"/k": IMAGE}))
            tftp = stack.enter_context(tempfile.TemporaryDirectory(dir=lab.scratch))
            (Path(tftp) / "k").write_bytes(IMAGE)
            options = [f"tftp={tftp}"]
            if guest.nfs:
                options.append(stack.enter_context(NfsServer(_NFS_FILES)).network_option)
            self._servers = {
                "WEB": web.url.removeprefix("http://"),
                "FTP": ftp.url.removeprefix("ftp://"),
                "TFTP": HOST_SEEN_BY_GUEST,
            }
            disks = [_own_copy(lab, make) for make in (_mbr_disk, _gpt_disk)]
            before = [digest(disk) for disk in disks]
            overlay = self._overlay(lab, guest, cases)
            machine = stack.enter_context(
                lab.machine(
                    guest.append,
                    scsi_disks=[disks[0]],
                    disk=disks[1],
                    overlay=overlay,
                    serials=2,
                    network_options=options,
                )
            )
            self.answers = self._ask(machine, cases)
            self.fetched = web.sent("/vmlinuz") + web.sent("/initrd.img")
            self.disks_changed = [digest(disk) for disk in disks] != before

    def fill(self, text: str) -> str:
        """text with the servers' addresses in place of their names."""
        for name, address in self._servers.items():
            for before in ("://", "@"):
                text = text.replace(f"{before}{name}/", f"{before}{address}/")
        return text

    def _overlay(self, lab: Lab, guest: Guest, cases: list) -> bytes:
        files = {"etc": None, "etc/kboot.conf": guest.conf.encode(), "lang": None, "lang/k": IMAGE}
        script = [_PREPARE]
        if guest.written:
            files["lang/subvolume"] = _static_program(lab.scratch / "subvolume", _SUB_VOLUME_PROGRAM)
            script.append(_MAKE_SUB_VOLUME)
        script.append("export kboot='kboot -n --json'\n")
        for number, case in enumerate(cases):
            folder = f"lang/{number}"
            files[folder] = None
            if case.conf:
                files[f"{folder}/kboot.conf"] = self.fill(case.conf).encode()
            if case.fstab:
                files[f"{folder}/fstab"] = f"{case.fstab}\n".encode()
            script.append(self._invocation(case, number, folder))
        script.append("echo '@@ all' >/dev/ttyS1\n")
        files["lang/run"] = "".join(script).encode()
        return cpio(files)

    def _invocation(self, case: Case, number: int, folder: str) -> str:
        words = ["sh", "-c", case.sh]
        if not case.sh:
            words = ["kboot", "--json", *([] if case.real else ["-n"]), *case.options]
            if case.conf:
                words += ["--config", f"/{folder}/kboot.conf"]
            if case.fstab:
                words += ["--fstab", f"/{folder}/fstab"]
            for line in case.lines:
                words += ["-c", line]
        command = shlex.join(self.fill(word) for word in words)
        return (
            f"{command} </dev/null >/tmp/out 2>/tmp/err; status=$?\n"
            f"{{ echo '@@ {number}' $status; cat /tmp/out; echo; echo '@@ err'; cat /tmp/err; echo; }} >/dev/ttyS1\n"
        )

    def _ask(self, machine: Machine, cases: list) -> list:
        machine.prompt()
        machine.wait_for_lease()
        machine.run("sh //lang/run", 900)
        told = machine.serial[1].expect(r"([\s\S]*)^@@ all$", 60).group(1)
        answers: list[Answer] = []
        for part in re.split(r"^@@ ", told, flags=re.MULTILINE)[1:]:
            head, _, rest = part.partition("\n")
            text = rest.removesuffix("\n")  # the one that makes the next mark begin a line
            if head == "err":
                answers[-1].err = text
            else:
                number, status = (int(word) for word in head.split())
                assert number == len(answers), f"the answer to case {number} came as number {len(answers)}"
                answers.append(Answer(status, text, ""))
        assert len(answers) == len(cases), f"{len(answers)} answers to {len(cases)} cases"
        for case, answer in zip(cases, answers):
            if case.typed:
                answer.typed = self._type(machine, case, answer)
        return answers

    def _type(self, machine: Machine, case: Case, answer: Answer) -> str:
        """The lines at the serial prompt of a session of their own; a line that would boot is planned."""
        machine.run("kboot")
        for line in case.lines[:-1]:
            machine.run(self.fill(line))
        line = self.fill(case.lines[-1])
        said = machine.run(f"plan {line}" if "kernel" in answer.objects()[-1] else line)
        machine.send("\x04")
        machine.prompt()
        return said


@contextmanager
def system(lab: Lab, files: dict | None = None, nfs: bool = False):
    """A machine with the table's disks, and these files in kboot's root, for a test of its own."""
    with ExitStack() as stack:
        options = [stack.enter_context(NfsServer(_NFS_FILES)).network_option] if nfs else []
        overlay = {"etc": None, "lang": None, "lang/k": IMAGE, **(files or {})}
        disks = [_own_copy(lab, make) for make in (_mbr_disk, _gpt_disk)]
        append = f"{ARGUMENTS} root=/dev/sda2"
        machine = lab.machine(
            append, scsi_disks=[disks[0]], disk=disks[1], overlay=cpio(overlay), network_options=options
        )
        yield stack.enter_context(machine)


class Runs:
    """The runs of all guests, each made when a case of it is first asked for."""

    def __init__(self, lab: Lab, cases: list):
        self._lab = lab
        self._cases = cases
        self._locks = {name: threading.Lock() for name in GUESTS}
        self._runs: dict[str, Run | Exception] = {}

    def of(self, name: str) -> Run:
        with self._locks[name]:
            if name not in self._runs:
                cases = [case for case in self._cases if case.guest == name]
                try:
                    self._runs[name] = Run(self._lab, GUESTS[name], cases)
                except Exception as error:
                    self._runs[name] = error
            run = self._runs[name]
            if isinstance(run, Exception):
                raise AssertionError(f"the guest {name} of the language table did not work") from run
            return run

    def answer(self, case: Case) -> Answer:
        cases = [one for one in self._cases if one.guest == case.guest]
        return self.of(case.guest).answers[cases.index(case)]


def _web_files(lab: Lab) -> dict:
    return {
        "/k": IMAGE,
        "/with blank": IMAGE,
        "/private/k": IMAGE,
        "/notes.txt": b"Not a kernel.\n",
        "/vmlinuz": lab.boot_files["/vmlinuz"],
        "/initrd.img": lab.boot_files["/initrd.img"],
    }


def _own_copy(lab: Lab, make) -> Path:
    """A copy of a disk that is made once for each lab."""
    with lab.lock:
        master = lab.scratch / make.__name__
        if not master.exists():
            make(lab, master)
    copy = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    shutil.copy(master, copy)
    return copy


def _mbr_disk(lab: Lab, image: Path):
    """sda: /boot, the root, a partition with nothing, and data on a logical partition."""
    kernel = lab.boot_files["/vmlinuz"]
    boot = {
        "/vmlinuz": kernel,
        "/initrd.img": ARCHIVE,
        "/extra.img": ARCHIVE,
        "/k": IMAGE,
        "/broken": Program(kernel[: len(kernel) // 2]),
        "/notes.txt": "Not a kernel.\n",
        "/hello": Program(b"#!/bin/sh\necho hello $1 from the disk\n"),
        "/empty": b"",
        "/folder": None,
        "/absolute": Link("/sub/k"),
        "/loader/entries/debian+2-1.conf": "title Debian\nlinux /k\ninitrd /initrd.img\noptions root=/dev/sda2 ro\n",
    }
    root = {
        "/boot": None,
        "/etc/fstab": FSTAB,
        "/etc/kboot.conf": _KBOOT_CONF,
        "/etc/hosts": f"{ADDRESS_SEEN_BY_GUEST} server\n{ADDRESS_SEEN_BY_GUEST} sda6\n",
        "/srv/pwd": IMAGE,
        "/srv/link": Link("data/d"),
        "/sub/k": IMAGE,
        "/vmlinuz": Link("boot/k"),
    }
    data = {
        "/d/k": IMAGE,
        "/d/notes": "On sda6.\n",
        "/initrd": ARCHIVE,
        "/kernels/vmlinuz": Link("../d/k"),
        "/boot/kboot.conf": "default=one\none='/d/k from=sda6'\nroot=/dev/elsewhere\ninitrd=/initrd\n",
    }
    make_mbr_disk(
        image,
        0x5EED0001,
        [
            Partition(16 + 2 * len(kernel) // (1024 * 1024), files=boot, uuid=_BOOT_UUID, label="lab-boot"),
            Partition(8, files=root, uuid=_ROOT_UUID, label="lab-root"),
        ],
        [
            Partition(1, raw=b"not a file system\n" * 1000),
            Partition(8, files=data, uuid=_DATA_UUID, label="lab-data"),
        ],
    )


def _gpt_disk(lab: Lab, image: Path):
    """vda: another system, a file system without a configuration, and an empty btrfs."""
    other = {"/etc/kboot.conf": "default='/k from=vda1'\n", "/k": IMAGE}
    volume = lab.scratch / "volume"
    with volume.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    make: list[str | Path] = ["mkfs.btrfs", "--quiet", "--mixed", "--label", "lab-volume", volume]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, env={"PATH": "/sbin:/usr/sbin:/bin:/usr/bin"})
    partuuid = "9e4d8252-3e3f-4085-ad86-3e52629f3c0"
    make_disk(
        image,
        [
            Partition(8, "other", f"{partuuid}1", other, _OTHER_UUID, "lab-other"),
            Partition(8, "plain", f"{partuuid}2", {"/k": IMAGE}, _PLAIN_UUID, "lab-plain"),
            Partition(64, "volume", f"{partuuid}3", raw=volume.read_bytes()),
        ],
    )


def _static_program(program: Path, source: str) -> bytes:
    subprocess.run(["gcc", "-static", "-x", "c", "-", "-o", program], input=source, text=True, check=True)
    return program.read_bytes()
