"""From power-on to the second kernel off a disk, beside other loaders; to kboot's prompt; from Enter on."""

import disks
import timing
from disks import LOADERS, Disks
from lab import Lab
from results import Results


def add_options(options):
    timing.add_options(options, "loaders", sizes=(30, 200))


def run(lab: Lab, arguments) -> Results:
    results = Results("boot", arguments.rounds)
    starts = {"floor": disks.floor} | {name: start for name, start in LOADERS.items() if arguments.only.search(name)}
    for size in arguments.sizes:
        timing.time_boots(results, size, Disks(lab, size), starts)
    return results
