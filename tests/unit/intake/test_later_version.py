"""A ledger that a later version has written: it is left to that version, whatever a command would make of it."""

from pathlib import Path

import pytest

from pipeline.intake import read_ledger, receive
from pipeline.intake.events import LaterVersionError, append_events
from pipeline.intake.restore import restore
from pipeline.settings import Settings
from pipeline.stores.journal import JournalFile


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return an installation that received one file."""
    made = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", settle_seconds=0)
    (made.raw / "population").mkdir(parents=True)
    (made.raw / "population" / "a.xlsx").write_bytes(b"a")
    receive(made)
    append_events(JournalFile(made.ledger), [{"event": "notarised"}])
    return made


def test_a_ledger_of_a_later_version_is_left_to_it(settings: Settings) -> None:
    before = settings.ledger.read_bytes()
    with pytest.raises(LaterVersionError, match="'notarised' is an event of a later version; install that version"):
        receive(settings)
    with pytest.raises(LaterVersionError):
        restore(settings, (), "")
    assert settings.ledger.read_bytes() == before


def test_what_is_damaged_is_restored_whatever_its_words(settings: Settings) -> None:
    settings.ledger.write_bytes(settings.ledger.read_bytes() + b"{}\n")
    restore(settings, (), "")
    assert [submission.file for submission in read_ledger(settings.ledger)] == ["population/a.xlsx"]
