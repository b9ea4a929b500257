"""What a benchmark has measured: shown as a table, drawn as a plot, kept, and compared with what was kept before.

Seconds differ from hour to hour; what is compared are ratios to something else in the same rounds, or sizes.
"""

import json
import subprocess
import time
from pathlib import Path
from statistics import median

KEPT = Path(__file__).resolve().parent / "kept"
# Medians of five rounds, on a machine that does other things, too, are apart by less.
_WORSE = 1.15


class Results:
    """`unit` is what a figure is called in the plot; of all figures, less is better."""

    def __init__(self, name: str, rounds: int, unit: str = "times the floor", worse: float = _WORSE):
        self.name = name
        self.rounds = rounds
        self._unit = unit
        self._worse = worse
        self._samples: dict[str, list[float]] = {}
        self._seconds: dict[str, float] = {}
        self._figures: dict[str, float] = {}
        self._plotted: list[str] = []

    def add(self, case: str, seconds: float):
        self._samples.setdefault(case, []).append(seconds)

    def show(self, title: str, prefix: str, floor: str):
        """Prints the cases that begin with prefix, and each one's ratio to the floor."""
        print(f"\n{title}: median of {self.rounds}, and how many times the floor")
        base = median(self._samples[floor])
        for case, samples in self._samples.items():
            if not case.startswith(prefix):
                continue
            middle = median(samples)
            self._seconds[case] = round(middle, 2)
            self.put(case, round(middle / base, 3))
            failed = f", {self.rounds - len(samples)} failed" if len(samples) < self.rounds else ""
            print(f"  {case.removeprefix(prefix):34} {middle:6.1f} s {middle / base:6.2f} x{failed}", flush=True)

    def put(self, case: str, figure: float, plotted: bool = True):
        """A figure that is none of seconds; less is better."""
        self._figures[case] = figure
        if plotted:
            self._plotted.append(case)

    def keep(self):
        """Writes figures and plot to where --check and the README find them."""
        KEPT.mkdir(exist_ok=True)
        kept = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "rounds": self.rounds, "figures": self._figures, "seconds": self._seconds}
        (KEPT / f"{self.name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        self._plot(KEPT / f"{self.name}.svg")

    def worse(self) -> list[str]:
        """What got worse since the figures that were kept."""
        file = KEPT / f"{self.name}.json"
        before = json.loads(file.read_text())["figures"] if file.exists() else {}
        return [f"{case}: {figure:g}, was {before[case]:g}" for case, figure in self._figures.items() if figure > before.get(case, figure) * self._worse]

    def _plot(self, file: Path):
        rows = [(case, self._figures[case]) for case in reversed(self._plotted)]
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
