"""Corrected cells: exactly the cell that says what is expected is replaced, and whatever else is said so."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Cell, Cells, Kind, Sheet, Workbook
from pipeline.corrections.apply import Correction, correct


def workbook() -> Workbook:
    cells = [
        Cell(1, 1, Kind.TEXT, "Livraisons", "Livraisons"),
        Cell(1, 2, Kind.NUMBER, "1234", 1234, "0", formula="=1000+234", hidden=True),
    ]
    return Workbook(
        "xlsx", [Sheet("Activité", Cells(cells)), Sheet("Autre", Cells([Cell(1, 2, Kind.TEXT, "1234", "1234")]))]
    )


def test_the_cell_becomes_the_text_that_is_declared_and_nothing_else_changes() -> None:
    book = workbook()
    assert correct(book, [Correction("Activité", "B1", "1234", "1 243")]) == []
    assert book.sheets[0].cells == [
        workbook().sheets[0].cells[0],
        Cell(1, 2, Kind.TEXT, "1 243", "1 243", None, formula=None, hidden=True),
    ]
    assert book.sheets[1] == workbook().sheets[1]


@pytest.mark.parametrize("written", ["8\N{NARROW NO-BREAK SPACE}311", "8\N{NO-BREAK SPACE}311 ", "8 311"])
def test_spaces_of_all_kinds_are_alike(written: str) -> None:
    book = Workbook("xlsx", [Sheet("S", Cells([Cell(3, 28, Kind.TEXT, written, written)]))])
    assert correct(book, [Correction("S", "AB3", "8 311", "8 312")]) == []
    assert book.sheets[0].cells[0].text == "8 312"


@pytest.mark.parametrize(
    ("sheet", "cell", "old_text", "found"),
    [("Activité", "B1", "1 234", "1234"), ("Activité", "C1", "1234", ""), ("Bilan", "B1", "1234", "")],
)
def test_a_cell_that_says_anything_else_stays_and_is_named_with_both_texts(
    sheet: str, cell: str, old_text: str, found: str
) -> None:
    book = workbook()
    (rejection,) = correct(book, [Correction(sheet, cell, old_text, "9")])
    assert book == workbook()
    assert (rejection.reason, rejection.sheet, rejection.cell) == ("CORRECTION_PERIMEE", sheet, cell)
    assert rejection.raw_text == found
    for message in (rejection.message_fr, rejection.message_en):
        assert old_text in message
        assert found in message
