"""Choices that do not work are passed over, whatever fails in between."""

import random
import re
import subprocess
import tempfile
import time
from pathlib import Path

import target
from archive import cpio
from disk import MIB, Partition, make_disk, write_tree
from firmware import uefi
from installed import BOOT_UUID, make_installed_disk
from lab import ARGUMENTS, KBOOT_CONF, Lab
from powercut import Cuts, boot_state, logged_disk, read_log

_WATCHDOG = ["-device", "i6300esb", "-action", "watchdog=reset"]
_PATH = "/sbin:/usr/sbin:/bin:/usr/bin"


def _initrd(script: str) -> bytes:
    """One whose init is a script, with BusyBox's commands."""
    init = "#!/bin/busybox sh\nexport PATH=/bin\nmount -t proc proc /proc\nmount -t devtmpfs devtmpfs /dev\n" + script
    commands = "mount umount touch reboot sleep tr".split()
    files = {name: None for name in ("bin", "dev", "proc", "sys", "mnt")} | {f"bin/{name}": "busybox" for name in commands}
    busybox = (target.component("busybox") / "bin/busybox").read_bytes()
    return cpio({**files, "bin/busybox": busybox, "init": init.encode()})


def _disk(lab: Lab, conf: str, **files) -> Path:
    """The installed system with more files in /boot, and the folder for the state."""
    more = {f"/{name}" if "." in name else f"/{name}.img": content for name, content in files.items()}
    more |= {"/kboot": None, "/own": (lab.root / "out/standard/bzImage").read_bytes()}
    image = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    return make_installed_disk(image, lab.boot_files | more, KBOOT_CONF + conf)


def test_hung_kernel_is_reset_and_the_next_booted(lab: Lab):
    """The second kernel dies without a word of its own; that it is reset at all is the watchdog's doing."""
    conf = (
        f'hung="/boot/vmlinuz initrd=/boot/hung.img {ARGUMENTS}"\ndefault="hung | debian"\n'
        "timeout=4\ntries=1\ntries.store=/boot/kboot\nwatchdog=30\n"
    )
    disk = _disk(lab, conf, hung=_initrd("echo c >/proc/sysrq-trigger\n"))
    with lab.machine(disk=disk, extra=_WATCHDOG, reboots=True) as machine:
        machine.prompt()
        machine.run("!until grep -q ^active /sys/class/watchdog/*/state; do sleep 0.1; done")
        status = machine.run("status")
        assert re.search(r"^watchdog +30 s \(i6300ESB timer\)$", status, re.MULTILINE), status
        machine.expect("end Kernel panic.*sysrq", 240)
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"
    # The second was counted, too, before it was started.
    assert boot_state(disk.read_bytes())["attempts"] == {"hung": 1, "debian": 1}


def test_reported_success_and_a_label_asked_for_once(lab: Lab):
    """With a single try, what reports success is booted again; then it asks for another label."""
    good = _initrd(
        "mount -t ext4 /dev/vda1 /mnt || exit\n"
        "touch /mnt/kboot/kboot-good\n"
        "[ ! -e /mnt/kboot/again ] || echo debian >/mnt/kboot/kboot-once\n"
        "touch /mnt/kboot/again\numount /mnt\necho REPORTED\nreboot -f\n"
    )
    conf = (
        f'good="/boot/own initrd=/boot/good.img {ARGUMENTS}"\ndefault="good | sda9:/none"\n'
        "timeout=1\ntries=1\ntries.store=/boot/kboot\n"
    )
    disk = _disk(lab, conf, good=good)
    with lab.machine(disk=disk, network=False, reboots=True) as machine:
        for _ in range(2):
            machine.expect(r"REPORTED$", 240)
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"
    state = boot_state(disk.read_bytes())
    assert (state["attempts"], state["last"], state["once"]) == ({}, "", ""), state


