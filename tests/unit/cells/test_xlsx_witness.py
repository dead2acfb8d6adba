"""The xlsx reader beside openpyxl, an independent witness, cell by cell."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Cell, Kind, Sheet, Span, Workbook
from pipeline.settings import Limits
from tests.support.files import (
    SAMPLES,
    needs_samples,
)
from tests.support.workbooks import worksheet

LIMITS = Limits()


def _rich_workbook(path: Path) -> Path:
    """Write a workbook that uses most of what offices use."""
    chance = random.Random(7)
    book = openpyxl.Workbook()
    book.remove(worksheet(book))
    codes = ["General", "0", "#,##0.00", "0.0%", '0.0" M€"', "dd/mm/yyyy", "h:mm", "[h]:mm", "@"]
    for number in range(3):
        sheet = book.create_sheet(f"Région {number}")
        sheet.merge_cells("B2:F2")
        sheet.merge_cells(start_row=4, end_row=6, start_column=2, end_column=2)
        sheet["B2"] = "Logements à  loyer\nmodéré"
        sheet["B2"].font = Font(bold=True)
        sheet["C9"].fill = PatternFill("solid", fgColor="FFCC00")
        sheet["B4"].comment = Comment("à vérifier", "bureau")
        for row in range(10, 40):
            for column in range(2, 14):
                code = chance.choice(codes)
                value: object = chance.choice(
                    [
                        chance.randint(-9, 99_999),
                        chance.random() * 1e6,
                        "nd",
                        "8 311",
                        "Île-de-France",
                        True,
                        "#REF!",
                        "=1+1",
                    ]
                )
                if code in {"dd/mm/yyyy", "h:mm", "[h]:mm"}:
                    value = chance.choice(
                        [
                            datetime.fromisoformat("2024-03-31"),
                            datetime.fromisoformat("2021-12-03T18:30"),
                            chance.randint(61, 50_000),
                        ]
                    )
                    value = timedelta(hours=chance.randint(25, 90)) if code == "[h]:mm" else value
                cell = sheet.cell(row, column, value)
                cell.number_format = code
        sheet.row_dimensions[12].hidden = True
        sheet.column_dimensions["D"].hidden = True
    book["Région 2"].sheet_state = "veryHidden"
    book.save(path)
    return path


def _same_value(ours: Cell, witness: object) -> bool:
    """openpyxl has a datetime for a whole day, and the text of an error or of a formula where we have no value."""
    if ours.kind in (Kind.ERROR, Kind.UNCACHED):
        return ours.text == witness
    if type(ours.value) is date:
        return datetime.combine(ours.value, time()) == witness
    return ours.value == witness and isinstance(ours.value, bool) == isinstance(witness, bool)


def _hidden_by_witness(sheet: Worksheet, row: int, column: str) -> bool:
    return bool(sheet.row_dimensions[row].hidden or sheet.column_dimensions[column].hidden)


def _compare(ours: Workbook, path: Path) -> int:
    witness = openpyxl.load_workbook(path)
    compared = 0
    assert [sheet.name for sheet in ours.sheets] == [sheet.title for sheet in witness.worksheets]
    for sheet, other in zip(ours.sheets, witness.worksheets, strict=True):
        assert sheet.visibility == {"veryHidden": "very_hidden"}.get(other.sheet_state, other.sheet_state)
        assert set(sheet.merges) == {
            Span(merged.min_row, merged.min_col, merged.max_row, merged.max_col) for merged in other.merged_cells.ranges
        }
        compared += _compare_cells(sheet, other)
    return compared


def _compare_cells(sheet: Sheet, other: Worksheet) -> int:
    cells = {cell.address: cell for cell in sheet.cells}
    expected = {cell.coordinate: cell for row in other.iter_rows() for cell in row if cell.value is not None}
    assert list(cells) == list(expected)
    for address, cell in expected.items():
        ours = cells[address]
        assert _same_value(ours, cell.value), (sheet.name, address, ours, cell.value)
        assert ours.number_format == cell.number_format, (sheet.name, address)
        assert ours.hidden == _hidden_by_witness(other, cell.row, cell.column_letter), (sheet.name, address)
    return len(expected)


def test_our_reader_and_openpyxl_agree_cell_by_cell(tmp_path: Path) -> None:
    path = _rich_workbook(tmp_path / "a.xlsx")
    assert _compare(read_workbook(path, LIMITS), path) > 1_000


@needs_samples
def test_our_reader_and_openpyxl_agree_on_a_real_workbook() -> None:
    path = SAMPLES / "RPM2024-F5.xlsx"
    assert _compare(read_workbook(path, LIMITS), path) > 100
