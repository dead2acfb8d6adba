"""How the warehouse bears a long history, on two threads and 4 GB: building, auditing, explaining, going back in time.

    python -m pytest tests/benchmarks -q -s -k warehouse             # 200 000 figures
    HOUSING_BENCH_ROWS=10000000 python -m pytest tests/benchmarks -q -s -k warehouse

The figures are made up by DuckDB itself: every indicator, the nation, 18 regions and 101 departments, by month and by
year, each published three times and restated a third of the time. Nothing is asserted about time.
"""

from __future__ import annotations

import os
import resource
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import duckdb
import pytest

from pipeline.contracts import stage
from pipeline.settings import Settings
from pipeline.staging import reference_frames
from pipeline.warehouse.audit import run_audit
from pipeline.warehouse.build import create_relation, open_databases, write_stage
from pipeline.warehouse.relations import load_checks, load_relations

ROWS = int(os.environ.get("HOUSING_BENCH_ROWS", "200000"))
QUERIES = {
    "explain a stated figure": "FROM audit.explain('households_housed', 'Hauts-de-France', '2001')",
    "explain a ratio": "FROM audit.explain('aid_amount_per_aid_eur', 'Hauts-de-France', '2001')",
    "explain a sum of 18 regions": "FROM audit.explain('deliveries', 'France', '2001')",
    "kpi.regional_as_of": "FROM kpi.regional_as_of(DATE '2002-06-30')",
    "kpi.national_as_of": "FROM kpi.national_as_of(DATE '2002-06-30')",
    "fact.annual_as_of, one region": "FROM fact.annual_as_of(DATE '2002-06-30') WHERE territory_code = '32'",
    "audit.revision_triangle": "SELECT count(*) FROM audit.revision_triangle('approvals')",
}
# Thirteen periods a year (the months, then the year), three vintages of each, a submission for each territory and year
# and vintage. A third of the figures changes from one vintage to the next.
OBSERVATIONS = """
INSERT INTO stage.observation BY NAME
WITH territories AS (
    SELECT level, code, row_number() OVER (ORDER BY level, code) - 1 AS rank
    FROM stage.territory
    WHERE level IN ('national', 'region', 'department') AND valid_to IS NULL
),
codes AS (SELECT code, unit, row_number() OVER (ORDER BY code) - 1 AS rank FROM stage.indicator),
sizes AS (SELECT (SELECT count(*) FROM territories) AS territories, (SELECT count(*) FROM codes) AS indicators),
numbered AS (
    SELECT
        i % 3 AS vintage,
        i // 3 % indicators AS indicator,
        i // 3 // indicators % territories AS territory,
        i // 3 // indicators // territories % 13 AS part,
        CAST(2001 + i // 3 // indicators // territories // 13 AS INTEGER) AS year,
        i
    FROM range({rows}) AS t (i)
    CROSS JOIN sizes
),
figures AS (
    SELECT *, CAST(hash(i // 3) % 100000 + CASE WHEN i % 9 < 3 THEN vintage ELSE 0 END AS DOUBLE) AS value
    FROM numbered
    -- nobody states the deliveries of the nation, so that its figure is the sum of the regions
    WHERE
        territory <> (SELECT rank FROM territories WHERE level = 'national')
        OR indicator <> (SELECT rank FROM codes WHERE code = 'deliveries')
)
SELECT
    concat_ws('-', t.level, t.code, f.year, f.vintage) AS submission_id,
    'Activité' AS sheet,
    concat('B', f.indicator * 13 + f.part + 1) AS cell,
    c.code AS indicator,
    '' AS breakdown,
    t.level AS territory_level,
    t.code AS territory_code,
    make_date(f.year, CASE WHEN f.part = 0 THEN 1 ELSE f.part END, 1) AS period_start,
    last_day(make_date(f.year, CASE WHEN f.part = 0 THEN 12 ELSE f.part END, 1)) AS period_end,
    CASE WHEN f.part = 0 THEN 'A' ELSE 'M' END AS frequency,
    f.value,
    c.unit,
    0.0 AS precision,
    '=' AS qualifier,
    'A' AS obs_status,
    make_date(f.year + 1, 1, 15) + CAST(f.vintage * 180 AS INTEGER) AS known_on,
    FALSE AS is_total,
    CAST(CAST(f.value AS BIGINT) AS VARCHAR) AS raw_text,
    c.code AS label
FROM figures AS f
JOIN codes AS c ON c.rank = f.indicator
JOIN territories AS t ON t.rank = f.territory
"""
SUBMISSIONS = """
INSERT INTO stage.submission BY NAME
SELECT
    submission_id, sha256(submission_id) AS sha256,
    CASE WHEN any_value(territory_level) = 'national' THEN 'national_statement' ELSE 'regional_return' END AS source,
    concat(submission_id, '.xlsx') AS file, 10000 AS size_bytes, CAST(any_value(known_on) AS TIMESTAMP) AS received_at,
    any_value(known_on) AS known_on, 'made up/1' AS layout, 'accepted' AS status, count(*) AS cells,
    count(*) AS accepted, 0 AS rejected
FROM stage.observation
GROUP BY submission_id
"""
CELLS = """
INSERT INTO stage.cell BY NAME
SELECT submission_id, sheet, cell, 'number' AS kind, 'value' AS role, raw_text, FALSE AS hidden FROM stage.observation
"""


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Add what a block takes to what is known by its name."""
    started = perf_counter()
    yield
    times[name] = times.get(name, 0) + perf_counter() - started


def fill(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Write a stage of made-up figures, with the code lists as they are."""
    frames = {name: contract.frame([]) for name, contract in stage().items()} | reference_frames()
    frames["run"] = stage()["run"].frame([{"inputs_sha256": "made up", "as_of": None}])
    write_stage(connection, frames)
    connection.execute(OBSERVATIONS.format(rows=rows))
    connection.execute(SUBMISSIONS)
    connection.execute(CELLS)
    connection.execute("UPDATE stage.run SET as_of = (SELECT max(known_on) FROM stage.submission)")


