"""A number that its format masks stands in nothing that is made of the file. Every figure is invented."""

from __future__ import annotations

import duckdb
import openpyxl
import pytest

from pipeline.feedback.check_before_sending import check_files
from pipeline.load import load
from pipeline.settings import Settings
from tests.support.searching import holding
from tests.support.workbooks import regional_return

SECRET = 48213
FORMATS = ('[<50000]"s";0', ";;;", '0;-0;"ns"', '[>40000]"n.d.";0')


@pytest.fixture
def masked(settings: Settings) -> Settings:
    """Load a return of which some figures, a period and a formula are masked."""
    rows = [["Livraisons", 2021 - at, SECRET, None] for at in range(len(FORMATS))]
    path = regional_return(
        settings.raw / "regional_return/corse/bilan.xlsx", [*rows, ["Agréments", 2021, 7, None]], region="Corse"
    )
    book = openpyxl.load_workbook(path)
    sheet = book["Activité"]
    for at, code in enumerate(FORMATS):
        sheet.cell(7 + at, 3).number_format = code
    sheet.cell(7 + 2, 3).value = 0
    book.save(path)
    load(settings)
    return settings


def test_what_a_format_masks_is_nowhere_but_in_the_archive(masked: Settings) -> None:
    """The archive keeps what was received, and the returned workbook is the sender's own."""
    where = holding(masked.warehouse, str(SECRET))
    assert where - {"returned"} <= {"archive"}
    with duckdb.connect(masked.release_file, read_only=True) as connection:
        query = "SELECT raw_text, missing_reason FROM fact.observation WHERE value IS NULL ORDER BY period"
        assert connection.execute(query).fetchall() == [
            ("n.d.", "not_available"),
            ("ns", "not_significant"),
            ("s", "secret"),
        ]
        query = "SELECT cell FROM fact.rejection WHERE reason = 'VALEUR_NON_AFFICHEE'"
        assert connection.execute(query).fetchall() == [("C8",)]


def test_a_check_before_sending_does_not_say_it(masked: Settings) -> None:
    ((_, verdict),) = check_files([masked.raw / "regional_return/corse/bilan.xlsx"], "regional_return", masked)
    assert str(SECRET) not in repr(verdict)
