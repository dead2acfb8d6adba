"""How the warehouse bears a long history, on two threads and in 4 GB: building, auditing, explaining, going back.

    python -m pytest tests/benchmarks -q -s -k warehouse             # 200 000 figures
    BENCH_ROWS=10000000 python -m pytest tests/benchmarks -q -s -k warehouse

The figures of the warehouse are made up by DuckDB itself: every indicator, the nation, 18 regions and 101 departments,
by month and by year, each published three times and restated a third of the time. Those of the stage are one made-up
workbook, read once and taken for that of many files. Nothing is asserted about time.
"""

from __future__ import annotations

import hashlib
import os
import resource
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import duckdb
import pytest

from pipeline.contracts import stage_contracts
from pipeline.intake import Ledger, read_ledger, receive
from pipeline.publishing.summaries import counting
from pipeline.reading.submissions import ReadSubmission, read_submissions
from pipeline.settings import Settings
from pipeline.warehouse.audit import outcomes_frame, run_audit
from pipeline.warehouse.build import create_relation, open_work, write_slices, write_stage
from pipeline.warehouse.portions import Portions
from pipeline.warehouse.publish import publish
from pipeline.warehouse.relations import load_checks, load_relations, load_touched_keys, split_relations
from pipeline.warehouse.stage import reference_frames, stage_slices, stretches_of
from tests.benchmarks.workbooks import regional_returns

ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
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
# and vintage. A third of the figures changes from one vintage to the next, one in fifty is "nd" at first, and of one in
# a hundred the third statement is that of the nation, which contradicts the region's. A cumulative figure counts from
# 2001 on, by month.
OBSERVATIONS = """
INSERT INTO stage.observation BY NAME
WITH territories AS (
    SELECT level, code, row_number() OVER (ORDER BY level, code) - 1 AS rank
    FROM stage.territory
    WHERE level IN ('national', 'region', 'department') AND valid_to IS NULL
),
codes AS (
    SELECT code, unit, measure = 'cumulative' AS is_cumulative, row_number() OVER (ORDER BY code) - 1 AS rank
    FROM stage.indicator
),
sizes AS (SELECT (SELECT count(*) FROM territories) AS territories, (SELECT count(*) FROM codes) AS indicators),
numbered AS (
    SELECT
        i % 3 AS vintage,
        i // 3 AS figure,
        i // 3 % indicators AS indicator,
        i // 3 // indicators % territories AS territory,
        i // 3 // indicators // territories % 13 AS part,
        CAST(2001 + i // 3 // indicators // territories // 13 AS INTEGER) AS year,
        indicators
    FROM range({rows}) AS t (i)
    CROSS JOIN sizes
),
figures AS (
    SELECT
        n.*,
        t.level,
        t.code AS territory_code,
        c.code AS indicator_code,
        c.unit,
        c.is_cumulative,
        n.vintage = 2 AND n.figure % 100 = 0 AS is_of_the_nation,
        CASE
            WHEN n.vintage = 0 AND n.figure % 50 = 1 THEN NULL
            WHEN c.is_cumulative THEN 1000 * (12 * (n.year - 2001) + n.part) + n.vintage
            ELSE CAST(hash(n.figure) % 100000 + CASE WHEN n.figure % 3 = 0 THEN n.vintage ELSE 0 END AS DOUBLE)
        END AS value
    FROM numbered AS n
    JOIN codes AS c ON c.rank = n.indicator
    JOIN territories AS t ON t.rank = n.territory
    -- nobody states the deliveries of the nation, so that its figure is the sum of the regions
    WHERE NOT (c.is_cumulative AND n.part = 0) AND NOT (t.level = 'national' AND c.code = 'deliveries')
)
SELECT
    CASE
        WHEN is_of_the_nation THEN concat_ws('-', 'national', year, vintage)
        ELSE concat_ws('-', level, territory_code, year, vintage)
    END AS submission_id,
    'Activité' AS sheet,
    concat('B', (territory * indicators + indicator) * 13 + part + 1) AS cell,
    indicator_code AS indicator,
    '' AS population,
    '' AS breakdown,
    level AS territory_level,
    territory_code,
    CASE
        WHEN is_cumulative THEN DATE '2001-01-01'
        ELSE make_date(year, CASE WHEN part = 0 THEN 1 ELSE part END, 1)
    END AS period_start,
    last_day(make_date(year, CASE WHEN part = 0 THEN 12 ELSE part END, 1)) AS period_end,
    CASE WHEN is_cumulative THEN '_O' WHEN part = 0 THEN 'A' ELSE 'M' END AS frequency,
    value,
    unit,
    CASE WHEN value IS NOT NULL THEN 0.0 END AS precision,
    '=' AS qualifier,
    CASE WHEN value IS NULL THEN 'O' ELSE 'A' END AS obs_status,
    CASE WHEN value IS NULL THEN 'not_available' END AS missing_reason,
    make_date(year + 1, 1, 15) + CAST(vintage * 180 AS INTEGER) AS known_on,
    FALSE AS is_total,
    coalesce(CAST(CAST(value AS BIGINT) AS VARCHAR), 'nd') AS raw_text,
    indicator_code AS label
FROM figures
"""
SUBMISSIONS = """
INSERT INTO stage.submission BY NAME
SELECT
    submission_id,
    sha256(submission_id) AS sha256,
    CASE WHEN starts_with(submission_id, 'national') THEN 'national_statement' ELSE 'regional_return' END AS source,
    concat(submission_id, '.xlsx') AS file, 10000 AS size_bytes, CAST(any_value(known_on) AS TIMESTAMP) AS received_at,
    any_value(known_on) AS known_on, any_value(known_on) AS known_from, 'made up/1' AS layout,
    'accepted' AS status, count(*) AS cells,
    count(*) AS accepted, 0 AS rejected
FROM stage.observation
GROUP BY submission_id
"""
CELLS = """
INSERT INTO stage.cell BY NAME
SELECT submission_id, sheet, cell, 'number' AS kind, 'value' AS role, raw_text, FALSE AS hidden FROM stage.observation
"""


