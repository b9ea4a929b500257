"""What a benchmark has measured: shown as a table, drawn as a plot, kept, and compared with what was kept before.

Seconds differ from hour to hour; what is kept and compared are ratios to a floor of the same rounds.
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
    def __init__(self, name: str, rounds: int):
        self.name = name
        self.rounds = rounds
        self._samples: dict[str, list[float]] = {}
        self._ratios: dict[str, float] = {}

    def add(self, case: str, value: float):
        self._samples.setdefault(case, []).append(value)

    def show(self, title: str, prefix: str, floor: str):
        """Prints the cases that begin with prefix, and each one's ratio to the floor."""
        print(f"\n{title}: median of {self.rounds}, and how many times the floor")
        base = median(self._samples[floor])
        for case, samples in self._samples.items():
            if not case.startswith(prefix):
                continue
            middle = median(samples)
            self._ratios[case] = round(middle / base, 3)
            failed = f", {self.rounds - len(samples)} failed" if len(samples) < self.rounds else ""
            print(f"  {case.removeprefix(prefix):34} {middle:6.1f} s {middle / base:6.2f} x{failed}", flush=True)

    def keep(self):
        """Writes figures and plot to where --check and the README find them."""
        KEPT.mkdir(exist_ok=True)
        kept = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "rounds": self.rounds, "ratios": self._ratios}
        (KEPT / f"{self.name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        self._plot(KEPT / f"{self.name}.svg")

    def worse(self) -> list[str]:
        """What is slower than the figures that were kept, by ratio."""
        file = KEPT / f"{self.name}.json"
        before = json.loads(file.read_text())["ratios"] if file.exists() else {}
        return [f"{case}: {ratio:.2f} x, was {before[case]:.2f} x" for case, ratio in self._ratios.items() if ratio > before.get(case, ratio) * _WORSE]

    def _plot(self, file: Path):
        rows = list(reversed(self._ratios.items()))
        data = "\n".join(f'"{case}" {ratio} {number}' for number, (case, ratio) in enumerate(rows))
        script = f"""\
set terminal svg size 800,{60 + 22 * len(rows)} font "sans,12"
set output "{file}"
set title "{self.name}: times the floor (shorter is better)"
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
