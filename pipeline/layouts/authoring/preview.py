"""What a layout claims: each cell with its role, keys and headers with the dimension that they state; in a terminal.

What belongs here: naming claims and showing them in a terminal. What does not: claiming (``extract``), the page of it
(``picture``).
"""

from __future__ import annotations

from collections import Counter

from rich.table import Table
from rich.text import Text

from pipeline.cells.workbook import Cell, Sheet, Workbook, column_letters
from pipeline.layouts.extraction import Extraction
from pipeline.layouts.frames import cells_of
from pipeline.layouts.grid import Grid
from pipeline.layouts.keys import read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.tables import FoundTable, locate
from pipeline.vocabulary.typography import as_shown, visible

Claims = dict[tuple[str, int, int], str]

ROWS, COLUMNS, WIDTH = 40, 12, 14
"""How much of a sheet a terminal shows, and of a text."""

# How each claim is shown: a style of a terminal, and a background of a page.
STYLES = {
    "territory": ("black on bright_green", "#b7e4c7"),
    "period": ("black on bright_cyan", "#bde0fe"),
    "indicator": ("black on bright_yellow", "#ffe8a1"),
    "breakdown": ("black on bright_magenta", "#e7c6ff"),
    "key": ("black on white", "#d8e2dc"),
    "value": ("bold", "#ffffff"),
    "total": ("bold underline", "#f1f3f5"),
    "header": ("reverse", "#ced4da"),
    "context": ("black on bright_blue", "#ffd6a5"),
    "title": ("italic", "#f8f9fa"),
    "note": ("dim italic", "#f8f9fa"),
    "ignored": ("dim", "#e9ecef"),
    "unclaimed": ("white on red", "#ff6b6b"),
}
DIMENSIONS = ("territory", "period", "indicator", "breakdown")


def claims(workbook: Workbook, layout: Layout, extraction: Extraction) -> Claims:
    """Return what each non-empty cell was taken for: its role, and for keys and headers the dimension, where one."""
    roles = {(sheet, address): role for sheet, address, _, role, _, _ in cells_of(extraction)}
    found: Claims = {}
    for sheet in workbook.sheets:
        for cell in sheet.cells:
            found[sheet.name, cell.row, cell.column] = roles[sheet.name, cell.address]
        if any(roles[sheet.name, cell.address] == "header" for cell in sheet.cells):
            grid = Grid(sheet)
            for located in locate(grid, layout):
                _name_dimensions(grid, located, found, layout)
    return found


def _name_dimensions(grid: Grid, located: FoundTable, found: Claims, layout: Layout) -> None:
    """Replace the role of keys and headers by the dimension that they state."""
    for position, heading in located.headings.items():
        stated = next((name for name in heading.column.named_by), "")
        if stated in DIMENSIONS:
            for cell in heading.cells:
                found[grid.name, cell.row, cell.column] = stated
        if heading.column.field in DIMENSIONS:
            for row in range(located.first_row, located.last_row + 1):
                if found.get((grid.name, row, position)) == "key":
                    found[grid.name, row, position] = _section_at(located, row, layout) or heading.column.field


def _section_at(located: FoundTable, row: int, layout: Layout) -> str:
    """Return the dimension that a label alone in its row states for the rows below; empty where it is none."""
    cells = located.grid.row(row)
    filled = [cells[column] for column in cells if cells.text(column).strip()]
    if len(filled) != 1:
        return ""
    fields = (s.declared.field for s in located.compiled.sections if read_key(filled[0], s, layout).is_known)
    return next((field if field in DIMENSIONS else "key" for field in fields), "")


def counted(extraction: Extraction) -> dict[str, dict[str, int]]:
    """Return how many cells of each sheet have each role."""
    counts: dict[str, Counter[str]] = {}
    for sheet, _, _, role, _, _ in cells_of(extraction):
        counts.setdefault(sheet, Counter())[role] += 1
    return {sheet: dict(count.most_common()) for sheet, count in counts.items()}


# -- a terminal --------------------------------------------------------------------------------------------------


def in_terminal(sheet: Sheet, found: Claims) -> Table:
    """Return the top left of a sheet as a table of its cells, styled by claim; without colours, the claim is named."""
    grid = Grid(sheet)
    columns = sorted({cell.column for cell in sheet.cells})[:COLUMNS]
    table = Table(title=sheet.name, show_header=True, pad_edge=False)
    table.add_column("", no_wrap=True, min_width=len(str(grid.rows[-1])))
    for column in columns:
        table.add_column(column_letters(column))
    for row in grid.rows[:ROWS]:
        cells = (grid.row(row).get(column) for column in columns)
        table.add_row(str(row), *(_shown(cell, found[sheet.name, row, cell.column]) if cell else "" for cell in cells))
    return table


def _shown(cell: Cell, claim: str) -> Text:
    text = visible(" ".join(as_shown(cell.text).split()))
    shortened = text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
    # cut here and not by the column, so that a table too wide for its terminal takes nothing from the row numbers
    return Text(f"{claim[:3]}:{shortened}", style=STYLES[claim][0], no_wrap=True, overflow="ellipsis")
