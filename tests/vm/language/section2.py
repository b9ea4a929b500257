"""2. Paths."""

import re

from language.case import Case, error, place, plan

K = "/boot/k"
D = place("sda6:/d/k", "device", "/dev/sda6", "/d/k")
NFS_K = place("server:/export/kernels/k", "nfs", re.compile("^server:/export"), re.compile("/k$"))


def device(as_written: str) -> dict:
    return plan(place(as_written, "device", "/dev/sda6", "/d/k"))


_UUID = "6b1a5f2e-0b0c-4d52-9a53-0b2f3f6f1b06"
_PARTUUID = "5eed0001-06"

_NOT_THERE = ["sdz9", "hdz9", "vdz9", "nvme9n1p2", "mmcblk9p1", "md99", "dm-99", "sr9", "fd9", "loop99"]

CASES = [
    # kboot's own root
    Case("2.kboot", "absolute_path", ["//lang/k"], wants=plan(place("//lang/k", "kboot", None, "/lang/k")), typed=True),
    Case(
        "2.kboot", "more_slashes_are_as_two", ["///lang//./k"],
        wants=plan(place("///lang//./k", "kboot", None, "/lang/k")),
    ),
    # The booted system
    Case("2.booted", "fstab_is_mounted_on_the_way", [K], wants=plan(place(K, "booted", "/dev/sda1", "/k"))),
    Case(
        "2.booted", "in_its_root", ["/sub/k"], wants=plan(place("/sub/k", "booted", "/dev/sda2", "/sub/k")), typed=True,
    ),
    Case(
        "2.booted", "nested_mounts", ["/srv/data/other/k"], says="one file system mounted on a folder of another",
        wants=plan(place("/srv/data/other/k", "booted", "/dev/vda1", "/k")), typed=True,
    ),
    Case(
        "2.booted", "symbolic_link_into_another_file_system", ["/vmlinuz"],
        wants=plan(place("/vmlinuz", "booted", "/dev/sda1", "/k")),
    ),
    Case(
        "2.booted", "absolute_link_means_the_booted_root", ["/boot/absolute"],
        wants=plan(place("/boot/absolute", "booted", "/dev/sda2", "/sub/k")),
    ),
    Case(
        "2.booted", "mounted_once_and_read_only", ["busybox cat /boot/notes.txt /boot/notes.txt", "busybox cat //proc/mounts"],
        real=True, text=r"\A(?:(?!/dev/sda1 )[\s\S])*^/dev/sda1 /run/kboot/mnt/\S+ ext4 ro,(?:(?!/dev/sda1 )[\s\S])*\Z",
    ),
    Case(
        "2.booted", "two_ways_one_mount", ["busybox cat /boot/notes.txt sda1:/notes.txt", "busybox cat //proc/mounts"], real=True,
        text=r"\A(?:(?!/dev/sda1 )[\s\S])*^/dev/sda1 /run/kboot/mnt/\S+ ext4 ro,(?:(?!/dev/sda1 )[\s\S])*\Z",
    ),
    Case(
        "2.booted", "writable_with_mount_rw", ["mount_rw=true", "busybox cat /boot/notes.txt", "busybox cat //proc/mounts"], real=True,
        guest="scratch", text=r"^/dev/sda1 /run/kboot/mnt/\S+ ext4 rw,",
    ),
    # Relative
    Case("2.relative", "dot", ["cd /boot", "./k"], wants=plan(place("./k", "booted", "/dev/sda1", "/k")), typed=True),
    Case(
        "2.relative", "below", ["cd sda6:/", "d/k"], wants=plan(place("d/k", "device", "/dev/sda6", "/d/k")),
        typed=True,
    ),
    Case(
        "2.relative", "beside", ["cd sda6:/kernels", "../d/k"],
        wants=plan(place("../d/k", "device", "/dev/sda6", "/d/k")), typed=True,
    ),
    Case("2.relative", "in_kboots_root", ["cd //lang", "./k"], wants=plan(place("./k", "kboot", None, "/lang/k"))),
    Case(
        "2.relative", "initrd_too", ["cd sda6:/kernels", "../d/k initrd=../initrd"],
        wants=plan("/d/k", initrds=["/initrd"]),
    ),
    Case(
        "2.relative", "through_a_link", ["cd sda6:/kernels", "vmlinuz"], says="/kernels/vmlinuz is a link to ../d/k",
        wants=plan(place("vmlinuz", "device", "/dev/sda6", "/d/k")),
    ),
    Case(
        "2.relative", "dot_dot_stays_at_the_top_of_a_device", ["cd sda6:/d", "../../../../d/k"],
        wants=plan(place("../../../../d/k", "device", "/dev/sda6", "/d/k")), typed=True,
    ),
    Case(
        "2.relative", "dot_dot_stays_at_the_top_of_a_mount", ["cd /boot", "../k"],
        wants=plan(place("../k", "booted", "/dev/sda1", "/k")),
    ),
    Case(
        "2.relative", "dot_dot_stays_in_kboots_root", ["cd //lang", "../../../lang/k"],
        wants=plan(place("../../../lang/k", "kboot", None, "/lang/k")),
    ),
    Case("2.relative", "cd_dot_dot_stays_at_the_top", ["cd /boot", "cd ..", "pwd"], wants={"output": "/boot\n"}),
    # Devices: four ways to write the same
    *(
        Case("2.device", name, [written], wants=device(written), typed=True)
        for name, written in (
            ("name", "sda6:/d/k"),
            ("name_without_slash", "sda6:d/k"),
            ("node", "/dev/sda6:/d/k"),
            ("node_without_slash", "/dev/sda6:d/k"),
        )
    ),
    Case(
        "2.device", "the_four_are_mounted_once",
        ["busybox cat sda6:/d/notes sda6:d/notes /dev/sda6:/d/notes /dev/sda6:d/notes", "busybox cat //proc/mounts"], real=True,
        text=r"\A(?:On sda6\.\n){4}(?:(?!/dev/sda6 )[\s\S])*^/dev/sda6 \S+ ext4 ro,(?:(?!/dev/sda6 )[\s\S])*\Z",
    ),
    Case("2.device", "no_such_file", ["sda6:/d/missing"], wants=error("^sda6:/d/missing: no such file")),
    Case("2.device", "no_file_system", ["sda5:/k"], wants=error("^sda5:/k: .*sda5")),
    # Tags
    Case("2.tag", "uuid", [f"UUID={_UUID}:/d/k"], wants=device(f"UUID={_UUID}:/d/k"), typed=True),
    Case("2.tag", "label", ["LABEL=lab-data:/d/k"], wants=device("LABEL=lab-data:/d/k"), typed=True),
    Case("2.tag", "partuuid", [f"PARTUUID={_PARTUUID}:/d/k"], wants=device(f"PARTUUID={_PARTUUID}:/d/k")),
    Case(
        "2.tag", "partlabel", ["PARTLABEL=other:/k"],
        wants=plan(place("PARTLABEL=other:/k", "device", "/dev/vda1", "/k")), typed=True,
    ),
    Case("2.tag", "without_slash", ["LABEL=lab-data:d/k"], wants=device("LABEL=lab-data:d/k")),
    Case(
        "2.tag", "no_such_device", ["UUID=0000-0000:/k"], wants=error("^UUID=0000-0000:/k: no such device"), typed=True,
    ),
    # Stacked devices: what stands below /dev in a folder. (Here the nodes are links to sda6; nothing is activated.)
    Case("2.stacked", "logical_volume", ["vg/lv:/d/k"], wants=device("vg/lv:/d/k")),
    Case("2.stacked", "logical_volume_by_node", ["/dev/vg/lv:d/k"], wants=device("/dev/vg/lv:d/k")),
    Case("2.stacked", "mapper", ["mapper/name:/d/k"], wants=device("mapper/name:/d/k")),
    Case("2.stacked", "raid", ["md7:/d/k"], wants=device("md7:/d/k")),
    Case("2.stacked", "link_with_colons", ["disk/by-path/pci-0:1:/d/k"], wants=device("disk/by-path/pci-0:1:/d/k")),
    # NFS
    Case("2.nfs", "kernel", ["server:/export/kernels/k"], wants=plan(NFS_K), typed=True, guest="nfs"),
    Case(
        "2.nfs", "by_address", ["10.0.2.9:/export/kernels/k"],
        wants=plan({"kind": "nfs", "source": re.compile(r"^10\.0\.2\.9:/"), "path": re.compile("/k$")}), guest="nfs",
    ),
    Case("2.nfs", "initrd", [f"{K} initrd=server:/export/initrd"], wants=plan(initrds=[{"kind": "nfs"}]), guest="nfs"),
    Case(
        "2.nfs", "the_file_is_read", ["busybox cat server:/export/notes"], real=True, text=r"^On the server\.\n$", guest="nfs",
    ),
    Case(
        "2.nfs", "no_such_file", ["server:/export/missing"], wants=error("^server:/export/missing: .*[Nn]o such file"),
        guest="nfs",
    ),
    Case("2.nfs", "no_such_export", ["server:/nowhere/k"], wants=error("^server:/nowhere/k: "), guest="nfs"),
    Case(
        "2.nfs", "no_such_host", ["nosuchhost.invalid:/k"],
        wants=error("^nosuchhost.invalid:/k: .*nosuchhost.invalid|address"), guest="nfs",
    ),
    Case("2.nfs", "ipv6_address", ["[::1]:/export/k"], wants=error(r"^\[::1\]:/export/k: (?!.*no such device)")),
    Case("2.nfs", "no_ipv6_address", ["[::zz]:/export/k"], wants=error(r"^\[::zz\]:/export/k: not an IPv6 address")),
    Case(
        "2.nfs", "directory_is_no_file", ["server:/export/kernels"], wants=error("^server:/export/kernels: not a file"),
        guest="nfs",
    ),
    # URLs
    Case("2.url", "http", ["http://WEB/k"], wants=plan(place("http://WEB/k", "url", None, "http://WEB/k")), typed=True),
    Case("2.url", "ftp", ["ftp://FTP/k"], wants=plan(place("ftp://FTP/k", "url", None, "ftp://FTP/k"))),
    Case("2.url", "tftp", ["tftp://TFTP/k"], wants=plan(place("tftp://TFTP/k", "url", None, "tftp://TFTP/k"))),
    Case("2.url", "scheme_in_capitals", ["HTTP://WEB/k"], wants=plan({"kind": "url"})),
    Case("2.url", "percent_encoding", ["http://WEB/with%20blank"], wants=plan({"path": "http://WEB/with%20blank"})),
    Case("2.url", "user_and_password", ["http://a%20user:p%40ss@WEB/private/k"], wants=plan({"kind": "url"})),
    Case(
        "2.url", "the_password_is_not_shown", ["http://a%20user:p%40ss@WEB/private/k"],
        text=r"\A(?![\s\S]*(p%40ss|p@ss))[\s\S]*kernel",
    ),
    Case("2.url", "wrong_password", ["http://a%20user:wrong@WEB/private/k"], wants=error("401")),
    Case("2.url", "not_found", ["http://WEB/missing"], wants=error("^http://WEB/missing: .*404"), typed=True),
    Case("2.url", "https_of_a_server_without", ["https://WEB/k"], wants=error("^https://WEB/k: .* does not speak TLS")),
    Case("2.url", "checksum", ["http://WEB/k#sha256=12"], wants=error("^http://WEB/k#sha256=12: .*64 hexadecimal digits")),
    Case("2.url", "unknown_demand", ["http://WEB/k#sha265=12"], wants=error("behind # can stand sha256=HEX")),
    Case("2.url", "unknown_scheme", ["gopher://WEB/k"], wants=error("^gopher://WEB/k: .*gopher")),
    # iSCSI
    Case(
        "2.iscsi", "address_and_path", ["iscsi:server::::iqn.2026-01.example:disk:/d/k"],
        wants=error("^iscsi:.*not part of this image"),
    ),
    Case("2.iscsi", "malformed", ["iscsi:server"], wants=error("^iscsi:server: not an iSCSI path")),
    # x:/y, in this order
    Case("2.ambiguous", "a_url_first", ["cd //lang", "http://WEB/k"], wants=plan({"kind": "url"})),
    Case(
        "2.ambiguous", "then_a_device", ["sda6:/d/k"], says="/etc/hosts has a host called sda6", wants=plan(D),
        typed=True,
    ),
    Case(
        "2.ambiguous", "a_device_with_a_hosts_name", ["server2:/d/k"], says="/dev/server2 is a block device",
        wants=device("server2:/d/k"),
    ),
    Case("2.ambiguous", "a_tag", ["LABEL=lab-data:/d/k"], wants=plan({"kind": "device"})),
    *(
        Case("2.ambiguous", f"{name}_looks_like_a_device", [f"{name}:/k"], wants=error(f"^{name}:/k: no such device$"))
        for name in _NOT_THERE
    ),
    Case("2.ambiguous", "else_a_host", ["server:/export/kernels/k"], wants=plan({"kind": "nfs"}), guest="nfs"),
    Case(
        "2.ambiguous", "sdcard_is_a_host", ["sdcard.invalid:/k"], wants=error("^sdcard.invalid:/k: (?!no such device)"),
        guest="nfs",
    ),
    # A device that is not there yet; that it may still come, and that a key ends the wait, is in test_language.py
    Case(
        "2.wait", "up_to_rootdelay", ["sdz9:/k"], options=["--set", "rootdelay=1"], wants=error("no such device"),
        err="^waiting for sdz9",
    ),
    Case(
        "2.wait", "up_to_wait", ["LABEL=nowhere:/k"], options=["--set", "wait=1"], wants=error("no such device"),
        err="^waiting for LABEL=nowhere",
    ),
    Case(
        "2.wait", "not_without_them", ["sdz9:/k"], wants=error("^sdz9:/k: no such device"), not_err="waiting",
    ),
    # Where paths are understood
    Case(
        "2.everywhere", "in_kboot_conf", ["one"], conf='one="sda6:d/k initrd=LABEL=lab-data:/initrd"',
        wants=plan("/d/k", initrds=[place("LABEL=lab-data:/initrd", "device", "/dev/sda6", "/initrd")]),
    ),
    Case(
        "2.everywhere", "in_initrd",
        [f"{K} initrd=//lang/k,/boot/initrd.img,sda6:initrd,http://WEB/k,server:/export/initrd"],
        wants=plan(initrds=[{"kind": kind} for kind in ("kboot", "booted", "device", "url", "nfs")]), guest="nfs",
    ),
    Case(
        "2.everywhere", "in_the_global_initrd", ["initrd=UUID=" + _UUID + ":/initrd", K],
        wants=plan(initrds=["/initrd"]),
    ),
    Case("2.everywhere", "in_cd", ["cd LABEL=lab-data:/d", "./k"], wants=plan("/d/k")),
    Case("2.everywhere", "in_a_commands_argument", ["plan sda6:d/k"], wants=device("sda6:d/k")),
    # The booted system's root
    Case(
        "2.root", "a_device_as_variable", ["root=/dev/vda1", "/k"],
        wants=plan(place("/k", "booted", "/dev/vda1", "/k")), typed=True,
    ),
    Case(
        "2.root", "a_tag_as_variable", ["root=LABEL=lab-other", "/k"],
        wants=plan(place("/k", "booted", "/dev/vda1", "/k")),
    ),
    Case(
        "2.root", "beats_fstab_for_the_root", ["/k"], guest="local", fstab="/dev/sda2 / ext4 defaults 0 1",
        options=["--set", "root=/dev/vda1"], wants=plan(place("/k", "booted", "/dev/vda1", "/k")),
    ),
    Case(
        "2.root", "without_it_fstab_counts", ["/k"], guest="local", fstab="/dev/vda1 / ext4 defaults 0 1",
        wants=plan(place("/k", "booted", "/dev/vda1", "/k"), ""),
    ),
    Case("2.root", "neither", ["/k"], guest="local", wants=error("^/k: .*root=")),
    # fstab
    Case("2.fstab", "by_uuid", [K], wants=plan({"source": "/dev/sda1"})),
    Case("2.fstab", "by_label", ["/srv/data/d/k"], wants=plan(place("/srv/data/d/k", "booted", "/dev/sda6", "/d/k"))),
    Case("2.fstab", "by_partuuid", ["/srv/partuuid/d/k"], wants=plan({"source": "/dev/sda6"})),
    Case("2.fstab", "by_partlabel", ["/srv/partlabel/k"], wants=plan({"source": "/dev/vda1"})),
    Case("2.fstab", "by_device_name", ["/srv/name/k"], wants=plan({"source": "/dev/vda1"})),
    Case("2.fstab", "by_mapper_name", ["/srv/mapper/d/k"], wants=plan({"source": "/dev/sda6"})),
    Case("2.fstab", "quoted_tag", ["/srv/quoted/k"], wants=plan({"source": "/dev/vda1"})),
    Case(
        "2.fstab", "nfs", ["/srv/nfs/kernels/k"],
        wants=plan({"kind": "booted", "source": re.compile("^server:/export"),          "path": "/kernels/k"}),
        typed=True, guest="nfs",
    ),
    Case(
        "2.fstab", "blank_in_the_mount_point", ["cd '/srv/with", "pwd"], wants=[error(""), {"output": "//\n"}],
        says="\\040 in fstab: a word cannot hold a blank, so nothing can lead there, and nothing breaks",
    ),
    Case(
        "2.fstab", "options_are_honoured", ["busybox cat /srv/data/d/notes", "busybox cat //proc/mounts"], real=True,
        says="sda6 is mounted with noatime", text=r"^/dev/sda6 \S+ ext4 ro,[^ ]*noatime",
    ),
    Case(
        "2.fstab", "sub_volume", ["/srv/volume/k"], guest="scratch",
        wants=plan(place("/srv/volume/k", "booted", "/dev/vda3", "/k")),
    ),
    Case(
        "2.fstab", "sub_volume_of_the_root", ["/k"], guest="scratch", options=["--set", "root=/dev/vda3"],
        fstab="/dev/vda3 / btrfs subvol=/volume 0 0", wants=plan(place("/k", "booted", "/dev/vda3", "/k")),
    ),
    Case(
        "2.fstab", "swap_and_none_are_passed_over", ["cd /none", "pwd"], wants={"output": "//\n"},
        not_err=r"fstab:(?!13:)",
    ),
    Case("2.fstab", "bad_line_is_reported_with_its_number", ["pwd"], wants={"output": "//\n"}, err="^/etc/fstab:13: "),
    Case("2.fstab", "the_lines_after_it_count", ["/srv/name/k"], wants=plan({"source": "/dev/vda1"})),
    Case(
        "2.fstab", "no_such_device", ["/srv/missing/k"],
        wants=error("^/srv/missing/k: .*LABEL=nowhere: no such device"),
    ),
]
