"""Where tables seem to stand on a sheet: a row of several cells that are no figures, and the rows that follow it.

What belongs here: blocks of rows, headers, tables side by side. What does not: what a column is taken for
(``recognise``), and what stands outside tables (``surroundings``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from pipeline.cells.workbook import Cell, a1
from pipeline.layouts.authoring.cell_meanings import identifies, is_figure, is_period, is_worded
from pipeline.layouts.authoring.recognise import (
    recognise_columns,
    recognise_sections,
    recognise_totals,
    tell_rows_apart,
)
from pipeline.layouts.authoring.supposed import SupposedColumn, SupposedTable
from pipeline.layouts.grid import Grid
from pipeline.layouts.tables import after_blanks
from pipeline.vocabulary.words import fold

_SAMPLES = 200  # cells of a column, and rows among which a header is looked for
_HEADER_ROWS = 3
_BLANK_ROWS = 2  # within a table; beyond, another one begins


def find_tables(grid: Grid) -> Iterator[tuple[SupposedTable, set[int]]]:
    """Yield each supposed table of a sheet with its rows, from the top, and from the left where they stand abreast."""
    for block in _joined(grid, list(_blocks(grid))):
        yield from _beside(grid, block)


def _blocks(grid: Grid) -> Iterator[list[int]]:
    """Yield the rows between blank ones."""
    block: list[int] = []
    for row in grid.rows:
        if block and row > block[-1] + 1:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _joined(grid: Grid, blocks: list[list[int]]) -> list[list[int]]:
    """Put what begins with figures under what stands above it: their header is there, and blank rows part them."""
    joined: list[list[int]] = []
    for block in blocks:
        begins = next((row for row in block if len(grid.row(row)) > 1), None)
        above = joined[-1] if joined else []
        is_near = bool(above) and block[0] - above[-1] - 1 <= _BLANK_ROWS and len(grid.row(above[-1])) > 1
        if is_near and begins is not None and _holds_figures(grid, begins):
            above.extend(block)
        else:
            joined.append(block)
    return joined


def _holds_figures(grid: Grid, row: int) -> bool:
    """Whether a row is one of figures, and no header: of what follows its first cell, years aside, half are numbers."""
    _, *others = grid.row(row).values()
    others = [cell for cell in others if not is_period(cell)]
    numbers = [cell for cell in others if not is_worded(cell.text) and is_figure(cell)]
    return bool(others) and len(numbers) >= len(others) / 2


def _beside(grid: Grid, block: list[int]) -> Iterator[tuple[SupposedTable, set[int]]]:
    """Yield the table of a block of rows, or each of those that stand in it side by side, with one first header."""
    whole = _in_block(grid, block)
    if whole is None:
        return
    top = min(whole[1])
    starts = [column for column in after_blanks(grid, top) if column in grid.row(top)]
    first = [column for column in starts if fold(grid.row(top)[column].text) == fold(grid.row(top)[starts[0]].text)]
    ranges = pairwise([*first, grid.columns.stop]) if len(first) > 1 else ()
    parts = [_in_block(grid.part(range(*ends)), block) for ends in ranges]
    beside = [part for part in parts if part is not None]
    for table, rows in beside if len(beside) > 1 else [whole]:
        table.side_by_side = len(beside) > 1
        yield table, rows


def _in_block(grid: Grid, block: list[int]) -> tuple[SupposedTable, set[int]] | None:
    """Return the table of a block of rows with its rows: a header, which holds no figures, and what stands below it."""
    rows = [row for row in block if len(grid.row(row)) > 1 and not _is_labelled(grid.row(row).values())]
    top = next((row for row in rows[:_SAMPLES] if not _holds_figures(grid, row)), None)
    if top is None:
        return None
    bottom = top
    while bottom - top + 1 < _HEADER_ROWS and _goes_on(grid, bottom):
        bottom += 1
    body = [row for row in rows if row > bottom]
    if not body:
        return None
    positions = sorted({column for row in (*range(top, bottom + 1), *body) for column in grid.row(row)})
    columns = [_column(grid, range(top, bottom + 1), body, position) for position in positions]
    recognise_columns(columns)
    lone = [next(iter(grid.row(row).values())) for row in block if bottom < row < body[-1] and len(grid.row(row)) == 1]
    table = SupposedTable(
        area=f"{a1(top, positions[0])}:{a1(body[-1], positions[-1])}",
        header_rows=bottom - top + 1,
        columns=columns,
        blank_rows=max(below - row - 1 for row, below in pairwise(block) if top <= row < body[-1]),
        sections=tuple(recognise_sections(lone, columns)),
        total_words=tuple(recognise_totals(columns)),
    )
    tell_rows_apart(table)
    return table, set(range(top, body[-1] + 1))


def _is_labelled(cells: Iterable[Cell]) -> bool:
    """Whether a row is a label and what it says of the sheet, and not the row of a table."""
    found = list(cells)
    return len(found) == 2 and (found[0].text.rstrip().endswith(":") or identifies(*found))


def _goes_on(grid: Grid, row: int) -> bool:
    """Whether the header takes the next row too: a cell spans several columns, or spans down."""
    spans = [grid.span(row, column) for column in grid.row(row)]
    return grid.has_row(row + 1) and any(s.right > s.left or s.bottom > row for s in spans)


def _column(grid: Grid, header: range, body: list[int], position: int) -> SupposedColumn:
    """Return a column with the words over it, a cell that spans several rows once, and the first of its cells."""
    stack: list[Cell] = []
    for row in header:
        cell = grid.shown(row, position)
        if cell is not None and cell not in stack:
            stack.append(cell)
    samples = list(islice((grid.row(row)[position] for row in body if position in grid.row(row)), _SAMPLES))
    texts = [" ".join(cell.text.split()) for cell in stack]
    return SupposedColumn(texts[-1] if texts else "", tuple(texts[:-1]), samples)
