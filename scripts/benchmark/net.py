"""From power-on to the second kernel over a network, beside other loaders; rates beside curl; memory; dead links.

Everything runs in a network namespace of its own, with nginx, atftpd, vsftpd and nfs-ganesha. A case that fails is
shown as such and does not stop the others.
"""

import functools
import time
from collections.abc import Callable
from statistics import median

import timing
from archive import host_program
from lab import Lab
from loaders import LOADERS, Place, floor, kboot, kboot_machine
from machine import Machine
from network import ADDRESS
from results import Results

_MB = 1_000_000
_DEADLINE = 600
_KBOOT = ("http", "https", "ftp", "tftp", "nfs")
_RELAYS = {"tftp, 10 ms each way": (7001, 0.010, 0), "tftp, 0.2 % lost": (7002, 0, 0.002)}
_SMALL = 3  # MB, for what is slow
_TFTP_KERNEL = 14  # MB


def add_options(options):
    timing.add_options(options, "cases", sizes=(30, 200))


def _start_kboot(lab: Lab, scheme: str, place: Place) -> Machine:
    return kboot(lab, place, scheme)


def run(lab: Lab, arguments) -> Results:
    results = Results("net", arguments.rounds)
    starts: dict[str, Callable] = {f"kboot, {scheme}": functools.partial(_start_kboot, lab, scheme) for scheme in _KBOOT}
    starts = {name: start for name, start in (starts | LOADERS).items() if arguments.only.search(name)}
    for size in arguments.sizes if starts else ():
        with Place(lab, size * _MB) as place:
            timing.time_boots(results, size, place, {"floor": floor, **starts})
    with Place(lab, _MB) as place:
        for name, show in {"rates": _show_rates, "memory": _show_memory, "dead links": _show_dead_links}.items():
            if arguments.only.search(name):
                show(lab, place, results)
    return results


def _show_rates(lab: Lab, place: Place, results: Results):
    """kboot beside curl, in the same guest; what kboot fetches as a kernel is none, so that it ends there."""
    for name, size in {"ballast": 200, "kernel": _TFTP_KERNEL, "small": _SMALL}.items():
        place.put(name, size * _MB)
    for port, delay, loss in _RELAYS.values():
        place.relay(port, delay, loss)
    cases = {
        "http": (f"http://{ADDRESS}/ballast", 200), "https": (f"https://{ADDRESS}/ballast", 200), "ftp": (f"ftp://{ADDRESS}/ballast", 200),
        "tftp": (f"tftp://{ADDRESS}/kernel", _TFTP_KERNEL),
        "tftp, 10 ms each way": (f"tftp://{ADDRESS}:7001/small", _SMALL),
        "tftp, 0.2 % lost": (f"tftp://{ADDRESS}:7002/kernel", _TFTP_KERNEL),
    }
    rows = []
    with kboot_machine(lab, place, more=host_program("/usr/bin/curl")) as machine:
        machine.prompt()
        machine.wait_for_lease()
        for name, (url, size) in cases.items():
            rates: dict[str, list[float]] = {"kboot": [], "curl": []}
            curl = f"curl -s --tftp-blksize 1448 --cacert {place.authorities} -o /tmp/x {url}; rm /tmp/x"
            for _ in range(1 if name in _RELAYS else results.rounds):
                for who, line in {"kboot": url, "curl": curl}.items():
                    begin = time.monotonic()
                    machine.run(line, _DEADLINE)
                    rates[who].append(size / (time.monotonic() - begin))
            ours, theirs = median(rates["kboot"]), median(rates["curl"])
            results.put(f"curl's rate by kboot's, {name}", round(theirs / ours, 3), plotted=False)
            rows.append([f"{name}, {size} MB", f"{ours:.1f} MB/s", f"{theirs:.2f} MB/s", f"{ours / theirs:.2f} ×"])
    print()
    results.show(["in one guest", "kboot", "curl", "kboot by curl"], rows)


def _show_memory(lab: Lab, place: Place, results: Results):
    """What staging takes at the most beyond the files themselves."""
    place.put("ballast", 200 * _MB)
    watch = "while sleep 0.02; do grep MemAvailable /proc/meminfo; done >/tmp/seen"
    with kboot_machine(lab, place) as machine:
        machine.prompt()
        machine.wait_for_lease()
        machine.run(f"setsid sh -c '{watch}' </dev/null &")
        time.sleep(1)
        # The checksum of what comes last is wrong: all is fetched, nothing started.
        line = f"http://{ADDRESS}/vmlinuz initrd=http://{ADDRESS}/initrd.img,http://{ADDRESS}/ballast#sha256={'0' * 64}"
        said = machine.run(line, 120)
        seen = [int(line.split()[1]) for line in machine.run("!sort -u /tmp/seen", 60).splitlines() if line.startswith("MemAvailable")]
    assert "refused: its SHA-256 is" in said, said
    taken, files = (max(seen) - min(seen)) * 1024 / _MB, 200 + sum(map(len, place.files.values())) / _MB
    results.put("memory taken by what was fetched", round(taken / files, 3), plotted=False)
    results.note(f"While {files:.0f} MB are fetched, at most {taken:.0f} MB of memory are taken.")


def _show_dead_links(lab: Lab, place: Place, results: Results):
    """Four cards with a cable and nobody at the other end."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(results.rounds):
        for dead, seconds in times.items():
            seconds.append(timing.phases(lambda place, dead=dead: kboot(lab, place, "http", dead_links=4 if dead else 0), place)[""])
    results.note(f"Four links with a cable and nobody at the other end: {median(times[True]) - median(times[False]):+.1f} s to the marker.")
