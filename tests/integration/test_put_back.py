"""One place, one voice: the file that was seen last at a place of ``raw/`` speaks for it. Every figure is invented."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import duckdb
import pytest

from pipeline.load import load
from pipeline.proof.verify import verify
from pipeline.settings import Settings
from tests.support.workbooks import regional_return

PLACE = "regional_return/bretagne/bilan.xlsx"
CURRENT = "SELECT indicator, value FROM fact.observation ORDER BY indicator"
STANDS = "SELECT file, status, superseded_by IS NULL FROM fact.submission ORDER BY received_at"


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def send(settings: Settings, *rows: tuple[str, str], issued: str = "15/03/2022") -> bytes:
    """Put a return at the place, load, and return its bytes."""
    path = regional_return(settings.raw / PLACE, [[label, 2021, value, None] for label, value in rows], issued=issued)
    load(settings)
    return path.read_bytes()


def put_back(settings: Settings, content: bytes) -> None:
    """Put bytes back as a backup does, with their old date, and load."""
    path = settings.raw / PLACE
    path.write_bytes(content)
    os.utime(path, (1_650_000_000, 1_650_000_000))
    assert load(settings).receipt.located == [PLACE]


def test_a_corrected_file_of_an_earlier_date_speaks_and_the_first_one_put_back_speaks_again(settings: Settings) -> None:
    first = send(settings, ("Livraisons", "1330"), ("Agréments", "70"))
    send(settings, ("Livraisons", "1300"), issued="01/03/2022")
    assert query(settings, CURRENT) == [("approvals", 70.0), ("deliveries", 1300.0)]
    put_back(settings, first)
    assert query(settings, CURRENT) == [("approvals", 70.0), ("deliveries", 1330.0)]
    history = "SELECT value, holds_from FROM fact.observation_history WHERE indicator = 'deliveries' ORDER BY ALL"
    today = as_of(settings)
    assert query(settings, history) == [(1300.0, today), (1330.0, date(2022, 3, 15)), (1330.0, today)]
    assert query(settings, f"SELECT approvals, deliveries FROM kpi.regional_as_of(DATE '{today}')") == [(70.0, 1330.0)]
    assert query(settings, "SELECT count(*) FROM audit.check WHERE is_blocking AND NOT passed") == [(0,)]
    assert not load(settings).is_new_release
    assert verify(settings).is_equal


def as_of(settings: Settings) -> date:
    ((day,),) = query(settings, "SELECT as_of FROM audit.release")
    assert isinstance(day, date)
    return day


def test_what_the_last_file_no_longer_states_stays_with_a_remark(settings: Settings) -> None:
    send(settings, ("Livraisons", "1330"), ("Agréments", "70"))
    send(settings, ("Livraisons", "1330"))
    assert query(settings, CURRENT) == [("approvals", 70.0), ("deliveries", 1330.0)]
    ((message,),) = query(settings, "SELECT message_fr FROM audit.remark WHERE reason = 'REVISION'")
    assert "1" in message
    # sending it again does not make younger what it repeats
    ((known_on,),) = query(settings, "SELECT known_on FROM fact.observation WHERE indicator = 'deliveries'")
    assert known_on == date(2022, 3, 15)


@pytest.mark.parametrize("content", [b"no workbook at all, though it is named so", b"PK\x03\x04 cut"])
def test_a_refused_file_replaces_nothing(settings: Settings, content: bytes) -> None:
    send(settings, ("Livraisons", "1330"), ("Agréments", "12 34"))
    (settings.raw / PLACE).write_bytes(content)
    load(settings)
    assert query(settings, CURRENT) == [("deliveries", 1330.0)]
    assert query(settings, STANDS) == [(PLACE, "partial", True), (PLACE, "rejected", True)]
    refused = query(settings, "SELECT count(*), count(DISTINCT submission_id) FROM fact.rejection")
    assert refused == [(2, 2)], "what is wrong in the first is still to be corrected"
    send(settings, ("Livraisons", "1340"), issued="16/03/2022")
    assert query(settings, CURRENT) == [("deliveries", 1340.0)]
    assert [standing for _, _, standing in query(settings, STANDS)] == [False, False, True]
    # what was refused is no predecessor: the third holds from its own date
    ((holds_from,),) = query(settings, "SELECT holds_from FROM fact.observation_history WHERE superseded_on IS NULL")
    assert holds_from == date(2022, 3, 16)
