"""Several at once: readers through publishes, two commands that want the warehouse, a clock that goes back and forth.

``FAULT_PUBLISHES`` says through how many publishes readers read.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, get_native_id

import duckdb
import pytest

from tests.support.bounds import PUBLISHES
from tests.support.interposing import Ended, Installation
from tests.support.rounds import (
    BRETAGNE,
    CORSE,
    Undisturbed,
    archived,
    assert_next_load_completes,
    assert_told_well,
    differing,
    figures,
    send,
    state_of,
    tables_of,
)

_READERS = 20
_GIVES_WAY = 19
_HOUR = 3600


def values(connection: duckdb.DuckDBPyConnection) -> list[float]:
    rows = connection.execute("SELECT value FROM fact.observation ORDER BY value").fetchall()
    return [value for (value,) in rows]


def _withdrawn(connection: duckdb.DuckDBPyConnection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM fact.submission WHERE withdrawn_on IS NOT NULL").fetchone() or (
        0,
    )
    return int(count)


def _read_until(over: Event, release: Path) -> set[tuple[float, ...]]:
    """Open the release anew without pause and return all that was seen.

    Readers give way to the load: twenty that did not would leave it a twentieth of the processors.
    """
    os.setpriority(os.PRIO_PROCESS, get_native_id(), _GIVES_WAY)
    seen: set[tuple[float, ...]] = set()
    while not over.is_set():
        seen.add(_read_once(release))
    return seen


def _read_once(release: Path) -> tuple[float, ...]:
    """Read in a connection that shares nothing with those of other threads."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"ATTACH '{release}' AS seen (READ_ONLY)")
        rows = connection.execute("SELECT value FROM seen.fact.observation ORDER BY value").fetchall()
    return tuple(value for (value,) in rows)


def test_readers_read_whole_releases_through_publishes(
    undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    with undisturbed.copied(tmp_path / "home", after=True) as installation:
        kept = duckdb.connect(installation.release, read_only=True)
        before = values(kept)
        expected = {tuple(before)}
        over = Event()
        with ThreadPoolExecutor(_READERS) as pool:
            readers = [pool.submit(_read_until, over, installation.release) for _ in range(_READERS)]
            try:
                for number in range(PUBLISHES):
                    send(installation.raw / CORSE, 1000 + number, "Corse")
                    ended = installation.run("load")
                    assert ended.code == 1, ended
                    expected.add(_read_once(installation.release))
            finally:
                over.set()
            seen = set.union(*(reader.result() for reader in readers))
        assert seen <= expected
        assert values(kept) == before  # who keeps a connection keeps the release
        kept.close()
        tally[f"publish under {_READERS} readers: each saw whole releases only"] += PUBLISHES


def test_a_client_that_asks_for_a_writable_connection_harms_nobody(
    undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    """The file is 0444, which does not bind root: what root writes into it is noticed, and made again."""
    writes = "import sys, duckdb; duckdb.connect(sys.argv[1]).execute('DELETE FROM fact.observation')"
    with undisturbed.copied(tmp_path / "home") as installation:
        told = _python(installation, writes)
        assert_next_load_completes(installation, undisturbed)
        tally[f"a client that writes {'is refused' if told else 'as root'}: the next load is right"] += 1


def _python(installation: Installation, code: str) -> int:
    process = installation.start_program([sys.executable, "-c", code, str(installation.release)])
    return installation.finish(process).code


def _both(installation: Installation, *second: str) -> tuple[Ended, Ended]:
    """Run a load and another command at once."""
    one, other = installation.start("load"), installation.start(*second)
    return installation.finish(one), installation.finish(other)


@pytest.mark.parametrize("second", [("load",), ("rollback",), ("withdraw", BRETAGNE, "--reason", "à refaire")])
def test_two_commands_at_once(
    second: tuple[str, ...], undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    with undisturbed.copied(tmp_path / "home") as installation:
        loaded, other = _both(installation, *second)
        for ended in (loaded, other):
            assert_told_well(ended)
            assert ended.code in (0, 1, 4), ended
        if second[0] == "withdraw":
            assert installation.run("load").code in (0, 1)
            with duckdb.connect(installation.release, read_only=True) as connection:
                # the version that came first was withdrawn, and the new one holds; or the new one, and the first does
                assert values(connection) in ([11, 20, 30], [10, 20, 30])
                assert _withdrawn(connection) == 1
        else:
            assert state_of(installation, undisturbed) in ("old", "new")
        assert installation.none_is_left()
        tally[f"load and {second[0]} at once: exit {loaded.code} and {other.code}"] += 1


_NIGHTLY = """
import dagster as dg, sys
from assets.definitions import defs
from assets.partitions import EVERY_REGION
with dg.DagsterInstance.ephemeral() as instance:
    job = defs.resolve_job_def("nightly")
    sys.exit(not job.execute_in_process(instance=instance, tags=EVERY_REGION, raise_on_error=False).success)
"""


def test_a_load_and_the_nightly_job_at_once(undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    with undisturbed.copied(tmp_path / "home") as installation:
        job = installation.start_program([sys.executable, "-c", _NIGHTLY])
        loaded = installation.finish(installation.start("load"))
        nightly = installation.finish(job)
        assert loaded.code in (0, 1, 4), loaded
        assert nightly.code in (0, 1), nightly
        assert_next_load_completes(installation, undisturbed)
        tally[f"load and nightly at once: exit {loaded.code}, the job {'failed' if nightly.code else 'succeeded'}"] += 1


def test_a_clock_that_goes_back_and_forth(undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    """Days of receipt come from the clock, so that the tables are compared with those of the first load."""
    with undisturbed.copied(tmp_path / "home") as installation:
        ended = installation.run("load", FAULT_CLOCK=-48 * _HOUR)
        assert ended.code == 1, ended
        first, file = tables_of(installation.release), installation.release.stat().st_ino
        assert figures(installation) == figures(undisturbed.done)
        for hours in (0, -24, 24, -72):
            ended = installation.run("load", FAULT_CLOCK=hours * _HOUR)
            assert ended.code == 0, ended
            assert installation.release.stat().st_ino == file, (hours, ended.out)
            tally["nothing changed but the clock: nothing is published"] += 1
        assert differing(tables_of(installation.release), first) == []
        assert archived(installation) >= undisturbed.received
