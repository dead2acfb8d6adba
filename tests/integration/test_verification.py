"""Verifying: what is equal is said so, and whatever was tampered with is named."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from pipeline.intake import Ledger, read_ledger
from pipeline.intake.archive import archived_path, sha256_of
from pipeline.intake.seen import Seen
from pipeline.intake.withdraw import withdraw
from pipeline.load import load
from pipeline.proof.verify import ArchiveDamage, Difference, NothingPublishedError, verify
from pipeline.settings import Settings
from tests.integration.conftest import Housing
from tests.support.installations import begin_with
from tests.support.workbooks import correction_file, regional_return

ROWS = [["Ménages logés", 2021, "12 34", "ménages"], ["Livraisons", 2021, "12", None]]
BRETAGNE = "regional_return/bretagne/bilan.xlsx"
CORSE = "regional_return/corse/bilan.xlsx"


def with_a_history(settings: Settings) -> None:
    regional_return(settings.raw / BRETAGNE, ROWS)
    load(settings)
    first = read_ledger(settings.ledger)[0]
    line = (first.submission_id, "Activité", "C7", "12 34", "1 234")
    correction_file(settings.raw / "corrections/corrections.xlsx", line)
    regional_return(settings.raw / CORSE, ROWS[1:], region="Corse")
    load(settings)
    regional_return(settings.raw / BRETAGNE, [["Livraisons", 2021, "13", None]], issued="15/06/2022")
    withdraw(settings, CORSE, "à refaire")
    load(settings)


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two returns, of which one was restated, one corrected by us and one withdrawn."""
    return begin_with(with_a_history, settings, tmp_path_factory)


def everything_below(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, sha256_of(path))
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_untouched_installation_is_equal_and_nothing_of_it_is_written(loaded: Settings) -> None:
    before = everything_below(loaded.warehouse)
    found = verify(loaded)
    assert found.is_equal
    assert (found.files, found.archive_damage, found.differences) == (4, [], [])
    assert found.relations > 30
    assert everything_below(loaded.warehouse) == before


def test_a_tampered_or_missing_archive_file_is_named_with_both_hashes(loaded: Settings) -> None:
    tampered, _, missing, _ = read_ledger(loaded.ledger)
    path = archived_path(loaded.archive, tampered.sha256)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(path.read_bytes() + b"\0")
    archived_path(loaded.archive, missing.sha256).unlink()
    found = verify(loaded)
    assert not found.is_equal
    assert found.archive_damage == [
        ArchiveDamage(tampered.file, tampered.submission_id, tampered.sha256, sha256_of(path)),
        ArchiveDamage(missing.file, missing.submission_id, missing.sha256, ""),
    ]
    assert found.relations == 0


def test_a_changed_file_that_the_index_takes_for_unchanged_is_named(loaded: Settings, housing: Housing) -> None:
    seen = Seen(loaded.seen)
    last = Ledger(loaded.ledger).last_seen()[CORSE]
    regional_return(loaded.raw / CORSE, ROWS, region="Corse")
    status = (loaded.raw / CORSE).stat()
    seen.note(CORSE, status, last, status.st_ctime_ns + 3_600 * 10**9)
    seen.write()
    found = verify(loaded)
    assert (found.changed_unseen, found.is_equal) == ([CORSE], False)
    assert f"raw/{CORSE}: its bytes changed" in housing("verify").stdout
    loaded.seen.unlink()
    assert load(loaded).receipt.new == [CORSE]
    assert verify(loaded).changed_unseen == []


def test_a_tampered_release_is_named_relation_by_relation(loaded: Settings) -> None:
    loaded.release_file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with duckdb.connect(loaded.release_file) as connection:
        connection.execute("UPDATE kpi.regional SET deliveries = deliveries + 1")
        connection.execute("ALTER TABLE dim.source ADD COLUMN extra INTEGER")
        connection.execute("CREATE TABLE audit.added AS SELECT 1 AS one")
        connection.execute("DROP TABLE kpi.agreements")
        connection.execute("CREATE OR REPLACE MACRO kpi.regional_as_of(as_of_day) AS TABLE FROM kpi.regional")
    found = verify(loaded)
    assert not found.is_equal
    assert {difference.relation for difference in found.differences} == {
        "kpi.regional",
        "dim.source",
        "audit.added",
        "kpi.agreements",
        "kpi.regional_as_of",
    }
    assert Difference("kpi.regional", 1, 1) in found.differences


def test_a_release_older_than_the_ledger_is_said_so(loaded: Settings) -> None:
    withdraw(loaded, BRETAGNE, "à refaire")
    found = verify(loaded)
    assert not found.same_inputs
    assert not found.is_equal
    assert "fact.submission" in {difference.relation for difference in found.differences}


def test_without_a_release_there_is_nothing_to_verify(settings: Settings) -> None:
    with pytest.raises(NothingPublishedError, match="housing load"):
        verify(settings)
