"""The README's example session, typed at the prompt of scripts/run.

The README is the script: the lines of its block that begin with a prompt are typed, and the block has to be what
then is on the console. KBOOT_README_ACCEPT=1 in the environment writes the block anew instead of comparing.
"""

import difflib
import os
import re
import sys
from pathlib import Path

from console import ERASED
from lab import Lab
from machine import Machine

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))

import demo  # noqa: E402

README = ROOT / "README.md"
BLOCK = re.compile(r"^    kboot: .*\n(?:    .*\n|\n)*    / #\n", re.MULTILINE)
PROMPT = re.compile(r"kboot(?: \S+)?: ")
SHELL = "/ # "  # the second kernel's, with which the session ends

# What is different in each run or on each machine, and how it is written in the README.
VARYING = [
    (re.compile(r"10\.0\.2\.2:\d+"), "10.0.2.2:8080"),
    (re.compile(r"6\.1\.0-\d+-cloud-amd64"), "6.1.0-56-cloud-amd64"),
]


def test_readme_session(lab: Lab):
    text = README.read_text()
    blocks = BLOCK.findall(text)
    assert len(blocks) == 1, f"README.md has {len(blocks)} blocks from a prompt to the second kernel's"
    written = [line.removeprefix("    ").rstrip() for line in blocks[0].splitlines()]
    typed = [line[prompt.end() :] for line in written if (prompt := PROMPT.match(line))]

    disk = lab.scratch / "readme.disk"
    with demo.serve_and_install(disk) as server:
        lines = [line.replace("http://10.0.2.2:8080", server.url) for line in typed]
        with Machine(demo.KERNEL, [demo.INITRAMFS], demo.APPEND, disks=[disk]) as machine:
            seen = session(machine, lines)
    for pattern, text_in_readme in VARYING:
        seen = [pattern.sub(text_in_readme, line) for line in seen]
        written = [pattern.sub(text_in_readme, line) for line in written]
    if os.environ.get("KBOOT_README_ACCEPT"):
        block = "".join(f"    {line}".rstrip() + "\n" for line in seen)
        README.write_text(text.replace(blocks[0], block))
        return
    difference = list(difflib.unified_diff(written, seen, "README.md", "the console", lineterm=""))
    hint = "KBOOT_README_ACCEPT=1 scripts/test vm/readme_session writes it anew"
    assert not difference, "the README's session is stale; " + hint + ":\n" + "\n".join(difference)


def session(machine: Machine, lines: list) -> list:
    """What the console shows while lines are typed. The last one boots."""
    machine.prompt()
    machine.wait_for_lease()
    machine.run("until kboot -n -c net | grep -q fe80:; do sleep 0.2; done", 60)
    prompt = "kboot: "
    seen = []
    for line in lines[:-1]:
        machine.type(line)
        answer = machine.expect(rf"([\s\S]*?)^({PROMPT.pattern})\Z", 30)
        seen += [prompt + line, *answer.group(1).splitlines()[1:]]  # the echo of a long line is wrapped
        prompt = answer.group(2)
    machine.type(lines[-1])
    said = machine.expect(rf"([\s\S]*?)^{SHELL}\Z", 180).group(1)
    seen += [prompt + lines[-1], *said.splitlines()[1:], SHELL]
    # A download that takes longer shows how far it is; QEMU's router may be quicker to say its old prefix.
    return [re.sub(r"fec0:\S+ ", "", line).rstrip() for line in seen if ERASED not in line]
