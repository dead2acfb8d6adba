"""What a night costs: a load in which nothing changed, and one with a single new file, beside all that was received.

    python -m pytest tests/benchmarks -q -s -k nights                  # among 100 and 1 000 archived files
    BENCH_NIGHTS=100,1000,10000 python -m pytest tests/benchmarks -q -s -k nights

The files are one-sheet returns of 90 made-up figures of the 18 regions and 24 years, of which one in twenty is restated
each time. Processor seconds of the command and of all that it started; nothing is asserted about time.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
from pathlib import Path

import xlsxwriter

from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import territories
from tests.benchmarks.processes import cost_of
from tests.benchmarks.ratios import keep
from tests.benchmarks.test_speed import ROUNDS, show
from tests.benchmarks.workbooks import restated

SIZES = [int(size) for size in os.environ.get("BENCH_NIGHTS", "100,1000").split(",")]
_YEARS = 3
_SPAN = 24
_FIRST_YEAR = 2000
_REGIONS = [each for each in territories() if each.level == "region" and each.valid_to is None]
_COUNTED = [each for each in indicators().values() if each.is_count and each.scope == "action_logement"][:30]


def write_return(raw: Path, number: int) -> None:
    """Write the return of that number: 30 indicators, 3 years."""
    region, chance = _REGIONS[number % len(_REGIONS)], random.Random(number)
    first = _FIRST_YEAR + number // len(_REGIONS) * _YEARS % _SPAN
    path = raw / f"regional_return/{region.slug}/bilan-{number:05}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Activité")
        sheet.write_column(0, 0, ["Bilan annuel (chiffres inventés)", "Région :", "Date d'envoi :"])
        sheet.write_column(1, 1, [region.name, f"{number % 28 + 1:02}/{number // 28 % 12 + 1:02}/2025"])
        sheet.write_row(4, 0, ["Indicateur", *range(first, first + _YEARS)])
        for place, indicator in enumerate(_COUNTED):
            base = 1000 + 37 * place + 101 * int(region.code)
            figures = [base + 23 * (first + year) + restated(chance) for year in range(_YEARS)]
            sheet.write_row(5 + place, 0, [indicator.label_fr, *figures])


def processor_seconds(home: Path) -> float:
    """Load, and return what it cost."""
    places = {"HOUSING_RAW": str(home / "raw"), "HOUSING_WAREHOUSE": str(home / "warehouse")}
    environment = {**os.environ, **places, "HOUSING_SETTLE_SECONDS": "0"}
    command = [str(Path(sys.executable).with_name("housing")), "load"]
    return cost_of(command, environment, well=(0, 1)).seconds


def test_nights(tmp_path: Path) -> None:
    lines = []
    costs: dict[int, tuple[float, float, float]] = {}
    for size in SIZES:
        home = tmp_path / str(size)
        for number in range(size):
            write_return(home / "raw", number)
        cold = processor_seconds(home)
        idle = statistics.median(processor_seconds(home) for _ in range(ROUNDS))
        changed = []
        for number in range(size, size + ROUNDS):
            write_return(home / "raw", number)
            changed.append(processor_seconds(home))
        costs[size] = cold / size, idle, statistics.median(changed)
        lines.append(f"{size:8}{cold:10.1f}{idle:18.2f}{costs[size][2]:16.1f}")
    show(
        f"Loads among archived one-sheet returns of {len(_COUNTED) * _YEARS} figures, processor seconds",
        f"{'files':>8}{'all new':>10}{'nothing changed':>18}{'one new file':>16}",
        lines,
    )
    what = ("a file, all new", "nothing changed", "one new file")
    keep(
        {
            f"nights: {name}, among {size} ÷ among {SIZES[0]}": costs[size][place] / costs[SIZES[0]][place]
            for size in SIZES[1:]
            for place, name in enumerate(what)
        }
    )
