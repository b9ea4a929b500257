"""6. Not interactive."""

import re

from language.case import Case, error, place, plan

K = "/boot/k"
ROOT = "root=/dev/sda2"
PLAN = {
    "kernel": place("sda6:d/k", "device", "/dev/sda6", "/d/k"),
    "initrds": [place("./initrd.img", "booted", "/dev/sda1", "/initrd.img")],
    "cmdline": f"{ROOT} quiet",
    "origin": "typed",
}
PLACE = r'\{"as_written":"[^"]*","kind":"[^"]*","source":"[^"]*","path":"[^"]*"\}'
WHOLE_PLAN = rf'\A\{{"kernel":{PLACE},"initrds":\[{PLACE}\],"cmdline":"[^"]*","origin":"[^"]*"\}}\n\Z'
SHOWN_PLAN = rf"""\Akernel   /boot/k  \(/dev/sda1:/k\)
initrd   sda6:initrd  \(/dev/sda6:/initrd\)
cmdline  {ROOT} a=1
origin   typed
\Z"""


def sh(name: str, command: str, **more) -> Case:
    return Case("6.command", name, sh=command, **more)


CASES = [
    # Options
    sh("config", "echo one='/boot/k' >/tmp/c.conf; $kboot --config /tmp/c.conf -c one", wants=plan("/k")),
    sh(
        "config_that_is_missing", "$kboot --config /tmp/missing.conf -c pwd", status=1, text=r"\A\Z",
        err="/tmp/missing.conf: ",
    ),
    sh(
        "fstab",
        "echo '/dev/vda1 /x ext4 defaults 0 0' >/tmp/fstab; $kboot --fstab /tmp/fstab --set root=/dev/sda2 -c /x/k",
        guest="local", wants=plan({"source": "/dev/vda1"}),
    ),
    sh("set", f"$kboot --set one={K} -c one", wants=plan("/k")),
    sh(
        "set_may_be_repeated", f"$kboot --set a=1 --set one={K} --set root=/dev/x -c vda1:/k",
        wants=plan(cmdline="root=/dev/x"),
    ),
    sh("dry_run", f"kboot --dry-run --json -c {K}", wants=plan("/k")),
    sh("lines_run_in_one_session", "$kboot -c 'cd /boot' -c pwd", wants=[{"output": "/boot\n"}]),
    sh(
        "script", f"printf 'cd /boot\\n# a comment\\n\\npwd\\n{K}\\n' >/tmp/script; $kboot /tmp/script",
        wants=[{"output": "/boot\n"}, plan("/k")],
    ),
    sh(
        "standard_input_is_read_as_lines", f"printf 'cd /boot\\npwd\\n{K}\\n' | $kboot",
        wants=[{"output": "/boot\n"}, plan("/k")],
    ),
    # Exit status
    sh("status_0_done", "kboot -c pwd", text=r"\A//\n\Z", status=0),
    sh("status_1_failed", "kboot -c /boot/missing", text=r"\A\Z", status=1, err="^/boot/missing: no such file"),
    sh("status_2_usage", "kboot --nonsense", text=r"\A\Z", status=2, err="usage: kboot"),
    sh("status_2_usage_of_a_command", "kboot -c 'pwd x'", text=r"\A\Z", status=2, err="usage: pwd"),
    sh("the_last_status_counts", "kboot -c /boot/missing -c pwd", text=r"\A//\n\Z", status=0),
    sh("the_last_status_counts_failed", "kboot -c pwd -c /boot/missing", status=1, text=r"\A//\n\Z"),
    sh("status_of_a_script", "echo /boot/missing >/tmp/script; kboot /tmp/script", status=1, text=r"\A\Z"),
    sh("status_of_standard_input", "echo /boot/missing | kboot", status=1, text=r"\A\Z"),
    # -n
    Case("6.dry", "mounts_what_it_must", [K], wants=plan({"source": "/dev/sda1"})),
    Case(
        "6.dry", "even_with_mount_rw_read_only", ["mount_rw=true", "busybox cat sda6:/d/notes"],
        wants={"shell": re.compile("^busybox cat ")},
        says="a shell line of a dry run mounts, too; that nothing is written is the guest's digest",
    ),
    Case("6.dry", "probes_the_image", ["/boot/notes.txt"], wants=error("not a kernel")),
    Case("6.dry", "probes_a_url", ["http://WEB/notes.txt"], wants=error("not a kernel")),
    Case("6.dry", "checks_that_the_initrd_exists", [f"{K} initrd=/boot/no"], wants=error("initrd=/boot/no: no such")),
    Case(
        "6.dry", "checks_that_the_initrd_is_a_file", [f"{K} initrd=/boot/folder"],
        wants=error("initrd=/boot/folder: not a"),
    ),
    Case("6.dry", "checks_an_initrd_url", [f"{K} initrd=http://WEB/no"], wants=error("initrd=http://WEB/no: .*404")),
    Case("6.dry", "never_reboots", ["reboot"], wants={"shell": "reboot"}),
    Case(
        "6.dry", "never_calls_a_shell", ["touch //tmp/touched", "//tmp/touched"],
        wants=[{"shell": "touch //tmp/touched"}, error("no such file")],
    ),
    Case(
        "6.dry", "a_url_for_the_shell_is_not_fetched", ["busybox cat http://WEB/notes.txt"],
        wants={"shell": "busybox cat http://WEB/notes.txt"},
    ),
    Case(
        "6.dry", "large_url", ["http://WEB/vmlinuz initrd=http://WEB/initrd.img"],
        says="see test_language.py: the server counts",
        wants=plan({"path": "http://WEB/vmlinuz"}, initrds=["http://WEB/initrd.img"]),
    ),
    # --json
    sh(
        "a_plan_whole", "$kboot -c 'cd /boot' -c 'sda6:d/k initrd=./initrd.img quiet' | grep -c '\"origin\"'",
        text=r"\A1\n\Z",
    ),
    Case("6.json", "a_plan", ["cd /boot", "sda6:d/k initrd=./initrd.img quiet"], wants=[PLAN]),
    Case("6.json", "keys_of_a_plan", [f"{K} initrd=/boot/initrd.img"], text=WHOLE_PLAN),
    Case(
        "6.json", "one_object_a_line", ["pwd", K, "/boot/missing"],
        wants=[{"output": "//\n", "line": "pwd"}, plan("/k"), {"error": re.compile(""), "line": "/boot/missing"}],
    ),
    Case(
        "6.json", "messages_go_to_standard_error", ["pwd"], conf="a=1\n|\n", wants=[{"output": "//\n"}],
        err="kboot.conf:2: ",
    ),
    Case("6.json", "a_failure", ["sdz9:/k a"], wants=[{"error": "sdz9:/k: no such device", "line": "sdz9:/k a"}]),
    Case("6.json", "path_has_no_dots", ["cd sda6:/kernels", ".././d/../d/./k"], wants=plan("/d/k")),
    Case("6.json", "source_of_a_device_is_its_node", ["LABEL=lab-data:/d/k"], wants=plan({"source": "/dev/sda6"})),
    Case("6.json", "source_of_kboots_root_is_null", ["//lang/k"], wants=plan({"source": None})),
    Case("6.json", "path_of_a_url_is_the_url", ["http://WEB/k"], wants=plan({"path": "http://WEB/k", "source": None})),
    Case(
        "6.json", "source_of_nfs_is_the_export", ["server:/export/kernels/k"],
        wants=plan({"kind": "nfs", "source": re.compile("^server:/export")}), guest="nfs",
    ),
    Case("6.json", "plan_in_a_session", [f"plan {K} a"], wants=[plan("/k", f"{ROOT} a")]),
    Case("6.plan", "shows_the_same_to_people", sh=f"kboot -c 'plan {K} initrd=sda6:initrd a=1'", text=SHOWN_PLAN),
]
