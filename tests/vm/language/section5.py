"""5. Restricted, as far as -n shows it; the attacks on a real prompt are in test_restricted.py."""

import re

from language.case import Case, error, plan

K = "/boot/k"
CONF = f"restricted=true\none='{K} a=1'\nwhere=pwd\nhere=/boot\n"


def refused(name: str, line: str, **more) -> Case:
    return Case("5.refused", name, [line], conf=CONF, wants=error("^restricted: "), **more)


CASES = [
    Case("5", "defined_label", ["one"], conf=CONF, wants=plan("/k", "root=/dev/sda2 a=1", origin="label one")),
    Case("5", "help", ["help"], conf=CONF, wants={"output": re.compile("restricted")}),
    Case("5", "reboot", ["reboot"], conf=CONF, wants={"shell": "reboot"}),
    Case("5", "poweroff", ["poweroff"], conf=CONF, wants={"shell": "poweroff"}),
    refused("typed_arguments", "one single"),
    refused("typed_initrd", "one initrd=sda6:/initrd"),
    refused("assignment", "x=1"),
    refused("assignment_of_restricted", "restricted=false"),
    refused("assignment_to_a_label", f"one={K}"),
    refused("path", K),
    refused("device", "vda1"),
    refused("url", "http://WEB/k"),
    refused("sh", "sh"),
    refused("shell_command", "echo a"),
    refused("cd", "cd /"),
    refused("pwd", "pwd"),
    refused("plan", "plan one"),
    refused("label_of_a_command", "where"),
    Case("5.refused", "label_of_a_directory", ["here"], conf=CONF, wants=error("^/boot: not a file")),
    Case("5", "not_restricted_by_false", [K], conf="restricted=false\n", wants=plan("/k")),
    Case("5", "not_restricted_when_unset", [K], conf="a=1\n", wants=plan("/k")),
]
