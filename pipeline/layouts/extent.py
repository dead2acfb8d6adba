"""Where a table ends: the rows below a header that are its table's, up to a note, another header or too many blanks.

What belongs here: the rows of a table as runs, and what ends them. What does not: where it begins
(``header_search``), what its rows say (``rows``).
"""

from __future__ import annotations

from pipeline.cells.workbook import Kind
from pipeline.layouts.compiled import CompiledLayout
from pipeline.layouts.header_search import Candidates, header_at
from pipeline.layouts.headers import Header
from pipeline.layouts.keys import read_key
from pipeline.layouts.notes import barrier_in, is_note, is_page
from pipeline.layouts.row_shapes import Row, Run, Shape
from pipeline.vocabulary.words import fold

_MOST_ABOVE = 5
"""As many rows with one label each may stand over a header: a year, a unit."""


def table_runs(header: Header, candidates: Candidates, layout: CompiledLayout) -> list[Run]:
    """Return the rows of a table, those together that fill the same columns.

    It ends before too many blank rows, a note, the header of another table, or the end of the sheet.
    """
    grid, columns = header.grid, header.headings.keys()
    filled_by: dict[Shape, int] = {}
    found: list[Run] = []
    last, height = header.bottom, 0
    for run in grid.runs(header.bottom + 1):
        if run.shape not in filled_by:
            filled_by[run.shape] = len(columns & run.shape.places.keys())
        filled = filled_by[run.shape]
        found.append(run)
        if not filled and not grid.covered(run.numbers[0], columns):
            continue  # blank, as far as the table goes
        if run.numbers[0] - last - 1 > header.table.blank_rows:
            break
        first = next(iter(run.shape.places), None)
        words = frozenset(map(fold, run.texts(first))) if first is not None and filled > 1 else None
        goes_on = words is not None and words.isdisjoint(candidates.headers) and words.isdisjoint(header.titles)
        # groups of a header that comes again stand where rows have figures, and not where they begin
        goes_on = goes_on and (header.bottom == header.top or first == min(columns))
        count = len(run) if goes_on else _rows_before_end(run, header, candidates, layout, is_alone=filled <= 1)
        if 0 < count < len(run):
            found[-1] = run.cut(count)
        if count:
            last, height = found[-1].numbers[-1], len(found)
        if count < len(run):
            break
    return found[:height]


def _rows_before_end(
    run: Run, header: Header, candidates: Candidates, layout: CompiledLayout, *, is_alone: bool
) -> int:
    """Return how many rows of a run come before one that is beyond the table."""
    for count, number in enumerate(run.numbers):
        if _is_end(header.grid.row(number), header, candidates, layout, is_alone=is_alone):
            return count
    return len(run)


def _is_end(cells: Row, header: Header, candidates: Candidates, layout: CompiledLayout, *, is_alone: bool) -> bool:
    """Whether a row that is not blank is beyond the table: a note, or the header of another one."""
    first = cells[next(iter(cells))] if cells else None
    if is_alone and (is_note(cells, layout, numbered=not header.table.sections) or (first and is_page(first))):
        return True
    if is_alone and first and _stands_over_header(cells, header, layout):
        return True
    if first and fold(first.text) in header.titles and barrier_in(cells, header.titles, layout) is None:
        return True  # a title once more, on another page
    return _begins_another(cells, header, candidates, layout)


def _stands_over_header(cells: Row, header: Header, layout: CompiledLayout) -> bool:
    """Whether a label alone, which no section knows, stands over the header that comes again: it is of what follows."""
    grid, number = header.grid, cells.number + 1
    while number <= cells.number + _MOST_ABOVE and sum(bool(text.strip()) for text in grid.row(number).texts) == 1:
        number += 1
    if not header.is_repeated_in(grid.row(number)):
        return False
    label = next(cells[column] for column in cells if cells.text(column).strip())
    return not any(read_key(label, section, layout.declared).is_known for section in header.compiled.sections)


def _has_other_groups(cells: Row, header: Header) -> bool:
    """Whether a header of several rows begins once more in a row, with other groups: ``2019`` for ``2018``."""
    height = header.bottom - header.top
    below = cells.number + height
    if not height or header.is_repeated_in(cells) or not header.grid.has_row(below):
        return False
    # in the lowest row, the columns that rows are told by have the same headers; months under a year may be others
    lowest = header.grid.row(below)
    named = [(p, h) for p, h in header.headings.items() if not h.column.named_by and h.cells and p in lowest]
    return bool(named) and all(fold(lowest.text(p)) in header.words[p] for p, _ in named)


def _begins_another(cells: Row, header: Header, candidates: Candidates, layout: CompiledLayout) -> bool:
    """Whether a row that follows without a blank one, and begins with a known header, is that of another table."""
    if not cells:
        return False
    if _has_other_groups(cells, header):
        return header_at(header.grid, cells.number, candidates, layout.declared) is not None
    if fold(cells.text(next(iter(cells)))) not in candidates.headers or header.is_repeated_in(cells):
        return False
    first = cells[min(cells)]
    return first.kind is Kind.TEXT and header_at(header.grid, cells.number, candidates, layout.declared) is not None
