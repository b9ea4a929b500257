"""What a benchmark has measured: shown as tables, drawn as a plot, kept, and compared with what was kept before.

Seconds differ from hour to hour; what is compared are ratios to something else in the same rounds, or sizes.
"""

import json
import os
import re
import subprocess
import time
from pathlib import Path
from statistics import median

from arch import ARCH

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "scripts/benchmark/kept"
PAGE = ROOT / "docs/benchmarks.md"
# Medians of five rounds, on a machine that does other things, too, are apart by less.
_WORSE = 1.15


class Results:
    """`unit` is what a figure is called in the plot; of all figures, less is better."""

    def __init__(self, name: str, rounds: int, unit: str = "times the floor", worse: float = _WORSE):
        self.name = name
        self.rounds = rounds
        self._unit = unit
        self._worse = worse
        self._samples: dict[int, dict[str, list[float]]] = {}  # seconds, by MB of the initrd and by case
        self.figures: dict[str, float] = {}
        self._plotted: list[str] = []
        self._blocks: list[list[str]] = []  # for the page, each as lines of Markdown

    def add(self, size: int, case: str, seconds: float | None):
        """None is of one that failed."""
        samples = self._samples.setdefault(size, {}).setdefault(case, [])
        if seconds is not None:
            samples.append(seconds)

    def show_times(self, size: int):
        """Prints the cases with an initrd of `size` MB, and each one's ratio to the case `floor`."""
        print(f"\n{size} MB initrd, power-on to the second kernel's marker: median of {self.rounds}, and how many times the floor")
        for case, samples in self._samples[size].items():
            seconds, ratio = self._times(size, case)
            print(f"  {case:34} {seconds:>8} {ratio:>6}", flush=True)
            if samples:
                self.put(f"{size} MB, {case}", round(self._ratio(size, case), 3))

    def show(self, header: list[str], rows: list[list[str]]):
        """Prints a table, which goes into docs/benchmarks.md, too."""
        widths = [max(map(len, column)) for column in zip(header, *rows)]
        for first, *others in [header, *rows]:
            print(f"  {first:{widths[0]}}", *(f"{cell:>{width}}" for cell, width in zip(others, widths[1:])), flush=True)
        self._blocks.append(_markdown(header, rows))

    def note(self, text: str):
        """Prints a sentence, which goes into docs/benchmarks.md, too."""
        print(f"\n{text}", flush=True)
        self._blocks.append([text])

    def put(self, case: str, figure: float, plotted: bool = True):
        """A figure that is none of seconds; less is better."""
        self.figures[case] = figure
        if plotted:
            self._plotted.append(case)

    def keep(self):
        """Writes figures and plot to where --check finds them, and tables and plot into docs/benchmarks.md."""
        rounds = f", medians of {self.rounds} rounds" if self.rounds > 1 else ""
        blocks = [[f"`scripts/bench {self.name}`, {_today()}{rounds}, {_machine()}:"]]
        if self._samples:
            blocks.append(self._times_table())
        blocks += self._blocks
        if self.figures:
            KEPT.mkdir(exist_ok=True)
            kept = {"date": _today(), "rounds": self.rounds, "figures": self.figures}
            (KEPT / f"{self.name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
            plot = KEPT / f"{self.name}.svg"
            self._plot(plot)
            blocks.append([f"![{self._unit}]({os.path.relpath(plot, PAGE.parent)})"])
        _put_into_page(self.name, "\n\n".join("\n".join(lines) for lines in blocks))

    def worse(self) -> list[str]:
        """What got worse since the figures that were kept."""
        file = KEPT / f"{self.name}.json"
        before = json.loads(file.read_text())["figures"] if file.exists() else {}
        worse = {case: figure for case, figure in self.figures.items() if figure > before.get(case, figure) * self._worse}
        return [f"{case}: {figure:g}, was {before[case]:g}" for case, figure in worse.items()]

    def _ratio(self, size: int, case: str) -> float:
        return median(self._samples[size][case]) / median(self._samples[size]["floor"])

    def _times(self, size: int, case: str) -> tuple[str, str]:
        """What the tables say of a case: seconds, and how many times the floor."""
        samples = self._samples[size].get(case)
        if not samples:
            return "failed", ""
        failed = self.rounds - len(samples)
        return f"{median(samples):.1f} s" + (f", {failed} of {self.rounds} failed" if failed else ""), f"{self._ratio(size, case):.2f}"

    def _times_table(self) -> list[str]:
        cases = dict.fromkeys(case for samples in self._samples.values() for case in samples)
        rows = [[case, *(cell for size in self._samples for cell in self._times(size, case))] for case in cases]
        heads = [head for size in self._samples for head in (f"{size} MB initrd", "× floor")]
        return _markdown(["power-on to the second kernel's marker", *heads], rows)

    def _plot(self, file: Path):
        rows = [(case, self.figures[case]) for case in reversed(self._plotted)]
        data = "\n".join(f'"{case}" {figure} {number}' for number, (case, figure) in enumerate(rows))
        script = f"""\
set terminal svg size 800,{60 + 22 * len(rows)} font "sans,12"
set output "{file}"
set title "{self.name}: {self._unit} (shorter is better)"
set xrange [0:*]
set yrange [-0.6:{len(rows) - 0.4}]
set grid xtics
set style fill solid 0.7
set bmargin 3
$data << END
{data}
END
plot $data using ($2/2):3:($2/2):(0.35):(strstrt(stringcolumn(1), "kboot") ? 1 : 2):ytic(1) with boxxyerrorbars linecolor variable notitle
"""
        subprocess.run(["gnuplot"], input=script, text=True, check=True)


def _markdown(header: list[str], rows: list[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in [header, *rows]]
    return [lines[0], "|---" * (lines[0].count("|") - 1) + "|", *lines[1:]]


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def _machine() -> str:
    qemu = subprocess.run([ARCH.qemu[0], "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[3]
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"QEMU {qemu} with TCG on {os.cpu_count()} CPUs of {model.group(1) if model else 'unknown make'}"


def _put_into_page(name: str, text: str):
    """In place of what stands between the two comments with that name."""
    begin, end = f"<!-- bench {name} -->\n", f"<!-- end of bench {name} -->\n"
    before, rest = PAGE.read_text().split(begin)
    PAGE.write_text(f"{before}{begin}\n{text}\n\n{end}{rest.split(end)[1]}")
