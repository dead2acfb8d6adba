"""What is erased is nowhere any more: every file below the warehouse is searched for it. Every figure is invented."""

from __future__ import annotations

import duckdb
import openpyxl
import pytest

from pipeline.intake import Ledger
from pipeline.intake.withdraw import erase
from pipeline.load import load
from pipeline.proof.verify import verify
from pipeline.settings import Settings
from pipeline.warehouse.recovery import restore_ledger
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.searching import holding
from tests.support.workbooks import regional_return

SECRET = "Zoé Tartempion-Quelconque"
PLACE = "regional_return/corse/bilan.xlsx"
OTHER = "regional_return/bretagne/bilan.xlsx"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation without the relations that nothing here asks."""
    return settings.changed(sql=part_of_sql(tmp_path_factory))


def with_a_secret(settings: Settings) -> None:
    """Two releases that hold a return which names a tenant: on a hidden sheet, and in a cell that is refused."""
    rows = [["Livraisons", 2021, 20, None], ["Agréments", 2021, SECRET, None]]
    path = regional_return(settings.raw / PLACE, rows, region="Corse")
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("Locataires")
    hidden.sheet_state = "hidden"
    hidden["A1"] = SECRET
    book.save(path)
    load(settings)
    regional_return(settings.raw / OTHER, [["Livraisons", 2021, 10, None]])
    load(settings)


@pytest.fixture
def kept(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that holds such a return."""
    return begin_with(with_a_secret, settings, tmp_path_factory)


def test_what_is_erased_is_nowhere_any_more(kept: Settings) -> None:
    before = {"archive", "cache", "housing.duckdb", "releases", "returned", "work"}
    assert holding(kept.warehouse, SECRET) == before
    erase(kept, PLACE, "noms de locataires", "A. Analyste")
    load(kept)
    assert holding(kept.warehouse, SECRET) == set()
    with duckdb.connect(kept.release_file, read_only=True) as release:
        assert release.execute("SELECT value FROM fact.observation").fetchall() == [(10.0,)]
        told = release.execute("SELECT file, status, withdrawal_reason FROM fact.submission ORDER BY file").fetchall()
    assert told == [(OTHER, "accepted", None), (PLACE, "erased", "noms de locataires")]
    assert verify(kept).is_equal


def test_it_is_not_taken_again_even_by_a_ledger_that_was_restored(kept: Settings) -> None:
    erase(kept, PLACE, "noms de locataires", "A. Analyste")
    load(kept)
    kept.ledger.unlink()
    restore_ledger(kept)
    assert list(load(kept).receipt.refused) == [PLACE]
    assert holding(kept.warehouse, SECRET) == set()
    assert [bool(each.erased_by) for each in Ledger(kept.ledger).submissions] == [True, False]