STRETCHES = """
INSERT INTO stage.stretch BY NAME
SELECT submission_id, known_on AS holds_from, file AS place, row_number() OVER (ORDER BY known_on, file) AS ledger_event
FROM stage.submission
"""


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Add what a block takes to what is known by its name."""
    started = perf_counter()
    yield
    times[name] = times.get(name, 0) + perf_counter() - started


def fill(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Write a stage of made-up figures, with the code lists as they are."""
    frames = {name: contract.frame([]) for name, contract in stage_contracts().items()} | reference_frames(
        Settings().sql
    )
    frames["run"] = stage_contracts()["run"].frame([{"inputs_sha256": "made up", "as_of": None}])
    write_stage(connection, frames)
    connection.execute(OBSERVATIONS.format(rows=rows))
    connection.execute(SUBMISSIONS)
    connection.execute(STRETCHES)
    connection.execute(CELLS)
    connection.execute("UPDATE stage.run SET as_of = (SELECT max(known_on) FROM stage.submission)")


def measure(settings: Settings, rows: int) -> dict[str, float]:
    """Fill, build, audit, publish and ask; return the seconds that each took."""
    times: dict[str, float] = {}
    with open_work(settings) as connection:
        connection.execute("SET threads = 2")
        with timed(times, "fill the stage"):
            fill(connection, rows)
        relations, made_after = split_relations(load_relations(settings.sql))
        portions = Portions(connection, load_touched_keys(settings.sql))
        for name, relation in relations.items():
            with timed(times, f"build {name}" if name.startswith(("fact.obs", "kpi.", "audit.")) else "build the rest"):
                if not portions.make(relation):
                    create_relation(connection, relation)
        outcomes = []
        for relation in relations.values():
            with timed(times, f"contract of {relation.name}"):
                outcomes += run_audit(connection, {relation.name: relation}, [])
        for check in load_checks(settings.sql):
            with timed(times, f"check {check.name}"):
                outcomes += run_audit(connection, {}, [check])
        assert [outcome.name for outcome in outcomes if outcome.is_blocking and not outcome.passed] == []
        write_stage(connection, {"check": outcomes_frame(outcomes)})
        for relation in made_after.values():
            create_relation(connection, relation)
        with timed(times, "publish"):
            publish(connection, settings, Ledger(settings.ledger))
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        connection.execute("SET threads = 2")
        for name, query in QUERIES.items():
            taken = []
            for _ in range(5):
                started = perf_counter()
                found = connection.execute(query).fetchall()
                taken.append(perf_counter() - started)
            assert found, name
            times[name] = statistics.median(taken)
    return times


def many(extracted: ReadSubmission, rows: int) -> list[ReadSubmission]:
    """Return one reading as that of as many files as it takes to state so many figures."""
    figures = extracted.frame("observation")
    assert figures is not None
    digests = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(rows // figures.height + 1))
    return [replace(extracted, submission=replace(extracted.submission, sha256=digest)) for digest in digests]


def test_stage(tmp_path: Path) -> None:
    """Print what it takes from the readings that are cached to the tables of the stage."""
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", settle_seconds=0)
    regional_returns(settings.raw / "regional_return", 1)
    receive(settings, source="regional_return")
    (one,) = read_submissions(read_ledger(settings.ledger), settings)
    extracted = many(one, ROWS)
    times: dict[str, float] = {}
    with open_work(settings) as connection:
        connection.execute("SET threads = 2")
        for name in ("a first load", "a second load"):
            with timed(times, name):
                write_slices(
                    connection, stage_slices(extracted, stretches_of(extracted), settings, Ledger(settings.ledger))
                )
        with timed(times, "count what is new"), counting(connection, "stage.main.observation") as change:
            pass
        assert (change.rows >= ROWS, change.new) == (True, 0)
    print(f"\n{change.rows:,} figures of {len(extracted):,} files, peak of the process {peak():.1f} GiB")  # noqa: T201
    for name, seconds in times.items():
        print(f"  {seconds:9.3f} s  {name}")  # noqa: T201


def peak() -> float:
    """Return the most memory that this process has held, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def test_warehouse(tmp_path: Path) -> None:
    """Print what each step takes."""
    settings = Settings(warehouse=tmp_path)
    times = measure(settings, ROWS)
    size = settings.release_file.stat().st_size / 1024**3
    limit = settings.database_memory_bytes / 1024**3
    print(f"\n{ROWS:,} statements, two threads, {limit:g} GiB for DuckDB")  # noqa: T201
    print(f"release {size:.2f} GiB, peak of the process {peak():.1f} GiB")  # noqa: T201
    for name, seconds in times.items():
        if seconds >= 0.0005 * (ROWS / 200_000) or name in QUERIES:
            print(f"  {seconds:9.3f} s  {name}")  # noqa: T201


if __name__ == "__main__":
    pytest.main([__file__, "-q", "-s"])
