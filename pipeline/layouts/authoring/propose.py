"""A first layout for an unknown workbook: the tables that seem to stand in it, for a human to correct.

What belongs here: the way from a workbook to its proposal. What does not: reading; nothing proposed here is ever
applied by itself, and what could not be recognised says so in a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.cells.workbook import Cell, Sheet, Workbook
from pipeline.layouts.authoring.cell_meanings import is_garbled, is_worded, missing_codes
from pipeline.layouts.authoring.conventions import comma_of, marks_of
from pipeline.layouts.authoring.find_tables import find_tables
from pipeline.layouts.authoring.new_indicators import suppose_indicators
from pipeline.layouts.authoring.scopes import elsewhere, fewest_scopes, undecided, unresolved_in, wordings_in
from pipeline.layouts.authoring.supposed import SupposedTable, SupposedWorkbook
from pipeline.layouts.authoring.surroundings import find_contexts
from pipeline.layouts.authoring.write import write
from pipeline.layouts.grid import Grid
from pipeline.layouts.language import NOTE_SHEETS
from pipeline.layouts.wordings import matches
from pipeline.vocabulary.indicators import nearest_labels

_ALIKE = 0.6  # how much a label must look like a wording for a human to be pointed at it


def propose(workbook: Workbook, source: str) -> str:
    """Return a proposal for the layout file ``sources/<source>.toml`` of a workbook, as TOML.

    It is a layout that can be read as it is: what was recognised is declared, what was not stands in comments.
    """
    return write(_suppose(workbook), source)


def _suppose(workbook: Workbook) -> SupposedWorkbook:
    """Return what seems to stand in a workbook; hidden sheets and those of notes are not looked at."""
    tables: list[SupposedTable] = []
    outside: list[tuple[Grid, Cell]] = []
    without_table: list[str] = []
    for grid in map(Grid, filter(_is_looked_at, workbook.sheets)):
        covered = _add_tables(grid, tables)
        if not covered:
            without_table.append(grid.name)
        outside += [(grid, cell) for cell in grid.cells if cell.row not in covered]
    contexts = find_contexts(outside, tables)
    titles = list(_titles(outside))
    new = suppose_indicators(tables, contexts, titles)
    wordings = [*wordings_in(tables), *(context.words for context in contexts if context.field == "indicator")]
    scopes = fewest_scopes(set(wordings))
    if new and "context" not in scopes:
        scopes.append("context")
    scopes += (in_doubt := undecided(scopes, wordings))
    _add_nearest_labels(tables, scopes)
    return SupposedWorkbook(
        sheet_count=len(workbook.sheets),
        hidden=[(sheet.name, len(sheet.cells)) for sheet in workbook.sheets if sheet.cells and _is_hidden(sheet)],
        without_table=without_table,
        tables=tables,
        contexts=contexts,
        scopes=scopes,
        unresolved=unresolved_in(scopes, wordings),
        elsewhere=list(elsewhere(scopes, wordings)),
        is_undecided=bool(in_doubt),
        indicators=new,
        missing=missing_codes(tables),
        comma=comma_of(tables),
        marks=marks_of((cell for _, cell in outside), tables),
        is_garbled=any(is_garbled(cell.text) for sheet in workbook.sheets for cell in sheet.cells),
    )


def _titles(outside: list[tuple[Grid, Cell]]) -> Iterator[str]:
    """Yield the first text of each sheet, where a table does not hold it."""
    for grid, cell in outside:
        if cell == grid.cells[0]:
            yield cell.text


def _is_looked_at(sheet: Sheet) -> bool:
    return bool(sheet.cells) and not _is_hidden(sheet) and not matches(sheet.name, NOTE_SHEETS)


def _is_hidden(sheet: Sheet) -> bool:
    return sheet.visibility != "visible"


def _add_tables(grid: Grid, tables: list[SupposedTable]) -> set[int]:
    """Add the tables of a sheet to those known, one of a known kind to the first of its kind; return their rows."""
    covered: set[int] = set()
    for table, rows in find_tables(grid):
        covered |= rows
        same = next((known for known in tables if known.shape == table.shape), None)
        if same is None:
            tables.append(table)
        else:
            same.join(table)
        (same or table).sheets.append(grid.name)
    return covered


def _add_nearest_labels(tables: list[SupposedTable], scopes: list[str]) -> None:
    """Say which label the header of a column of figures looks like, where nothing names its indicator."""
    for column in (column for table in tables for column in table.declared):
        if column.field == "value" and not column.indicator and is_worded(column.header):
            column.nearest = next(iter(nearest_labels(column.header, scopes, least=_ALIKE)), "")
