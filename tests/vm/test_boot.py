"""Ways to say what to boot: each ends in the second kernel, which tells the command line it was started with."""

from installed import BOOT_PARTUUID, BOOT_UUID
from lab import ARGUMENTS, INSTALLED, SERIAL, Lab


def boots(lab: Lab, line: str, cmdline: str, files: tuple = ("main",), append: str = INSTALLED, **options):
    """Types line at the prompt and checks how the second kernel was started."""
    with lab.machine(append, **options) as machine:
        machine.prompt()
        machine.type(line)
        report = machine.second_kernel()
        assert report.cmdline == cmdline, f"the second kernel was started with {report.cmdline!r}, not {cmdline!r}"
        assert report.files == sorted(files), f"its initrd had {report.files}, not {sorted(files)}"


def test_path_mounts_by_fstab(lab: Lab):
    boots(lab, f"/boot/vmlinuz initrd=/boot/initrd.img {ARGUMENTS}", f"root=/dev/vda2 {ARGUMENTS}")


def test_arguments_are_literal(lab: Lab):
    arguments = f"""{ARGUMENTS} a="b  c" d='$HOME' e=* f;g"""
    boots(lab, f"/boot/vmlinuz initrd=/boot/initrd.img {arguments}", f"root=/dev/vda2 {arguments}")


def test_relative_path(lab: Lab):
    with lab.machine() as machine:
        machine.prompt()
        machine.run("cd /boot")
        machine.type(f"./vmlinuz initrd=initrd.img {ARGUMENTS}")
        assert machine.second_kernel().cmdline == f"root=/dev/vda2 {ARGUMENTS}"


def _boots_from(lab: Lab, device: str):
    """By device and without a root= for kboot: nothing is added to what was typed."""
    boots(lab, f"{device}:/vmlinuz initrd={device}:initrd.img {ARGUMENTS}", ARGUMENTS, append=SERIAL)


def test_device_name(lab: Lab):
    _boots_from(lab, "vda1")


def test_device_node(lab: Lab):
    _boots_from(lab, "/dev/vda1")


def test_device_uuid(lab: Lab):
    _boots_from(lab, f"UUID={BOOT_UUID}")


def test_device_label(lab: Lab):
    _boots_from(lab, "LABEL=demo-boot")


def test_device_partuuid(lab: Lab):
    _boots_from(lab, f"PARTUUID={BOOT_PARTUUID}")


def test_device_partlabel(lab: Lab):
    _boots_from(lab, "PARTLABEL=boot")


def test_http_kernel_with_initrd_from_disk(lab: Lab):
    boots(lab, f"{lab.server.url}/vmlinuz initrd=/boot/initrd.img {ARGUMENTS}", f"root=/dev/vda2 {ARGUMENTS}")


def test_http_initrd_with_kernel_from_disk(lab: Lab):
    boots(lab, f"vda1:/vmlinuz initrd={lab.server.url}/initrd.img {ARGUMENTS}", ARGUMENTS, append=SERIAL)


def test_initrds_are_joined(lab: Lab):
    line = f"/boot/vmlinuz initrd=/boot/initrd.img,vda1:/extra.img {ARGUMENTS}"
    boots(lab, line, f"root=/dev/vda2 {ARGUMENTS}", files=("main", "extra"))


def test_typed_root_replaces_the_global_one(lab: Lab):
    line = f"/boot/vmlinuz initrd=/boot/initrd.img {ARGUMENTS} root=/dev/vdb1"
    boots(lab, line, f"{ARGUMENTS} root=/dev/vdb1")


def test_label_with_more_arguments(lab: Lab):
    boots(lab, "debian single x=1", f"root=/dev/vda2 {ARGUMENTS} single x=1")


def test_multiboot_image_by_the_fallback(lab: Lab):
    """kexec_file_load takes no multiboot image; kexec-tools loads it."""
    with lab.machine() as machine:
        machine.prompt()
        machine.type("/boot/multiboot hello world")
        machine.expect(r"^KBOOT-TEST: booted$", 120)
        told = machine.expect(r"^KBOOT-TEST: cmdline=(.*)\n", 10).group(1)
        assert told.endswith("root=/dev/vda2 hello world"), told
