"""A stray blank is no cell, whatever reads it: spaces, signs without a shape, the empty text as a formula."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.cells.blanks import leave_out_blanks
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Cell, Cells, Kind, Sheet, Workbook
from pipeline.layouts import extract
from pipeline.layouts.frames import cells_of
from pipeline.rejections import FileRefusedError
from pipeline.settings import Limits
from tests.support.files import binary_row, open_document, record, shared_text, wide, xls, xlsb
from tests.support.sheets import Rows, layout, observations_of, refusals

BLANKS = {
    "spaces": "   ",
    "a non-breaking space": "\u00a0",
    "narrow and wide spaces": "\u202f\u3000",
    "a zero-width space": "\u200b",
    "a byte order mark": "\ufeff",
    "a word joiner": "\u2060 \u2060",
    "a soft hyphen": "\u00ad",
    "a mark of direction": "\u200e\u202c",
    "an empty braille cell": "\u2800",
    "a Hangul filler": "\u3164",
}
YEARS = """
fixed = { territory = "France" }

[[tables]]
name = "years"
side_by_side = true

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""


def table(blank: str) -> Rows:
    """Return two tables with blanks above, in, beside, between and below them."""
    return [
        [blank, None, blank],
        ["Indicateur", "2020", "2021", blank, None, "Indicateur", "2022", blank],
        ["Livraisons", 1, blank, None, None, "Livraisons", 3],
        ["Agréments", 2, 4, blank, blank, "Agréments", 5, None, blank],
        [blank, blank, blank],
        [None, None, None, None, None, None, None, None, None, blank],
    ]


# -- files ---------------------------------------------------------------------------------------------------------


def an_xlsx(path: Path, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def an_ods(path: Path, rows: Rows) -> Path:
    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            shown = escape(value).replace("   ", '<text:s text:c="3"/>')
            return f'<table:table-cell office:value-type="string"><text:p>{shown}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    lines = (f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    return open_document(path.with_suffix(".ods"), "".join(lines))


def an_xls(path: Path, rows: Rows) -> Path:
    texts = list(dict.fromkeys(value for row in rows for value in row if isinstance(value, str)))
    records = b"".join(
        record(0xFD, "HHHI", r, c, 0, texts.index(value))
        if isinstance(value, str)
        else record(0x0203, "HHHd", r, c, 0, float(value))
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value is not None
    )
    return xls(path.with_suffix(".xls"), {"Données": (0, records)}, shared=tuple(map(shared_text, texts)))


def a_csv(path: Path, rows: Rows) -> Path:
    lines = (
        ";".join(f'"{"" if value is None else value}"' for value in (*row, *[None] * (10 - len(row)))) for row in rows
    )
    path.with_suffix(".csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.with_suffix(".csv")


WRITERS: list[Callable[[Path, Rows], Path]] = [an_xlsx, an_ods, an_xls, a_csv]


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("write", WRITERS)
def test_a_stray_blank_counts_nowhere(tmp_path: Path, write: Callable[[Path, Rows], Path], blank: str) -> None:
    workbook = read_workbook(write(tmp_path / "a", table(blank)), Limits())
    assert [cell.address for cell in workbook.sheets[0].cells if not cell.text.strip()] == []
    extraction = extract(workbook, layout(YEARS))
    assert refusals(extraction) == {}
    assert [(row["period_start"], row["value"]) for row in observations_of(extraction)] == [
        (date(2020, 1, 1), 1.0),
        (date(2020, 1, 1), 2.0),
        (date(2021, 1, 1), 4.0),
        (date(2022, 1, 1), 3.0),
        (date(2022, 1, 1), 5.0),
    ]
    assert {role for _, _, _, role, _, _ in cells_of(extraction)} == {"header", "key", "value"}


def test_a_blank_in_a_binary_workbook_is_no_cell(tmp_path: Path) -> None:
    content = binary_row(0, {0: (6, wide("\u00a0")), 1: (6, wide("a"))})
    path = xlsb(tmp_path / "a.xlsb", {"Données": (0, content)})
    assert [cell.text for cell in read_workbook(path, Limits()).sheets[0].cells] == ["a"]


@pytest.mark.parametrize("formula", ['=""', '= ""', '="  "', '="\u00a0"'])
def test_the_empty_text_as_a_formula_is_no_cell_with_or_without_its_result(tmp_path: Path, formula: str) -> None:
    path = an_xlsx(tmp_path / "a", [["Indicateur", 2020, formula], ["Livraisons", 1, formula], [formula]])
    extraction = extract(read_workbook(path, Limits()), layout(YEARS))
    assert refusals(extraction) == {}
    assert len(observations_of(extraction)) == 1


def test_a_formula_without_a_result_that_is_not_the_empty_text_stays_refused(tmp_path: Path) -> None:
    path = an_xlsx(tmp_path / "a", [["Indicateur", 2020], ["Livraisons", '=IF(1=1,"","x")']])
    assert refusals(extract(read_workbook(path, Limits()), layout(YEARS))) == {"B2": "FORMULE_SANS_VALEUR"}


def test_a_text_that_looks_like_such_a_formula_is_a_text(tmp_path: Path) -> None:
    assert [cell.text for cell in read_workbook(a_csv(tmp_path / "a", [["x"], ["'"], ["-"]]), Limits()).sheets[0].cells]
    sheet = Sheet("a", Cells([Cell(1, 1, Kind.TEXT, '=""', '=""')]))
    leave_out_blanks(Workbook("xlsx", [sheet]))
    assert len(sheet.cells) == 1


def test_a_number_that_its_format_hides_is_a_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([4217, 0, "\u00a0", "x"])
    sheet["A1"].number_format, sheet["B1"].number_format = ";;;", "0;-0;"
    book.save(tmp_path / "a.xlsx")
    assert [c.address for c in read_workbook(tmp_path / "a.xlsx", Limits()).sheets[0].cells] == ["A1", "B1", "D1"]


def test_a_file_of_blanks_is_empty(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read_workbook(an_xlsx(tmp_path / "a", [["\u00a0", " "]]), Limits())
    assert refused.value.rejection.reason == "FICHIER_VIDE"


def test_what_is_left_keeps_all_that_it_has() -> None:
    day = date(2021, 1, 1)
    kept = [
        Cell(1, 2, Kind.NUMBER, "1", 1, "0.0", "=A1", hidden=True),
        Cell(2, 1, Kind.DATE, "2021-01-01", day, "dd/mm/yyyy"),
        Cell(4, 3, Kind.TEXT, "a", "a", struck=""),
    ]
    blanks = [
        Cell(1, 1, Kind.TEXT, " ", " "),
        Cell(2, 5, Kind.TEXT, " ", " ", struck=""),
        Cell(3, 1, Kind.TEXT, " ", " "),
    ]
    cells = Cells([blanks[0], kept[0], kept[1], blanks[1], blanks[2], kept[2]])
    sheet = Sheet("a", cells)
    leave_out_blanks(Workbook("xlsx", [sheet]))
    assert list(sheet.cells) == kept
    assert (sheet.cells.rows, sheet.cells.starts) == ([1, 2, 4], [0, 1, 2])
