"""From power-on to the second kernel off a disk, beside other loaders; to kboot's prompt; from Enter on."""

import re

import disks
from disks import LOADERS, Disks
from lab import Lab
from results import Results
from timing import time_boots

SIZES = (30, 200)  # MB of an initrd


def add_options(options):
    options.add_argument("--only", metavar="PATTERN", default="", help="only loaders whose name has this regular expression in it")
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="MB", help="of the initrds")


def run(lab: Lab, arguments) -> Results:
    results = Results("boot", arguments.rounds)
    wanted = re.compile(arguments.only)
    starts = {"floor": disks.floor} | {name: start for name, start in LOADERS.items() if wanted.search(name)}
    for size in arguments.sizes:
        time_boots(results, size, Disks(lab, size), starts)
    return results