def measure(folder: Path, rows: int) -> dict[str, float]:
    """Fill, build, audit and ask; return the seconds that each took."""
    sql = Settings().sql
    times: dict[str, float] = {}
    with open_databases(folder / "housing.duckdb", folder / "stage.duckdb") as connection:
        connection.execute("SET memory_limit = '4GB'; SET threads = 2")
        with timed(times, "fill the stage"):
            fill(connection, rows)
        relations = load_relations(sql)
        for name, relation in relations.items():
            with timed(times, f"build {name}" if name.startswith(("fact.obs", "kpi.", "audit.")) else "build the rest"):
                create_relation(connection, relation)
        with timed(times, "audit: contracts"):
            outcomes = run_audit(connection, relations, [])
        for check in load_checks(sql):
            with timed(times, f"check {check.name}"):
                outcomes += run_audit(connection, {}, [check])
        blocking = [outcome.name for outcome in outcomes if outcome.is_blocking and not outcome.passed]
        assert blocking == []
    with duckdb.connect(folder / "housing.duckdb", read_only=True) as connection:
        connection.execute("SET memory_limit = '4GB'; SET threads = 2")
        for name, query in QUERIES.items():
            taken = []
            for _ in range(5):
                started = perf_counter()
                found = connection.execute(query).fetchall()
                taken.append(perf_counter() - started)
            assert found, name
            times[name] = statistics.median(taken)
    return times


def test_warehouse(tmp_path: Path) -> None:
    """Print what each step takes."""
    times = measure(tmp_path, ROWS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    size = sum(path.stat().st_size for path in tmp_path.glob("housing.duckdb")) / 1024**3
    print(f"\n{ROWS:,} figures, two threads, 4 GB; release {size:.2f} GiB, peak memory {peak:.1f} GiB")  # noqa: T201
    for name, seconds in times.items():
        if seconds >= 0.0005 * (ROWS / 200_000) or name in QUERIES:
            print(f"  {seconds:9.3f} s  {name}")  # noqa: T201


if __name__ == "__main__":
    pytest.main([__file__, "-q", "-s"])