def test_attempts_in_efi_variables(lab: Lab):
    folder = lab.scratch / "attempts-in-efi-variables"
    folder.mkdir()
    flash = uefi(folder)  # the same variables at both starts
    told = _initrd(
        "mount -t sysfs sysfs /sys\nmount -t efivarfs efivarfs /sys/firmware/efi/efivars\n"
        "set -- /sys/firmware/efi/efivars/LoaderBootCountPath-*\necho \"TOLD $(tr -d '\\0' <$1)\"\nsleep 60\n"
    )
    entry = f"linux /own\ninitrd /told.img\noptions {ARGUMENTS}\n"
    conf = "default=debian\ntries=2\ntries.store=efi\n"
    disk = _disk(lab, conf, told=told, **{"loader/entries/told+3.conf": entry.encode()})
    with lab.machine(disk=disk, extra=flash) as machine:
        machine.prompt(240)
        assert machine.run("once debian") == ""
        assert machine.run("once") == "debian\n"
        machine.type("")
        machine.expect("debian: asked for, this once")
        machine.second_kernel()
    with lab.machine(disk=disk, extra=flash) as machine:
        machine.prompt(240)
        status = machine.run("status")
        assert re.search("^tries +2 each; debian: 1 without success$", status, re.MULTILINE), status
        assert "\nonce" not in status, status
        good = "/sys/firmware/efi/efivars/KbootGood-23d3d537-5fbe-40d2-9ffb-969bd29fb3e3"
        machine.run("!mount -t efivarfs efivarfs /sys/firmware/efi/efivars")
        machine.run(f"!printf '\\7\\0\\0\\0\\1' >{good}")
        assert re.search("^tries +2 each$", machine.run("status"), re.MULTILINE)
        machine.run("once debian")  # takes the report over
        assert "cannot" not in machine.run(f"!test ! -e {good} || echo cannot clear it")
        # systemd-bless-boot finds out by a variable, too, which entry it has to rename.
        machine.run("tries.store=bls")
        machine.type("/boot/loader/entries/told.conf")
        machine.expect(r"TOLD .*\\loader\\entries\\told\+2-1\.conf", 120)


# Power cuts. kboot starts itself again and again, each time as an attempt at the choice `self`, which never reports.

_ROUNDS = 4
_ONCES = 15
_STARTED = r"Linux version \d"  # a kernel's first words, which come once and whichever console boots
_LOUD = ARGUMENTS.replace("quiet", "loglevel=6")


def _starts(text: str) -> int:
    return len(re.findall(_STARTED, text, re.MULTILINE))


class _Chain:
    def __init__(self, lab: Lab, make_file_system: list):
        labels = "".join(f"a{number}=LABEL=own:/own\n" for number in range(_ONCES))
        conf = f"""\
self="LABEL=own:/own initrd=LABEL=own:/initramfs {_LOUD}"
default=self
timeout=2
tries=1000
tries.store=LABEL=STATE:/
{labels}"""
        onces = "".join(f"once a{number}\n" for number in range(_ONCES)) + "once --clear\n"
        self._overlay = cpio({"etc": None, "etc/kboot.conf": conf.encode(), "onces": onces.encode()})
        self._lab = lab
        initramfs = (lab.root / "out/standard/initramfs.img").read_bytes()
        initramfs += b"\0" * (-len(initramfs) % 4) + self._overlay
        own = (lab.root / "out/standard/bzImage").read_bytes()
        size = (len(own) + len(initramfs)) // MIB + 8
        uuid = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1a07"
        parts = [Partition(size, "boot", uuid, {"/own": own, "/initramfs": initramfs}, uuid=uuid, label="own")]
        self._boot = make_disk(self._file(), parts)
        self.store = self._file()
        with self.store.open("wb") as file:
            file.truncate(8 * MIB)
        subprocess.run([*make_file_system, self.store], check=True, stdout=subprocess.DEVNULL, env={"PATH": _PATH})

    def _file(self) -> Path:
        return Path(tempfile.mkstemp(dir=self._lab.scratch, suffix=".disk")[1])

    def machine(self, store: list, more: str = ""):
        arguments = f"{_LOUD} kboot=local {more}"
        return self._lab.machine(arguments, disk=self._boot, overlay=self._overlay, network=False, extra=store)

    def unlogged(self) -> list:
        return ["-drive", f"file={self.store},format=raw,if=virtio"]


def _cut_by_cut(lab: Lab, make_file_system: list) -> _Chain:
    """A log of each write of some attempts, and what is found after a cut behind each, and in the middle of it."""
    chain = _Chain(lab, make_file_system)
    before = chain.store.read_bytes()
    log = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".log")[1])
    with chain.machine(logged_disk("store", chain.store, log), "timeout=600") as machine:
        machine.prompt()
        machine.run("!kboot /onces", 60)
        machine.type("")
        for _ in range(_ROUNDS):
            machine.expect(_STARTED, 120)
        started = _starts(machine.pull_the_plug())
    writes = read_log(log)
    after = boot_state(chain.store.read_bytes())
    # Not until it was on the disk was a kernel started.
    assert started - 1 <= after["attempts"]["self"] <= started, f"{started} starts, then {after}"
    assert after["sequence"] == _ONCES + 1 + after["attempts"]["self"], after

    chance = random.Random(20261126)
    states = [boot_state(before)]
    cuts = 0
    tracker = Cuts(before, writes)
    safe = states[0]  # what was found at the last flush
    for (disk, pending), write in zip(tracker, writes):
        if write.flush:
            safe = states[-1]
        state = boot_state(disk)
        if state != states[-1]:
            states.append(state)
        touched = any(b"kboot-state 1 " in one.data for one in pending)
        for _ in range(4 if touched else 0):
            found = boot_state(tracker.torn(pending, chance))
            possible = states[states.index(safe) :]
            assert found in possible, f"a torn write left {found}, which is none of {possible}"
            cuts += 1
    assert cuts >= 50, cuts
    for old, new in zip(states, states[1:]):
        assert new["sequence"] == old["sequence"] + 1, f"{old} became {new}"
        counts = [one["attempts"].get("self", 0) for one in (old, new)]
        assert counts[1] - counts[0] in (0, 1), f"{old} became {new}"
    asked = [one["once"] for one in states if one["once"]]
    assert asked == [f"a{number}" for number in range(_ONCES)], asked
    return chain


def test_power_cuts_ext4(lab: Lab):
    _cut_by_cut(lab, ["mke2fs", "-q", "-t", "ext4", "-O", "has_journal", "-L", "STATE"])


def test_power_cuts_fat(lab: Lab):
    """And QEMU is killed at some moment, started again from what is left, and killed again."""
    chain = _cut_by_cut(lab, ["mkfs.vfat", "-n", "STATE"])
    chance = random.Random()
    count = boot_state(chain.store.read_bytes())["attempts"]["self"]
    for _ in range(4):
        with chain.machine(chain.unlogged()) as machine:
            machine.expect(_STARTED, 120)
            machine.expect(_STARTED, 120)
            time.sleep(chance.uniform(0, 6))  # the moment is chance
            started = _starts(machine.pull_the_plug())
        found = boot_state(chain.store.read_bytes())["attempts"]["self"]
        assert started - 1 <= found - count <= started, f"{count}, then {started} starts, then {found}"
        count = found


# Entries of the Boot Loader Specification, whose counts are in the names of their files.

_TRIES = 3
_ESP_MIB = 64


def _esp(lab: Lab, overlay: bytes) -> Path:
    """A FAT with an entry that starts kboot itself. In its folder a name made anew comes to lie in another sector."""
    folder = Path(tempfile.mkdtemp(dir=lab.scratch))
    initramfs = (lab.root / "out/standard/initramfs.img").read_bytes()
    entry = f"title kboot itself\nlinux /own\ninitrd /initramfs\ninitrd /overlay\noptions {_LOUD} kboot=local\n"
    files = {f"loader/entries/self+{_TRIES}.conf": entry.encode(), "overlay": overlay, "initramfs": initramfs}
    files |= {f"loader/entries/other{number}+1.conf": b"linux /none\n" for number in range(6)}
    files["own"] = (lab.root / "out/standard/bzImage").read_bytes()
    write_tree(folder, {f"/{name}": content for name, content in files.items()})
    image = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    with image.open("wb") as file:
        file.truncate(_ESP_MIB * MIB)
    commands: list[list] = [["mkfs.vfat", "-n", "ESP", image], ["mcopy", "-s", "-i", image, *folder.iterdir(), "::/"]]
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={"PATH": _PATH})
    return image


def _left(image: Path) -> int:
    """How many tries a start would find: mtools' answer."""
    listing = subprocess.run(["mdir", "-a", "-i", image, "::/loader/entries"], check=True, capture_output=True, text=True)
    # The size stands before the date, the long name behind it.
    found = re.findall(r" (\d[\d ]*?) +\d{4}-\d\d-\d\d .* self\+(\d+)(?:-\d+)?\.conf *$", listing.stdout, re.MULTILINE)
    assert found, listing.stdout
    return min(int(left) for size, left in found if size != "0")


def test_entry_counts_down_through_power_cuts(lab: Lab):
    """An entry is passed over after its tries; after a cut behind any write the count is the old or the new one."""
    conf = f"""\
self=LABEL=ESP:/loader/entries/self.conf
debian="UUID={BOOT_UUID}:/vmlinuz initrd=UUID={BOOT_UUID}:/initrd.img {ARGUMENTS}"
default="self | debian"
timeout=1
tries.store=bls
"""
    overlay = cpio({"etc": None, "etc/kboot.conf": conf.encode()})
    esp = _esp(lab, overlay)
    before = esp.read_bytes()
    log = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".log")[1])
    arguments = f"{_LOUD} kboot=local"
    with lab.machine(arguments, overlay=overlay, network=False, extra=logged_disk("esp", esp, log)) as machine:
        machine.expect(f"passed over, it was started {_TRIES} times and did not report success", 240)
        assert machine.second_kernel().cmdline == ARGUMENTS
        assert _starts(machine.pull_the_plug()) == 1 + _TRIES  # the last is quiet

    cut = Path(tempfile.mkstemp(dir=lab.scratch, suffix=".disk")[1])
    cut.write_bytes(before)
    counts = [_left(cut)]
    with cut.open("r+b", buffering=0) as disk:
        for write in read_log(log):
            disk.seek(write.offset)
            disk.write(write.data)
            if (left := _left(cut)) != counts[-1]:
                counts.append(left)
    assert counts == list(range(_TRIES, -1, -1)), counts
