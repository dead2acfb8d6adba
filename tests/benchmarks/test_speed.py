"""How fast and how large: our reading beside that of others, round after round, so that noise hits all alike.

Nothing is asserted on time: the tables are printed. ``make bench`` runs them; pandas is no dependency of the project
and joins in where it can be imported. ``BENCH_WORKBOOKS``, ``BENCH_LARGE_ROWS`` and ``BENCH_ROUNDS`` change how much is
measured.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline.intake import Ledger, read_ledger, receive
from pipeline.reading.submissions import read_submissions
from pipeline.settings import PRODUCT, Settings
from pipeline.warehouse.stage import stage_slices, stretches_of
from tests.benchmarks import readers
from tests.benchmarks.ratios import keep
from tests.benchmarks.workbooks import COLUMNS, LARGE_ROWS, ROWS, SHEETS, large_return, regional_returns, unlike_returns

WORKBOOKS = int(os.environ.get("BENCH_WORKBOOKS", "500"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
HAS_PANDAS = importlib.util.find_spec("pandas") is not None

Contender = Callable[[], object]


def interleaved(contenders: Mapping[str, Contender], rounds: int) -> dict[str, float]:
    """Return the median seconds of each, all of them run once a round."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in seconds.items()}


def show(title: str, head: str, lines: list[str]) -> None:
    """Print a table below the dots of pytest."""
    sys.stdout.write("\n" + "\n".join([f"\n{title}", head, "-" * len(head), *lines]) + "\n")
    if not HAS_PANDAS:
        sys.stdout.write("(pandas cannot be imported here: not measured)\n")


def in_processes(pool: ProcessPoolExecutor, read: Callable[[Path], int], paths: list[Path]) -> Contender:
    return lambda: sum(pool.map(read, paths, chunksize=8))


@pytest.mark.parametrize("write", [regional_returns, unlike_returns], ids=["of one template", "no two alike"])
def test_many_small_workbooks(write: Callable[[Path, int], list[Path]], tmp_path: Path) -> None:
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", settle_seconds=0)
    paths = write(settings.raw / "regional_return", WORKBOOKS)
    receive(settings)
    submissions = read_ledger(settings.ledger)

    def ours(workers: int) -> Contender:
        def run() -> None:
            shutil.rmtree(settings.cache, ignore_errors=True)
            extracted = read_submissions(submissions, settings.changed(workers=workers))
            slices = list(stage_slices(extracted, stretches_of(extracted), settings, Ledger(settings.ledger)))
            assert sum(frames["observation"].height for frames in slices) > WORKBOOKS
            assert all(frames["rejection"].is_empty() for frames in slices)

        return run

    others = ["by_expat", "by_calamine", *(["by_pandas"] if HAS_PANDAS else []), "by_openpyxl"]
    # processes of their own, and clean: what this one has imported slows whoever makes many objects
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as alone, ProcessPoolExecutor(2, spawn) as both:
        contenders = {readers.TITLES[name]: in_processes(alone, getattr(readers, name), paths) for name in others}
        contenders["ours, cells only"] = in_processes(alone, readers.by_us, paths)
        contenders["ours, guard to check, 1 worker"] = ours(1)
        for name in others[2:]:
            contenders[f"{readers.TITLES[name]}, 2 processes"] = in_processes(both, getattr(readers, name), paths)
        contenders["ours, guard to check, 2 workers"] = ours(2)
        for run in contenders.values():
            run()  # imports are no part of the measure
        medians = interleaved(contenders, ROUNDS)
    limit, witness = medians["unzip and expat, the limit"], medians["openpyxl"]
    show(
        f"{WORKBOOKS} workbooks of {len(SHEETS)} sheets × {ROWS} × {COLUMNS} by {write.__name__}, "
        f"median of {ROUNDS} interleaved rounds",
        f"{'':34}{'seconds':>9}{'ms each':>9}{'× limit':>9}{'openpyxl ÷':>12}",
        [
            f"{name:34}{s:9.2f}{s / WORKBOOKS * 1e3:9.2f}{s / limit:9.1f}{witness / s:12.1f}"
            for name, s in medians.items()
        ],
    )
    keep(
        {f"{write.__name__}: {name} ÷ openpyxl": s / witness for name, s in medians.items() if name.startswith("ours")}
    )


def test_one_large_workbook(tmp_path: Path) -> None:
    path = large_return(tmp_path / "large.xlsx")
    names = ["by_expat", "by_calamine", *(["by_pandas"] if HAS_PANDAS else []), "by_openpyxl", "by_us", "by_us_claimed"]
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            found[name].append(measure_alone(name, path))
    lines = []
    medians: dict[str, float] = {}
    for name, measures in found.items():
        seconds, megabytes = (statistics.median(column) for column in zip(*measures, strict=True))
        medians[name] = seconds
        lines.append(f"{readers.TITLES[name]:44}{seconds:9.2f}{megabytes:9.0f}")
    keep(
        {
            f"large sheet: {readers.TITLES[name]} ÷ openpyxl": medians[name] / medians["by_openpyxl"]
            for name in ("by_us", "by_us_claimed")
        }
    )
    show(
        f"One sheet of {LARGE_ROWS:,} rows × {COLUMNS}, a process each, median of {ROUNDS} interleaved rounds",
        f"{'':44}{'seconds':>9}{'peak MB':>9}",
        lines,
    )


def measure_alone(name: str, path: Path) -> tuple[float, float]:
    """Return the seconds and the peak of memory, in MB, of one reading in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.readers", name, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=PRODUCT,
    )
    if done.returncode:
        pytest.fail(done.stderr)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes
