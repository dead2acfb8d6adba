"""A received file that is taken back: its figures stay in the history and are not current from that day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from pipeline.intake import new_events, read_ledger
from pipeline.intake.events import append_events
from pipeline.intake.submissions import UnknownSubmissionError
from pipeline.intake.withdraw import AlreadyWithdrawnError, withdraw
from pipeline.load import load
from pipeline.settings import Settings
from pipeline.stores.journal import JournalFile
from pipeline.vocabulary.days import paris_day
from pipeline.vocabulary.days import today as today_in_paris
from tests.support.installations import begin_with
from tests.support.workbooks import regional_return

FIRST = "regional_return/bretagne/mars.xlsx"
SECOND = "regional_return/bretagne/juin.xlsx"


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def with_a_restated_return(settings: Settings) -> None:
    regional_return(settings.raw / FIRST, [["Livraisons", 2021, "100", None]], issued="15/03/2022")
    june = [["Livraisons", 2021, "110", None], ["Agréments", 2021, "1 23", None]]
    regional_return(settings.raw / SECOND, june, issued="15/06/2022")
    load(settings)
    assert query(settings, "SELECT deliveries FROM kpi.regional") == [(110.0,)]


@pytest.fixture
def restated(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A return of March 2022, restated in June; June's has one cell that is refused."""
    return begin_with(with_a_restated_return, settings, tmp_path_factory)


def test_what_stood_before_holds_again_and_the_past_is_as_it_was_known(restated: Settings) -> None:
    taken = withdraw(restated, SECOND, "mauvaise année")
    assert taken.file == SECOND
    assert load(restated).is_new_release
    assert query(restated, "SELECT deliveries FROM kpi.regional") == [(100.0,)]
    history = (
        "SELECT value, withdrawn_on, superseded_on IS NULL FROM fact.observation_history ORDER BY value, holds_from"
    )
    today = today_in_paris()
    assert query(restated, history) == [(100.0, None, False), (100.0, None, True), (110.0, today, False)]
    for day, value in (("2022-03-14", None), ("2022-05-01", 100.0), ("2022-07-01", 110.0), (str(today), 100.0)):
        found = query(restated, f"SELECT deliveries FROM kpi.regional_as_of(DATE '{day}')")
        assert found == ([] if value is None else [(value,)]), day


def test_a_withdrawn_file_is_marked_and_asks_for_no_correction_any_more(restated: Settings) -> None:
    assert query(restated, "SELECT count(*) FROM fact.rejection") == [(1,)]
    withdraw(restated, SECOND, "mauvaise année")
    load(restated)
    marked = f"SELECT withdrawn_on, withdrawal_reason FROM fact.submission WHERE file = '{SECOND}'"
    assert query(restated, marked) == [(today_in_paris(), "mauvaise année")]
    assert query(restated, "SELECT count(*) FROM fact.rejection") == [(0,)]
    assert query(restated, "SELECT count(*) FROM audit.revision") == [(0,)]


def test_when_all_is_withdrawn_nothing_is_current_and_every_blocking_check_passes(restated: Settings) -> None:
    for file in (FIRST, SECOND):
        withdraw(restated, file, "à refaire")
    load(restated)
    assert query(restated, "SELECT count(*) FROM fact.observation") == [(0,)]
    assert query(restated, "SELECT count(*) FROM fact.observation_history") == [(2,)]
    assert query(restated, "SELECT check_name FROM audit.check WHERE is_blocking AND NOT passed") == []


def test_a_file_is_named_by_its_identifier_or_its_place_and_is_withdrawn_once(restated: Settings) -> None:
    submission = next(item for item in read_ledger(restated.ledger) if item.file == FIRST)
    withdraw(restated, submission.submission_id, "à refaire")
    with pytest.raises(AlreadyWithdrawnError, match="à refaire"):
        withdraw(restated, submission.sha256, "encore")
    with pytest.raises(UnknownSubmissionError, match=r"fact\.submission"):
        withdraw(restated, "regional_return/bretagne/avril.xlsx", "inconnu")
    with pytest.raises(ValueError, match="reason"):
        withdraw(restated, SECOND, "  ")
    assert [item.file for item in read_ledger(restated.ledger) if item.withdrawn_at] == [FIRST]


def test_the_same_bytes_stay_withdrawn_and_a_new_file_at_their_place_is_new(restated: Settings) -> None:
    withdraw(restated, SECOND, "mauvaise année")
    before = read_ledger(restated.ledger)
    load(restated)
    assert read_ledger(restated.ledger) == before
    regional_return(restated.raw / SECOND, [["Livraisons", 2021, "120", None]], issued="20/06/2022")
    load(restated)
    assert query(restated, "SELECT deliveries FROM kpi.regional") == [(120.0,)]
    june = "SELECT deliveries FROM kpi.regional_as_of(DATE '2022-06-19')"
    assert query(restated, june) == [(110.0,)]


def test_the_release_stands_on_the_day_of_the_last_event(restated: Settings) -> None:
    submission = read_ledger(restated.ledger)[0]
    later = submission.received_at + timedelta(days=40)
    append_events(JournalFile(restated.ledger), [new_events.withdrawn_event(submission.sha256, "plus tard", later)])
    load(restated)
    ((as_of,),) = query(restated, "SELECT as_of FROM audit.release")
    assert as_of == paris_day(later) > date(2022, 6, 15)
