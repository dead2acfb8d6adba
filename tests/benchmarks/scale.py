"""A lake of many made-up figures: what publishing costs, a delta of one submission, questions; docs/scale.md has it.

``python -m tests.benchmarks.scale 100000000`` needs some 200 bytes of disk a figure. The figures are made in DuckDB, in
the columns of ``fact.observation``, without its key, whose index would have to fit the memory; the rest of the release
is that of one made-up return. The catalogue is in PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from pipeline.load import load
from pipeline.publishing.lake.connect import open_lake
from pipeline.publishing.lake.publish import lake_release
from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.warehouse.changes import changes_file, come_into, gone_from, telling
from pipeline.warehouse.relations import load_relations
from pipeline.warehouse.releases import kept_path
from tests.benchmarks.processes import cost_of
from tests.support.postgres import postgres
from tests.support.workbooks import regional_return

TERRITORIES, INDICATORS = 35_000, 60
"""As many as there are communes, and as many indicators; the rest are periods: months, that follow each other."""
OF_A_SUBMISSION = 90
QUESTIONS = {
    "one series": """
        SELECT period, value FROM fact.observation WHERE series_key = 'indicator_17/COM-20000' ORDER BY period_start
    """,
    "one indicator, by period": """
        SELECT period, sum(value) FROM fact.observation WHERE indicator = 'indicator_17' GROUP BY ALL ORDER BY ALL
    """,
    "one territory, all indicators": """
        SELECT indicator, max(period), max_by(value, period_start) FROM fact.observation
        WHERE territory_id = 'COM-20000' GROUP BY ALL ORDER BY ALL
    """,
    "everything, by indicator": """
        SELECT indicator, count(*), sum(value) FROM fact.observation GROUP BY ALL ORDER BY ALL
    """,
}
_MADE = """
    INSERT INTO fact.observation BY NAME
    WITH a_figure AS (
        SELECT
            t, 'COM-' || t AS territory_id, 'indicator_' || $indicator AS indicator,
            DATE '1950-01-01' + to_months(p::INTEGER) AS began,
            (began + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE AS ended,
            ((t * 31 + p * 17 + $indicator) % 9973)::DOUBLE AS figure,
            substr(md5((t // 30)::VARCHAR || '/' || p), 1, 16) AS submission_id,
            'B' || (t % 30 * 60 + $indicator) AS cell
        FROM range($territories) AS a(t), range($periods) AS b(p)
    )
    SELECT
        indicator, '' AS population, '' AS breakdown, 'municipality' AS territory_level, t::VARCHAR AS territory_code,
        territory_id, 'Commune ' || t AS territory, indicator || '/' || territory_id AS series_key,
        strftime(began, '%Y-%m') AS period, strftime(began, '%m/%Y') AS period_label, began::DATE AS period_start,
        ended AS period_end, 'M' AS frequency, figure AS value, 'dwellings' AS unit, 0.0 AS precision, '=' AS qualifier,
        figure AS at_least, figure AS at_most, 'A' AS obs_status, ended + 40 AS known_on, ended + 40 AS confirmed_on,
        FALSE AS known_before_period_end, FALSE AS is_disputed, FALSE AS is_total, 'regional_return' AS source,
        submission_id || '/Activité/' || cell AS observation_id, submission_id, 'Activité' AS sheet, cell,
        figure::BIGINT::VARCHAR AS raw_text, 'Mises en chantier' AS label
    FROM a_figure ORDER BY series_key, period_start
"""


def say(line: str) -> None:
    """Print a line as soon as it is known: the whole takes long."""
    print(line, flush=True)  # noqa: T201


@contextmanager
def costing(what: str) -> Iterator[None]:
    """Print what a piece of work of this process cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    say(f"{what:35} {time.perf_counter() - wall:8.2f} s by the clock, {time.process_time() - cpu:8.2f} CPU s")


def publish(what: str, settings: Settings) -> str:
    """Publish into the lake in a process of its own, print what that cost, and return the release."""
    environment = {
        **os.environ,
        "HOUSING_RAW": str(settings.raw),
        "HOUSING_WAREHOUSE": str(settings.warehouse),
        "HOUSING_LAKE": settings.lake,
        "HOUSING_LAKE_DATA": settings.lake_data,
    }
    wall = time.perf_counter()
    cost = cost_of([sys.executable, "-c", "from pipeline.cli import main; main()", "lake"], environment)
    took = time.perf_counter() - wall
    say(f"{what:35} {took:8.2f} s by the clock, {cost.seconds:8.2f} CPU s, at most {cost.megabytes:,.0f} MB")
    with open_lake(settings, read_only=True) as connection:
        return lake_release(connection)


def make_release(settings: Settings, figures: int) -> None:
    """Load a return, and put made-up figures beside its own into the file of its release."""
    regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, 10, "logements")])
    load(settings.changed(lake="", lake_data=""))
    periods = max(1, figures // (TERRITORIES * INDICATORS))
    indicators = max(1, min(INDICATORS, figures // TERRITORIES))
    with _writable(settings) as connection:
        connection.execute("CREATE OR REPLACE TABLE fact.observation AS FROM fact.observation")  # without its index
        for indicator in range(indicators):
            made = {"indicator": indicator, "territories": TERRITORIES, "periods": periods}
            connection.execute(_MADE, made)


@contextmanager
def _writable(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file of the release for writing, which nobody may do but who makes up a larger one."""
    file = settings.release_file
    copy = file.with_suffix(".large")
    shutil.copyfile(file, copy)
    copy.chmod(0o600)
    with duckdb.connect(copy, config={"memory_limit": "4GB", "threads": settings.workers}) as connection:
        yield connection
    file.unlink()
    copy.rename(file)


def restate(settings: Settings, before: str, after: str) -> None:
    """Let the release be the next one, in which one submission states 90 figures anew, and tell which they were."""
    release = settings.release_file
    release.chmod(0o600)
    remove(changes_file(settings))
    kept_path(settings, after).touch()  # that it is kept is all that is asked of it
    tables = [name for name, each in load_relations(settings.sql).items() if each.is_table]
    chosen = f"""
        indicator IN ('indicator_3', 'indicator_17', 'indicator_41') AND period = '1950-01'
        AND territory_id IN (SELECT 'COM-' || (20000 + n) FROM range({OF_A_SUBMISSION // 3}) AS a(n))
    """
    with (
        duckdb.connect(release, config={"memory_limit": "4GB"}) as connection,
        telling(connection, settings, before, after),
    ):
        for name in tables:
            rows = chosen if name == "fact.observation" else "FALSE"
            connection.execute(f"CREATE TABLE {gone_from(name)} AS FROM {name} WHERE {rows}")
        connection.execute(f"UPDATE fact.observation SET value = value + 1 WHERE {chosen}")
        connection.execute("UPDATE audit.release SET release_id = ?", [after])
        for name in tables:
            rows = chosen if name == "fact.observation" else "FALSE"
            connection.execute(f"CREATE TABLE {come_into(name)} AS FROM {name} WHERE {rows}")


def main(figures: int) -> None:
    """Make up a lake of so many figures, and print what each thing costs."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="housing-scale-")))
        lake = stack.enter_context(postgres())
        settings = Settings(
            raw=home / "raw", warehouse=home / "warehouse", settle_seconds=0,
            lake=f"postgres:{lake}", lake_data=str(home / "lake"),
        )  # fmt: skip
        with costing(f"making {figures:,} figures up"):
            make_release(settings, figures)
        say(f"  the file of the release: {settings.release_file.stat().st_size / 1e9:,.2f} GB")
        before = publish("publishing all of them", settings)
        size = sum(file.stat().st_size for file in (home / "lake").rglob("*") if file.is_file())
        say(f"  the lake: {size / 1e9:,.2f} GB in {len(list((home / 'lake').rglob('*.parquet')))} files")
        for number in range(3):
            after = f"{before[:-1]}{number}"
            restate(settings, before, after)
            before = publish(f"publishing {OF_A_SUBMISSION} that changed", settings)
            assert before == after
        ask(settings)


def ask(settings: Settings) -> None:
    """Ask the lake and the file the same, and print what that costs."""
    with open_lake(settings, read_only=True) as connection:
        for what, query in QUESTIONS.items():
            with costing(f"lake: {what}"):
                of_lake = connection.execute(query).fetchall()
            connection.execute("USE release")
            with costing(f"file: {what}"):
                of_file = connection.execute(query).fetchall()
            connection.execute("USE lake")
            assert of_lake == of_file, what


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
