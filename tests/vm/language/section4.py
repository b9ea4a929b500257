"""4. kboot.conf."""


from language.case import Case, error, plan

K = "/boot/k"
ROOT = "root=/dev/sda2"


def conf(name: str, text: str, line: str, wants, **more) -> Case:
    """A kboot.conf and a line typed with it."""
    return Case("4.grammar", name, [line], conf=text, wants=wants, **more)


def arguments(words: str) -> dict:
    return plan(cmdline=f"{ROOT} {words}".strip())


_RESERVED = "authorized_keys default delay initrd message mount_rw restricted root timeout".split()
_OURS = "handoff holdmax onfail password tries wait watchdog".split()

# A value that is right for the setting, so that nothing else is wrong with the line.
_VALUES = dict(default=K, delay="0", initrd="//lang/k", mount_rw="false", restricted="false", root="/dev/sda2",
               timeout="0", handoff="true", holdmax="1", onfail="retry", tries="1", wait="0", watchdog="off")

CASES = [
    # The grammar
    conf("blank_lines", f"\n\n  \n\t\none={K}\n\n", "one", plan("/k"), not_err="kboot.conf:"),
    conf("comments", f"# one=//no\n  # x\none={K} # a=1\n", "one", arguments(""), not_err="kboot.conf:"),
    conf("hash_in_a_word_is_no_comment", f"one='{K} a=#1' two=x#y\n", "one", arguments("a=#1"), not_err="kboot.conf:"),
    conf("assignment", f"one={K}\n", "one", plan("/k")),
    conf("single_quotes_are_literal", f"a=1\none='{K} $a \\ \"x\"'\n", "one", arguments('$a \\ "x"')),
    conf("double_quotes_expand_a_name", f'a=1\none="{K} x=$a"\n', "one", arguments("x=1")),
    conf("double_quotes_expand_a_name_in_braces", f'a=1\none="{K} x=${{a}}2"\n', "one", arguments("x=12")),
    conf("backslash_in_double_quotes", f'one="{K} \\$a \\"b\\" \\\\"\n', "one", arguments('$a "b" \\')),
    conf("expansion_without_quotes", f"k={K}\none=$k\n", "one", plan("/k")),
    conf("backslash_without_quotes", f"one={K}\\ a=1\n", "one", arguments("a=1")),
    conf("line_continuation", f'one="{K} \\\na=1 \\\nb=2"\n', "one", arguments("a=1 b=2")),
    conf("continuation_between_assignments", f"a=1 \\\none={K}\n", "one", plan("/k"), not_err="kboot.conf:"),
    conf("a_name_not_assigned_before_is_empty", f'one="{K} x=$later"\nlater=1\n', "one", arguments("x=")),
    conf("several_assignments_on_a_line", f"a=1 one={K} b=2\n", "one", plan("/k"), not_err="kboot.conf:"),
    conf("export", f"export one={K}\n", "one", plan("/k"), not_err="kboot.conf:"),
    conf("the_last_assignment_counts", f"one=//no\none={K}\n", "one", plan("/k")),
    conf("no_newline_at_the_end", f"one={K}", "one", plan("/k")),
    conf("dos_line_ends", f"one='{K} a'\r\ntwo=x\r\n", "one", arguments("a"), not_err="kboot.conf:"),
    conf("command_substitution_is_reported", f"a=1\nb=$(reboot)\none={K}\n", "one", plan("/k"), err=r"kboot\.conf:2: "),
    conf("backticks_are_reported", f"a=`reboot`\none={K}\n", "one", plan("/k"), err=r"kboot\.conf:1: "),
    conf(
        "if_is_reported", f"if true; then\none={K}\nfi\n", "one", plan("/k"),
        err=r"kboot\.conf:1: [\s\S]*kboot\.conf:3: ",
    ),
    conf("a_pipe_is_reported", f"a=1\n\na|b\none={K}\n", "one", plan("/k"), err=r"kboot\.conf:3: "),
    conf(
        "nothing_is_run", f"touch //tmp/ran\nx=$(touch /tmp/ran)\none={K}\n", "//tmp/ran", error("no such file"),
        err=r"kboot\.conf:1: [\s\S]*kboot\.conf:2: ",
    ),
    # Reserved variables
    *(
        Case(
            "4.reserved", f"{name}_is_no_label", ["cd //lang", name], wants={"shell": name},
            conf=f"default={K}\n{name}={_VALUES.get(name, 'x')}\n", not_err="invalid|cannot be a label",
        )
        for name in [*_RESERVED, *_OURS]
    ),
    Case("4.reserved", "default", [""], conf=f"default={K}\n", wants=plan("/k", origin="default")),
    Case("4.reserved", "default_falls_back", [""], conf=f'default="//none | {K} initrd=//none | {K} a=1"\n', wants=arguments("a=1")),
    Case("4.reserved", "onfail_that_is_none", [K], conf="onfail=panic\n", wants=plan("/k"), err='invalid setting "onfail=panic"'),
    Case("4.reserved", "initrd", [K], conf="initrd=/boot/initrd.img\n", wants=plan(initrds=["/initrd.img"])),
    Case("4.reserved", "root", [K], conf="root=/dev/vda1\n", guest="local", wants=error("^/boot/k: no such file")),
    Case("4.reserved", "restricted", [K], conf="restricted=true\n", wants=error("^restricted")),
    Case(
        "4.reserved", "a_name_with_a_dot_is_no_label", ["net.eth0"], conf="net.eth0=dhcp\n",
        wants={"shell": "net.eth0"}, not_err="net.eth0",
    ),
    Case(
        "4.reserved", "a_dotted_name_can_be_anything", ["x.y"], conf=f"x.y={K}\n", wants={"shell": "x.y"},
        not_err="x.y=",
    ),
    *(
        Case("4.reserved", f"old_label_{name}_is_warned_about", ["pwd"], conf=f"a=1\n{name}='{K} quiet'\n",
             wants={"output": "//\n"}, err=rf'kboot\.conf:2: "{name}" .*cannot be a label')
        for name in _OURS
    ),
    # Values that are none
    Case(
        "4.value", "boolean_warns", ["pwd"], conf="restricted=yes\n", wants=None, status=1,
        err=r'kboot\.conf:1: invalid setting "restricted=yes", ',
    ),
    Case("4.value", "restricted_falls_back_to_true", [K], conf="restricted=yes\n", wants=error("^restricted")),
    Case("4.value", "restricted_in_capitals_is_true_too", [K], conf="restricted=False\n", wants=error("^restricted")),
    Case(
        "4.value", "mount_rw_falls_back_to_false", ["busybox cat /boot/notes.txt", "busybox cat //proc/mounts"], conf="mount_rw=yes\n",
        real=True, text=r"^/dev/sda1 \S+ ext4 ro,", err='invalid setting "mount_rw=yes", ',
    ),
    Case(
        "4.value", "true_and_false_draw_no_warning", ["pwd"], conf="restricted=false\nmount_rw=true\n", guest="scratch",
        wants={"output": "//\n"}, not_err="invalid",
    ),
    Case(
        "4.value", "number_warns_and_counts_as_unset", ["pwd"], conf=f"default={K}\ntimeout=soon\n",
        wants={"output": "//\n"}, err=r'kboot\.conf:2: invalid setting "timeout=soon", .*ignored',
    ),
    Case(
        "4.value", "negative_number", ["pwd"], conf=f"default={K}\ndelay=-1\n", wants={"output": "//\n"},
        err='invalid setting "delay=-1", ',
    ),
    Case(
        "4.value", "timeout_without_default_warns", ["pwd"], conf="timeout=5\n", wants={"output": "//\n"},
        err=r'kboot\.conf:1: "timeout" without "default" is ignored',
    ),
    Case(
        "4.value", "delay_without_default_warns", ["pwd"], conf="delay=5\n", wants={"output": "//\n"},
        err=r'kboot\.conf:1: "delay" without "default" is ignored',
    ),
    Case(
        "4.value", "timeout_with_default_does_not", ["pwd"], conf=f"timeout=5\ndelay=9\ndefault={K}\n",
        wants={"output": "//\n"}, not_err="timeout|delay",
    ),
    Case(
        "4.names", "unused_variable_draws_no_warning", ["pwd"], conf="unused=1\nanother='/x y'\n",
        wants={"output": "//\n"}, not_err="unused|another",
    ),
    *(
        Case("4.names", f"{typo}_is_warned_about", ["pwd"], conf=f"a=1\n{typo}=5\n", wants={"output": "//\n"},
             err=rf'kboot\.conf:2: "{typo}" .*"{meant}"')
        for typo, meant in (("timout", "timeout"), ("restrictd", "restricted"), ("roots", "root"))
    ),
    Case("4.names", "two_edits_away_is_not", ["pwd"], conf="tmout=5\n", wants={"output": "//\n"}, not_err="tmout"),
    # Sources
    Case("4.sources", "built_in", ["rank1"], wants=plan(cmdline=f"{ROOT} from=built-in"), typed=True),
    Case(
        "4.sources", "booted_system_wins_over_built_in", ["rank2"], wants=plan(cmdline=f"{ROOT} from=booted"),
        typed=True,
    ),
    Case(
        "4.sources", "kernel_command_line_wins_over_both", ["rank3"], wants=plan(cmdline=f"{ROOT} from=cmdline"),
        typed=True,
    ),
    Case(
        "4.sources", "typed_wins_over_all", [f"rank4='{K} from=typed'", "rank4"],
        wants=plan(cmdline=f"{ROOT} from=typed"), typed=True,
    ),
    Case(
        "4.sources", "set_is_as_typed", ["rank4"], options=["--set", f"rank4={K} from=set"],
        wants=plan(cmdline=f"{ROOT} from=set"),
    ),
    Case("4.sources", "fstab_of_the_booted_system", [K], wants=plan({"source": "/dev/sda1"})),
    Case("4.sources", "hosts_of_the_booted_system", ["busybox cat //etc/hosts"], real=True, text=r"^10\.0\.2\.9\s+server$"),
    Case("4.sources", "command_line_sets_reserved_variables", [K], wants=plan(cmdline=ROOT), says="root= is one"),
    Case(
        "4.sources", "command_line_label_without_a_slash", ["console"], wants={"shell": "console"},
        says="ours: console=ttyS0 defines no label, for its value has no slash",
    ),
    Case(
        "4.sources", "initrd_on_the_command_line_is_kboots_own", [K], wants=plan(initrds=[]),
        says="ours: the kernel was started with initrd=//kboot.img",
    ),
    Case(
        "4.sources", "local_reads_built_in_files", ["rank1"], guest="local", options=["--set", "root=/dev/sda2"],
        wants=plan("/sub/k", f"{ROOT} from=built-in"),
    ),
    Case(
        "4.sources", "local_reads_no_disks_kboot_conf", ["rank2"], guest="local", options=["--set", "root=/dev/sda2"],
        wants=plan("/sub/k", f"{ROOT} from=built-in"),
    ),
    Case(
        "4.sources", "local_reads_no_disks_fstab", [K], guest="local", options=["--set", "root=/dev/sda2"],
        wants=error("^/boot/k: no such file"),
    ),
    Case(
        "4.sources", "local_reads_no_disks_hosts", ["busybox cat //etc/hosts"], guest="local", real=True,
        text=r"\A(?![\s\S]*server)",
    ),
    Case(
        "4.sources", "local_takes_the_kernel_command_line", ["rank3"], guest="local", wants=error("^/boot/k: .*root="),
    ),
]
