"""What a first load costs, from received to published, beside pandas and dlt on the same workbooks, round after round.

    BENCH_PANDAS=/path/to/python python -m pytest tests/benchmarks/bench_cold.py -q -s

``BENCH_PANDAS`` names a Python with pandas, python-calamine, duckdb and dlt, which are no dependencies of the project;
without it, ours is measured alone. ``BENCH_WORKBOOKS`` says how many. Nothing is asserted about time.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks import others
from tests.benchmarks.bench_nights import write_return
from tests.benchmarks.processes import Cost, cost_of
from tests.benchmarks.ratios import keep
from tests.benchmarks.test_speed import ROUNDS, WORKBOOKS, show
from tests.benchmarks.workbooks import regional_returns

OTHER_PYTHON = os.environ.get("BENCH_PANDAS", "")
OTHERS = ("pandas_reads", "pandas_loads", "dlt_loads")


def three_sheets(raw: Path, count: int) -> None:
    """Write returns of three sheets of 30 rows and 12 columns."""
    regional_returns(raw / "regional_return", count)


def one_sheet(raw: Path, count: int) -> None:
    """Write returns of one sheet and 90 figures."""
    for number in range(count):
        write_return(raw, number)


def load(raw: Path, aside: Path) -> Cost:
    """Load all of it into a new warehouse."""
    places = {"HOUSING_RAW": str(raw), "HOUSING_WAREHOUSE": str(aside / "warehouse"), "HOUSING_SETTLE_SECONDS": "0"}
    return cost_of([str(Path(sys.executable).with_name("housing")), "load"], {**os.environ, **places}, well=(0, 1))


def others_load(name: str, raw: Path, aside: Path) -> Cost:
    """Let others do theirs."""
    return cost_of([OTHER_PYTHON, str(others.__file__), name, str(raw), str(aside / "cells.duckdb")])


@pytest.mark.parametrize("write", [three_sheets, one_sheet])
def test_first_load(write: Callable[[Path, int], None], tmp_path: Path) -> None:
    write(tmp_path / "raw", WORKBOOKS)
    found: dict[str, list[Cost]] = {}
    for number in range(ROUNDS):
        for name in ("housing load", *(OTHERS if OTHER_PYTHON else ())):
            aside = tmp_path / f"{name} {number}"
            aside.mkdir()
            cost = others_load(name, tmp_path / "raw", aside) if name in OTHERS else load(tmp_path / "raw", aside)
            found.setdefault(name, []).append(cost)
    medians = {name: statistics.median(cost.seconds for cost in costs) for name, costs in found.items()}
    shares = {name: medians["housing load"] / seconds for name, seconds in medians.items()}
    kind = write.__name__.replace("_", " ")
    keep({f"first load, {kind}: ours ÷ {name.replace('_', ' ')}": shares[name] for name in OTHERS if name in shares})
    lines = []
    for name, costs in found.items():
        memory = max(cost.megabytes for cost in costs)
        lines.append(f"{name.replace('_', ' '):20}{medians[name]:8.1f}{shares[name]:14.2f}{memory:10.0f}")
    title = f"{WORKBOOKS} workbooks ({kind}), a first load"
    show(title, f"{'':20}{'CPU s':>8}{'ours ÷ it':>14}{'peak MB':>10}", lines)
