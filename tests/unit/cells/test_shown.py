"""What a cell shows is what is meant: masks, words around numbers and texts, days of which a part is shown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Book

from pipeline.cells.format_codes import section_for, sections
from pipeline.cells.ods_shown import day_as_shown, number_as_shown
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.shown import may_differ, words_around
from pipeline.cells.workbook import Cell, Kind
from pipeline.settings import Limits
from tests.support.workbooks import worksheet

ACCOUNTS = r'_-* #,##0\ "€"_-;\-* #,##0\ "€"_-;_-* "-"??\ "€"_-;_-@_-'


def shown(tmp_path: Path, value: Any, code: str) -> Cell:
    """Return the cell that a workbook with one formatted cell has, read through the one door."""
    book = Book()
    cell = worksheet(book).cell(1, 1, value)
    cell.number_format = code
    book.save(tmp_path / "a.xlsx")
    (found,) = read_workbook(tmp_path / "a.xlsx", Limits()).sheets[0].cells
    return found


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (3, '[<5]"s";0', "s"),
        (4, '[<=4]"< 5";0', "< 5"),
        (3, '[Red][<5]"secret";[>1000]"n.d.";0', "secret"),
        (2000, '[<5]"s";[>1000]"n.d.";0', "n.d."),
        (0, '0;-0;"n.d."', "n.d."),
        (0, '#,##0;-#,##0;"ns"', "ns"),
        (-1, '0;"n.c.";0', "n.c."),
        (12, '"s"', "s"),
        (7, r"\s", "s"),
        (7, '[=7]"-";0', "-"),
    ],
)
def test_the_word_that_masks_a_number_stands_in_its_place(tmp_path: Path, value: int, code: str, text: str) -> None:
    cell = shown(tmp_path, value, code)
    assert (cell.kind, cell.text, cell.value) == (Kind.TEXT, text, text)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (30, '[<5]"s";0'),
        (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)'),
        (0, ACCOUNTS),
        (-5, "#,##0_);[Red](#,##0)"),
        (5, '0;-0;"n.d."'),
        (12, "Standard"),
        (0.5, "0.0%"),
        (5, '0_ ;[Red]-0" "'),
    ],
)
def test_a_number_that_is_shown_stays_a_number(tmp_path: Path, value: float, code: str) -> None:
    cell = shown(tmp_path, value, code)
    assert (cell.kind, cell.value) == (Kind.NUMBER, value)


def test_a_masked_number_stands_nowhere_in_what_is_read(tmp_path: Path) -> None:
    book = Book()
    sheet = worksheet(book)
    sheet["A1"] = 4217
    sheet["A1"].number_format = ";;;"
    sheet["A2"] = "=4217"
    sheet["A3"] = 4218
    sheet["A3"].number_format = '[<5000]"s";0'
    book.save(tmp_path / "a.xlsx")
    cells = read_workbook(tmp_path / "a.xlsx", Limits()).sheets[0].cells
    assert [(cell.text, cell.value, cell.formula) for cell in cells if cell.row != 2] == [
        ("", None, None),
        ("s", "s", None),
    ]
    assert [cell.is_unshown for cell in cells] == [True, False, False]


def test_a_zero_that_is_not_shown_is_told_from_another_number(tmp_path: Path) -> None:
    assert shown(tmp_path, 0, "0;-0;").value == ""
    assert not shown(tmp_path, 0, "0;-0;;@").is_unshown
    assert shown(tmp_path, 5, ";-0;0").is_unshown


def test_the_section_that_shows_a_number_becomes_its_format(tmp_path: Path) -> None:
    assert shown(tmp_path, 2_000_000, '[>=1000000]0.0,," M€";0" €"').number_format == '0.0,," M€"'
    assert shown(tmp_path, 20, '[>=1000000]0.0,," M€";0" €"').number_format == '0" €"'
    assert shown(tmp_path, -3, '0;-0" (estimé)"').number_format == '-0" (estimé)"'


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [("2022", '"Objectif "@', "Objectif 2022"), ("8 311", '@" k€"', "8 311 k€"), ("a", "@", "a"), ("a", "_-@_-", "a")],
)
def test_words_around_a_text_are_a_part_of_it(tmp_path: Path, text: str, code: str, expected: str) -> None:
    assert shown(tmp_path, text, code).text == expected


@pytest.mark.parametrize(
    ("day", "code", "expected"),
    [
        (date(2021, 1, 1), "yyyy", "2021"),
        (date(2021, 12, 31), "yy", "2021"),
        (date(2021, 3, 15), "mmm yyyy", "mars 2021"),
        (date(2021, 8, 15), "[$-40C]mmmm yyyy", "août 2021"),
        (date(2021, 3, 15), "mm/yyyy", "03/2021"),
        (date(2022, 1, 1), '"Objectif "yyyy', "Objectif 2022"),
        (date(2022, 1, 1), 'yyyy" (p)"', "2022 (p)"),
        (date(2022, 1, 1), '"prévision au "dd/mm/yyyy', "prévision au 01/01/2022"),
        (date(2021, 3, 15), "dd/mm/yyyy", date(2021, 3, 15)),
        (date(2021, 3, 15), "[$-F800]dddd, mmmm dd, yyyy", date(2021, 3, 15)),
        (date(2021, 3, 15), "d-mmm", date(2021, 3, 15)),
    ],
)
def test_a_day_says_no_more_than_is_shown_of_it(tmp_path: Path, day: date, code: str, expected: str | date) -> None:
    cell = shown(tmp_path, day, code)
    assert (cell.kind, cell.value) == (Kind.DATE, expected)


@pytest.mark.parametrize("code", ["yyyy", "dd/mm/yyyy", "mmm yyyy"])
def test_a_year_in_the_format_of_a_date_is_no_day_of_1905(tmp_path: Path, code: str) -> None:
    cell = shown(tmp_path, 2021, code)
    assert (cell.kind, cell.value) == (Kind.DATE, 2021)
    assert "1905" in cell.text


def test_words_around_a_number_are_told() -> None:
    assert words_around('"Objectif "0') == ("Objectif ", "")
    assert words_around('0" (prév.)"') == ("", " (prév.)")
    assert words_around("#,##0_);(#,##0)") == words_around("General") == words_around(None) == ("", "")


def test_a_section_is_chosen_by_its_conditions() -> None:
    assert [section.literal for section in sections('"a;b"0;\\;;"c"')] == ["a;b", ";", "c"]
    assert section_for('[<5]"s"', 30) is None
    assert not may_differ("#,##0.00")
    assert not may_differ("General")


# -- OpenDocument, where the text stands beside the value ---------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "text", "expected"),
    [
        ("3", "s", (Kind.TEXT, "s", "s", None)),
        ("3", "< 5", (Kind.TEXT, "< 5", "< 5", None)),
        ("8311", "", (Kind.TEXT, "", None, None)),
        ("0", "", (Kind.TEXT, "", "", None)),
        ("0", "n.d.", (Kind.TEXT, "n.d.", "n.d.", None)),
        ("0", "-", (Kind.NUMBER, "0", 0, None)),
        ("8311", "8 311", (Kind.NUMBER, "8311", 8311, None)),
        ("8311.4", "8.311", (Kind.NUMBER, "8311.4", 8311.4, None)),
        ("-104.44", "-104,4", (Kind.NUMBER, "-104.44", -104.44, None)),
        ("104.4", "104,4 M€", (Kind.NUMBER, "104.4", 104.4, '0" M€"')),
        ("104400", "104 k€", (Kind.NUMBER, "104400", 104400, '0," k€"')),
        ("2022", "Objectif 2022", (Kind.NUMBER, "2022", 2022, '"Objectif "0')),
        ("12", None, (Kind.NUMBER, "12", 12, None)),
    ],
)
def test_a_number_of_a_document_is_what_its_text_shows(
    stored: str, text: str | None, expected: tuple[Any, ...]
) -> None:
    assert number_as_shown(stored, text) == expected


def test_a_day_of_a_document_is_what_its_text_shows() -> None:
    day = datetime(2021, 3, 1)  # noqa: DTZ001 - spreadsheets know no time zone
    assert day_as_shown("2021-03-01", day, "2021")[2] == "2021"
    assert day_as_shown("2021-03-01", day, "mars 2021")[2] == "mars 2021"
    assert day_as_shown("2021-03-01", day, "03/2021")[2] == "03/2021"
    assert day_as_shown("2021-03-01", day, "01/03/2021")[2] == day
    assert day_as_shown("2021-03-01", day, "lundi 1 mars 2021")[2] == day
    assert day_as_shown("2021-03-01", day, None)[2] == day
