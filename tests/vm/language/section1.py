"""1. A line."""

from language.case import Case, error, place, plan

K = "/boot/k"
ENTRY = "/boot/loader/entries/debian.conf"
ROOT = "root=/dev/sda2"
AT_BOOT = place(K, "booted", "/dev/sda1", "/k")
INITRD = place("/boot/initrd.img", "booted", "/dev/sda1", "/initrd.img")


def shell(command: str) -> dict:
    return {"shell": command}


CASES = [
    Case("1", "split_into_words_at_blanks", [f"  {K}  a=1 \t b=2 "], wants=plan(AT_BOOT, f"{ROOT} a=1 b=2")),
    # Rule 1
    Case(
        "1.1", "empty_line_runs_the_default_label", [""], options=["--set", "default=one", "--set", f"one={K} a=1"],
        wants=plan(K[5:], f"{ROOT} a=1", origin="label one"),
    ),
    Case(
        "1.1", "empty_line_runs_the_default_line", [""], options=["--set", f"default={K} a=1"],
        wants=plan(AT_BOOT, f"{ROOT} a=1", origin="default"),
    ),
    Case(
        "1.1", "default_may_be_a_label_with_arguments", [""],
        options=["--set", "default=one b=2", "--set", f"one={K} a=1"], wants=plan(cmdline=f"{ROOT} a=1 b=2"),
    ),
    Case("1.1", "empty_line_without_default_does_nothing", ["", "   "], wants=[]),
    # Rule 2
    Case("1.2", "assignment", [f"one={K}", "one"], wants=plan(AT_BOOT, origin="label one"), typed=True),
    Case("1.2", "double_quotes_are_removed", [f'one="{K} a=1"', "one"], wants=plan(cmdline=f"{ROOT} a=1"), typed=True),
    Case("1.2", "single_quotes_are_removed", [f"one='{K} $a'", "one"], wants=plan(cmdline=f"{ROOT} $a")),
    Case("1.2", "quotes_in_the_middle_are_removed", [f"one={K}' 'a=1", "one"], wants=plan(cmdline=f"{ROOT} a=1")),
    Case("1.2", "only_when_alone_on_the_line", ["one=1 two=2"], wants=shell("one=1 two=2")),
    Case("1.2", "not_before_a_kernel", [f"a=1 {K}"], wants={"shell": "a=1 /run/kboot/mnt/sda1/k"}),
    Case(
        "1.2", "assignment_wins_over_label", [f"one={K} a=1", "one=", "one"], wants=shell("one"),
        says="rule 2 comes before rule 3: a label's name with = is an assignment",
    ),
    # Rule 3
    Case(
        "1.3", "label_is_replaced_by_its_value", [f'one="{K} a=1"', "one"],
        wants=plan(AT_BOOT, f"{ROOT} a=1", origin="label one"),
    ),
    Case(
        "1.3", "typed_words_follow_the_value", [f'one="{K} a=1"', "one b=2  c=3"],
        wants=plan(cmdline=f"{ROOT} a=1 b=2 c=3"), typed=True,
    ),
    Case("1.3", "replaced_once_never_recursively", [f"two={K}", 'one="two a=1"', "one"], wants=shell("two a=1")),
    Case("1.3", "not_replaced_by_itself", ['one="one a=1"', "one"], wants=shell("one a=1")),
    Case("1.3", "value_is_split_at_blanks", [f'one="{K}  a=1   b=2"', "one"], wants=plan(cmdline=f"{ROOT} a=1 b=2")),
    Case(
        "1.3", "no_quotes_are_parsed_in_the_value", [f"one={K}' \"a  b\"'", "one"], wants=plan(cmdline=f'{ROOT} "a b"'),
    ),
    Case(
        "1.3", "initrd_in_the_value_counts", [f'one="{K} initrd=/boot/initrd.img"', "one"],
        wants=plan(cmdline=ROOT, initrds=["/initrd.img"]),
    ),
    Case("1.3", "reserved_name_is_no_label", ["initrd=//lang/k", "initrd"], wants=shell("initrd")),
    Case("1.3", "empty_variable_is_no_label", ["one=", "one"], wants=shell("one")),
    Case("1.3", "label_begins_with_a_small_letter", [f"One={K}", "One"], wants=shell("One")),
    Case("1.3", "label_does_not_begin_with_underscore", [f"_one={K}", "_one"], wants=shell("_one")),
    Case(
        "1.3", "label_has_letters_digits_underscores", [f"b26131_X={K}", "b26131_X"],
        wants=plan(origin="label b26131_X"),
    ),
    Case("1.3", "case_sensitive", [f"one={K}", "oNe"], wants=shell("oNe")),
    Case("1.3", "only_the_first_word_is_replaced", [f"one={K}", f"{K} one"], wants=plan(cmdline=f"{ROOT} one")),
    # Rule 4
    Case("1.4", "command", ["pwd"], wants={"output": "//\n"}, typed=True),
    Case("1.4", "label_wins_over_command", [f"pwd={K}", "pwd"], wants=plan(AT_BOOT, origin="label pwd")),
    Case(
        "1.4", "command_wins_over_file", ["cd /srv", "pwd"], says="/srv has a kernel called pwd",
        wants={"output": "/srv\n"},
    ),
    Case("1.4", "command_as_the_value_of_a_label", ["where=pwd", "where"], wants={"output": "//\n"}),
    # Rule 5
    Case("1.5", "path_to_an_image_is_booted", [K], wants=plan(AT_BOOT, ROOT, [], "typed"), typed=True),
    Case("1.5", "linux_kernel", ["/boot/vmlinuz quiet"], wants=plan("/vmlinuz", f"{ROOT} quiet"), typed=True),
    Case("1.5", "bare_name_in_the_current_directory", ["cd /boot", "k a=1"], wants=plan("/k", f"{ROOT} a=1")),
    Case(
        "1.5", "url", ["http://WEB/k a=1"],
        wants=plan(place("http://WEB/k", "url", None, "http://WEB/k"), f"{ROOT} a=1"), typed=True,
    ),
    Case(
        "1.5", "boot_loader_specification_entry", [f"{ENTRY} single"],
        wants=plan(AT_BOOT, "root=/dev/sda2 ro single", [INITRD], "typed"), typed=True,
    ),
    Case(
        "1.5", "entry_by_the_name_with_its_count", ["sda1:/loader/entries/debian+2-1.conf"],
        wants=plan("/k", "root=/dev/sda2 ro", ["/initrd.img"]),
    ),
    Case(
        "1.5", "entry_by_a_count_that_it_had", ["cd /boot/loader/entries", "debian+3.conf"],
        wants=plan("/k", "root=/dev/sda2 ro", ["/initrd.img"]),
    ),
    Case(
        "1.5", "typed_initrd_replaces_an_entrys", [f"{ENTRY} initrd=/boot/extra.img"],
        wants=plan(cmdline="root=/dev/sda2 ro", initrds=["/extra.img"]),
    ),
    Case(
        "1.5", "entry_gets_no_global_root_or_initrd", ["root=/dev/sda6", "initrd=/boot/extra.img", "sda1:/loader/entries/debian.conf"],
        wants=plan(cmdline="root=/dev/sda2 ro", initrds=["/initrd.img"]),
    ),
    Case(
        "1.5", "missing_entry", ["/boot/loader/entries/none.conf"], typed=True,
        wants=error("^/boot/loader/entries/none.conf: no such file"),
    ),
    Case(
        "1.5", "quotes_are_literal", [f"""{K} a="b  c" d='e  f'"""],
        wants=plan(cmdline=f"""{ROOT} a="b  c" d='e  f'"""), typed=True,
    ),
    Case(
        "1.5", "dollar_is_literal", [f"{K} a=$HOME ${{PATH}}"], wants=plan(cmdline=f"{ROOT} a=$HOME ${{PATH}}"),
        typed=True,
    ),
    Case("1.5", "star_is_literal", [f"{K} a=* /boot/*"], wants=plan(cmdline=f"{ROOT} a=* /boot/*")),
    Case("1.5", "semicolon_is_literal", [f"{K} a;reboot"], wants=plan(cmdline=f"{ROOT} a;reboot"), typed=True),
    Case("1.5", "backslash_is_literal", [rf"{K} a\ b\\c"], wants=plan(cmdline=rf"{ROOT} a\ b\\c")),
    Case(
        "1.5", "blanks_in_quotes_are_kept", [f'{K} dyndbg="file a.c   +p" b'],
        wants=plan(cmdline=f'{ROOT} dyndbg="file a.c   +p" b'),
    ),
    Case(
        "1.5", "paths_in_arguments_stay", [f"{K} init=/bin/sh x=/boot/k"],
        wants=plan(cmdline=f"{ROOT} init=/bin/sh x=/boot/k"),
    ),
    Case(
        "1.5", "initrd_is_taken_out", [f"{K} a=1 initrd=/boot/initrd.img b=2"],
        wants=plan(cmdline=f"{ROOT} a=1 b=2", initrds=[INITRD]), typed=True,
    ),
    Case(
        "1.5", "several_initrds_are_joined_in_order",
        [f"{K} initrd=/boot/extra.img a initrd=sda6:initrd initrd=/boot/initrd.img"],
        wants=plan(cmdline=f"{ROOT} a", initrds=["/extra.img", "/initrd", "/initrd.img"]), typed=True,
    ),
    Case(
        "1.5", "comma_separated_initrds", [f"{K} initrd=/boot/initrd.img,sda6:/initrd,http://WEB/initrd.img"],
        wants=plan(cmdline=ROOT, initrds=["/initrd.img", "/initrd", "http://WEB/initrd.img"]), typed=True,
    ),
    Case(
        "1.5", "commas_and_repetition_mix",
        [f"{K} initrd=/boot/a initrd=/boot/extra.img,/boot/initrd.img initrd=sda6:initrd"],
        wants=error("initrd=/boot/a: no such file"),
    ),
    Case("1.5", "global_initrd", ["initrd=/boot/initrd.img", K], wants=plan(initrds=["/initrd.img"]), typed=True),
    Case(
        "1.5", "global_initrd_may_be_a_list", ["initrd=/boot/initrd.img,sda6:initrd", K],
        wants=plan(initrds=["/initrd.img", "/initrd"]),
    ),
    Case(
        "1.5", "empty_initrd_cancels_the_global_one", ["initrd=/boot/initrd.img", f"{K} initrd= a"],
        wants=plan(cmdline=f"{ROOT} a", initrds=[]),
    ),
    Case(
        "1.5", "typed_initrd_replaces_the_global_one", ["initrd=/boot/initrd.img", f"{K} initrd=/boot/extra.img"],
        wants=plan(initrds=["/extra.img"]),
    ),
    Case(
        "1.5", "initrd_of_a_label_replaces_the_global_one",
        ["initrd=/boot/initrd.img", f'one="{K} initrd=sda6:initrd"', "one"], wants=plan(initrds=["/initrd"]),
    ),
    Case(
        "1.5", "missing_initrd", [f"{K} initrd=/boot/missing"], wants=error("^initrd=/boot/missing: no such file"),
        typed=True,
    ),
    Case(
        "1.5", "root_replaces_the_global_one", [f"{K} a root=/dev/sdx9 b"], wants=plan(cmdline="a root=/dev/sdx9 b"),
        typed=True,
    ),
    Case(
        "1.5", "root_of_a_label_replaces_the_global_one", [f'one="{K} root=LABEL=x"', "one"],
        wants=plan(cmdline="root=LABEL=x"),
    ),
    Case(
        "1.5", "command_line_starts_with_root", ["root=/dev/sda6", "sda1:/k a"], wants=plan(cmdline="root=/dev/sda6 a"),
    ),
    Case("1.5", "no_root_no_word", ["root=", "sda1:/k a"], wants=plan(cmdline="a")),
    Case(
        "1.5", "failed_load_is_not_retried_as_a_program", ["/boot/broken"],
        says="/boot/broken is a truncated kernel with its x bits set", wants=error("^/boot/broken: .*incomplete"),
        typed=True,
    ),
    Case(
        "1.5", "failed_load_gives_the_next_line", ["/boot/broken", "pwd"],
        wants=[error("incomplete"), {"output": "//\n"}],
    ),
    # Rule 6
    Case("1.6", "directory", ["/boot"], wants=error("^/boot: not a file$"), typed=True),
    Case("1.6", "directory_with_arguments", ["/boot/folder a b"], wants=error("^/boot/folder: not a file$")),
    Case("1.6", "directory_on_a_device", ["sda6:/kernels"], wants=error("^sda6:/kernels: not a file$"), typed=True),
    Case("1.6", "root_of_a_device", ["sda6:"], wants=error("^sda6:: not a file$")),
    # Rule 7
    Case(
        "1.7", "device_name", ["vda1"],
        wants=plan(place("/k", "booted", "/dev/vda1", "/k"), "root=/dev/vda1 from=vda1"), typed=True,
    ),
    Case("1.7", "device_node", ["/dev/vda1"], wants=plan("/k", "root=/dev/vda1 from=vda1"), typed=True),
    Case(
        "1.7", "device_uuid", ["UUID=8d3c7141-2d2e-4f74-9c75-2d4151812b01"],
        wants=plan("/k", "root=UUID=8d3c7141-2d2e-4f74-9c75-2d4151812b01 from=vda1"),
    ),
    Case("1.7", "device_label", ["LABEL=lab-other"], wants=plan("/k", "root=LABEL=lab-other from=vda1"), typed=True),
    Case(
        "1.7", "device_partuuid", ["PARTUUID=9e4d8252-3e3f-4085-ad86-3e52629f3c01"],
        wants=plan("/k", "root=PARTUUID=9e4d8252-3e3f-4085-ad86-3e52629f3c01 from=vda1"),
    ),
    Case("1.7", "device_partlabel", ["PARTLABEL=other"], wants=plan("/k", "root=PARTLABEL=other from=vda1")),
    Case(
        "1.7", "default_of_the_device_with_its_initrd", ["sda6"],
        says="its kboot.conf lies in /boot, and sets root and initrd",
        wants=plan("/d/k", "root=/dev/elsewhere from=sda6", ["/initrd"]),
    ),
    Case("1.7", "no_configuration_on_it", ["vda2"], wants=error("^vda2: no boot configuration found"), typed=True),
    Case("1.7", "no_file_system_on_it", ["sda5"], wants=error("^sda5: ")),
    Case("1.7", "no_such_device", ["/dev/sdz9"], wants=error("^/?(dev/)?sdz9: no such device"), typed=True),
    Case("1.7", "no_such_tag", ["LABEL=nowhere"], wants=error("^LABEL=nowhere: no such device")),
    Case("1.7", "the_session_keeps_its_own_root", ["vda1", K], wants=plan(AT_BOOT, ROOT)),
    # Rule 8
    Case("1.8", "anything_else_goes_to_the_shell", ["echo a  b"], wants=shell("echo a b")),
    Case("1.8", "shell_runs_it", ["echo a; echo $((1+2))"], real=True, text=r"^a\n3\n$"),
    Case(
        "1.8", "words_that_are_files_become_local_paths", ["busybox cat /boot/notes.txt sda6:/d/k //lang/k"],
        wants=shell("busybox cat /run/kboot/mnt/sda1/notes.txt /run/kboot/mnt/sda6/d/k /lang/k"),
    ),
    Case(
        "1.8", "words_that_are_directories_too", ["busybox ls -l LABEL=lab-data:/kernels"],
        wants=shell("busybox ls -l /run/kboot/mnt/sda6/kernels"),
    ),
    Case(
        "1.8", "the_file_is_read", ["busybox cat /boot/notes.txt sda6:/d/notes"], real=True,
        text=r"^Not a kernel\.\nOn sda6\.\n$",
    ),
    Case("1.8", "the_url_is_fetched", ["busybox cat http://WEB/notes.txt"], real=True, text=r"^Not a kernel\.\n$"),
    Case(
        "1.8", "a_word_that_names_nothing_stays", ["echo /boot/missing sda6:/missing x:/y nothing"],
        wants=shell("echo /boot/missing sda6:/missing x:/y nothing"),
    ),
    Case(
        "1.8", "the_current_directory_is_the_shells", ["cd /boot", "busybox cat notes.txt"], real=True,
        text=r"^Not a kernel\.\n$",
    ),
    Case("1.8", "a_failed_program_gives_its_status", ["false"], real=True, wants=error("false: ended with status 1")),
    Case("1.8", "an_unknown_program", ["nonsense"], real=True, wants=error("status 127"), err="nonsense: not found"),
    # Ours: what can only be meant as a path is not for the shell to complain about.
    Case(
        "1.8", "a_path_to_nothing_is_an_error", ["/boot/missing a"], wants=error("^/boot/missing: no such file"),
        typed=True,
    ),
    Case(
        "1.8", "a_path_to_text_is_an_error", ["/boot/notes.txt"], wants=error("^/boot/notes.txt: not a kernel: text"),
        typed=True,
    ),
    Case("1.8", "a_path_to_a_program_runs_it", ["/boot/hello world"], real=True, text="^hello world from the disk\n$"),
]
