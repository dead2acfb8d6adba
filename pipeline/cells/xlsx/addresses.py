"""Where rows, columns and cells of a worksheet stand: positions come from the cells, and must lie on the grid.

What belongs here: positions as a sheet states them, and the refusal of impossible ones. What does not: how addresses
are written (``cells.workbook``).
"""

from __future__ import annotations

from itertools import pairwise

from pipeline.cells.damage import damaged_sheet
from pipeline.cells.workbook import LAST_COLUMN, LAST_ROW, Cells, Sheet, Span, a1, position, span
from pipeline.rejections import FileRefusedError, Wording

_DIGITS = 7


def row_number(sheet: Sheet, text: str | None, before: int) -> int:
    """Return the number that a row states, else the one after the row before."""
    row = before + 1 if text is None else int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
    if not 1 <= row <= LAST_ROW:
        raise damaged_sheet(sheet, Wording(f"ligne {text or row} impossible", f"impossible row {text or row}"))
    return row


def cell_position(sheet: Sheet, reference: str) -> tuple[int, int]:
    """Return the row and the column of an address, which must lie on the grid."""
    found = position(reference)
    if found is None:
        raise _impossible(sheet, reference)
    return found


def merged_range(sheet: Sheet, reference: str) -> Span:
    """Return the range that a merged cell states, which must lie on the grid."""
    found = span(reference)
    if found is None:
        raise _impossible(sheet, reference)
    return found


def _impossible(sheet: Sheet, reference: str) -> FileRefusedError:
    what = Wording(f"adresse de cellule impossible : {reference}", f"impossible cell address: {reference}")
    return damaged_sheet(sheet, what)


def column_interval(sheet: Sheet, attributes: dict[str, str]) -> range:
    """Return the columns that a ``<col>`` describes."""
    try:
        first, last = int(attributes["min"]), int(attributes["max"])
    except (KeyError, ValueError):
        what = Wording("description de colonne illisible", "unreadable description of a column")
        raise damaged_sheet(sheet, what) from None
    return range(max(1, first), min(LAST_COLUMN, last) + 1)


def is_too_small(declared: str, cells: Cells) -> bool:
    """Whether cells stand outside the dimension that a sheet declares, so that other readers lose them."""
    extent = span(declared)
    if extent is None or not cells:
        return False
    return cells.rows[-1] > extent.bottom or max(cells.columns) > extent.right


def refuse_twins(sheet: Sheet) -> None:
    """Refuse a sheet with two cells at one address: nobody can say which one its sender sees."""
    for before, cell in pairwise(sheet.cells):
        if before.row == cell.row and before.column == cell.column:
            raise damaged_sheet(sheet, Wording(f"deux cellules {cell.address}", f"two cells {cell.address}"))


def damaged_cell(sheet: Sheet, row: int, column: int, what: Wording) -> FileRefusedError:
    """Return the refusal of a file for what one cell says."""
    cell = a1(row, column)
    return damaged_sheet(sheet, Wording(f"cellule {cell} : {what.fr}", f"cell {cell}: {what.en}"))
