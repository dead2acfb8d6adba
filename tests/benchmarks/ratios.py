"""The ratios of ``make bench``: what depends little on the machine, kept in ``last.json`` and compared with later ones.

    make bench                 # measures, and keeps the ratios
    make bench-compare         # measures again, keeps nothing, and tells what moved by more than a tenth

What belongs here: keeping and comparing. What does not: measuring (the other files of this folder).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

KEPT = Path(__file__).with_name("last.json")
MOVED = 0.1
"""From which share on a ratio is told to have moved."""


def keep(ratios: Mapping[str, float]) -> None:
    """Add ratios, by what they are of, to the file that ``BENCH_RATIOS`` names; nothing is kept where it names none."""
    if name := os.environ.get("BENCH_RATIOS"):
        file = Path(name)
        kept = {**read(file), **{ratio: float(f"{value:.3g}") for ratio, value in ratios.items()}}
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read(file: Path) -> dict[str, float]:
    """Return the ratios of a file; none where it is empty or there is none."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {str(name): float(value) for name, value in json.loads(text or "{}").items()}


def moved(before: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """Return a line for each ratio that moved by more than a tenth, or that only one side has measured."""
    lines = []
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            lines.append(f"{name}: {before[name]:g}, not measured now")
        elif name not in before:
            lines.append(f"{name}: {now[name]:g}, not measured before")
        elif abs(now[name] - before[name]) > MOVED * abs(before[name]):
            change = f" ({now[name] / before[name] - 1:+.0%})" if before[name] else ""
            lines.append(f"{name}: {before[name]:g} → {now[name]:g}{change}")
    return lines


def main(file: Path) -> None:
    """Print what moved between the ratios that are kept and those of a file."""
    lines = moved(read(KEPT), read(file))
    sys.stdout.write("\n".join(["", *(lines or ["No ratio moved by more than a tenth."]), ""]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
