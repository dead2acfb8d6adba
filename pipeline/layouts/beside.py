"""What stands beside a table, without a header: notes, where a layout says so or nothing else can be meant.

A figure, a missing value, a mark, and what says something of figures are no notes: they stay beside a table and are
refused.

What belongs here: which columns of a sheet are those of a table and which hold notes beside it. What does not: rows
that are notes (``notes``), tables beside each other (``tables``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, Figure, read_cell, states_unit
from pipeline.figures.declared_marks import explained_in, status_alone
from pipeline.figures.periods import read_period
from pipeline.figures.stated_units import statement_in
from pipeline.layouts.compiled import CompiledLayout
from pipeline.layouts.headers import Header
from pipeline.layouts.missing_codes import MissingCodes
from pipeline.layouts.notes import is_context
from pipeline.layouts.sayings import says_something
from pipeline.vocabulary.territories import resolve_territory
from pipeline.vocabulary.words import fold

_LONGEST = 60
"""Characters of a figure; what is longer is prose."""
_WORD = re.compile(r"[^\W\d_]{3}")
_SHORTEST = 3
"""Letters of a word before a colon that begins a note anywhere: ``p :`` explains a mark."""


def columns_without_notes(header: Header, last: int, layout: CompiledLayout) -> range:
    """Return the columns of a table with what stands beside it, but for the notes at its outer sides.

    Args:
        header: that of the table.
        last: its last row.
        layout: that of the source: what is no note, and what begins one.
    """
    grid, headed = header.grid, header.headings.keys()
    first, end = min(headed), max(headed) + 1
    filled = grid.filled(header.top, last)
    if first <= filled.start and filled.stop <= end:
        return grid.columns  # as almost always, nothing stands beside it
    beside: dict[int, list[Cell]] = {}
    for number in grid.rows:
        if header.top <= number <= last:
            cells = grid.row(number)
            for column in cells:
                if not first <= column < end and cells.text(column).strip():
                    beside.setdefault(column, []).append(cells[column])
    others = [column for column, cells in beside.items() if not _are_notes(cells, header, layout)]
    left = max((column for column in others if column < first), default=None)
    right = max((column for column in others if column >= end), default=None)
    kept = range(grid.columns.start if left is not None else first, right + 1 if right is not None else end)
    return kept if any(column not in kept for column in beside) else grid.columns


def _are_notes(cells: Iterable[Cell], header: Header, layout: CompiledLayout) -> bool:
    """Whether the cells of a column beside a table are texts that say nothing of figures, or begin as notes do."""
    if header.table.notes_beside:
        return all(not _may_be_data(cell, layout) for cell in cells)
    return all(_begins_as_note(cell, layout) for cell in cells)


def _begins_as_note(cell: Cell, layout: CompiledLayout) -> bool:
    word, colon, said = cell.text.partition(":")
    is_worded = len(fold(word)) >= _SHORTEST and fold(word) in layout.note_words
    return cell.kind is Kind.TEXT and is_worded and bool(colon and said.strip()) and is_note_beside(cell, layout)


def is_note_beside(cell: Cell, layout: CompiledLayout) -> bool:
    """Whether a cell beside a table is a note: a text that is no figure, and says nothing of the figures beside it."""
    if _may_be_data(cell, layout) or is_context(cell.text, layout):
        return False
    return not says_something(cell.text) or any(explained_in(cell.text))


def _may_be_data(cell: Cell, layout: CompiledLayout) -> bool:
    """Whether a cell is, or is written as, a figure, a missing value, a mark, a unit, a period or a territory."""
    text, declared = cell.text, layout.declared
    if cell.kind is not Kind.TEXT or not _WORD.search(text):
        return True
    if len(text) > _LONGEST:
        return False
    expected = Expected("", "", declared.dot, declared.comma, declared.dash)
    is_figure = isinstance(read_cell(cell, expected), Figure) or MissingCodes(declared.missing).reason(cell) is not None
    is_key = read_period(text) is not None or resolve_territory(text) is not None
    return is_figure or is_key or states_unit(text) or statement_in(text) is not None or _is_mark(text, layout)


def _is_mark(text: str, layout: CompiledLayout) -> bool:
    return any(status_alone(text, table.marks) for table in layout.tables)
