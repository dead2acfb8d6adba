"""Columns without a header, told by what they hold: codes or names of territories, periods, choices of a breakdown.

An entry with ``blank_header`` has the column whose header is blank and of which every cell in the rows of the table
reads as the entry says. Where two columns or two entries may be meant, the table is refused with both.

What belongs here: which entry has which of these columns. What does not: columns with a header (``headers``), what a
cell means (``keys``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.cells.workbook import Cell
from pipeline.figures import Expected, Figure, read_cell, states_unit
from pipeline.layouts.code_rows import in_series
from pipeline.layouts.compiled import CompiledColumn, CompiledTable, compiled
from pipeline.layouts.findings import DoubtfulColumns, Finding, UnreadColumn
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.notes import is_note
from pipeline.layouts.row_shapes import Row
from pipeline.vocabulary.territories import resolve_territory
from pipeline.vocabulary.words import fold

_MOST = 6
"""As many columns without a header are told apart; a table with more is none of a person's."""


class Unheaded(NamedTuple):
    """The columns without a header of a table."""

    headings: dict[int, Heading]
    findings: list[Finding]


def unheaded_columns(
    grid: Grid, top: int, bottom: int, headings: Mapping[int, Heading], table: CompiledTable, layout: Layout
) -> Unheaded:
    """Return the columns without a header below some rows, and why one that is required cannot be told.

    Args:
        grid: the sheet.
        top: the first row of the header.
        bottom: the last.
        headings: the columns that have a header.
        table: the kind of table.
        layout: that of the source.
    """
    found = {id(heading.column) for heading in headings.values()}
    entries = [c for c in table.columns if c.declared.blank_header and id(c.declared) not in found]
    known = {heading.column.key for heading in headings.values()} | {entry.key for entry in entries}
    if not entries or not headings or not table.required <= known:
        return Unheaded({}, [])
    columns = _columns(grid, top, bottom, headings, table, layout)
    told = [entry for entry in entries if entry.declared.is_told_by_cells]
    fits = [{at for at, cells in columns.items() if all(_holds(e, cell, layout) for cell in cells)} for e in told]
    best = _largest(fits)
    if len(best) > 1:
        return Unheaded({}, [_doubtful(columns, told, fits, best)])
    claimed = {at: Heading(entry, []) for entry, at in zip(told, best[0], strict=True) if at is not None}
    lacking = [entry for entry in entries if all(heading.compiled is not entry for heading in claimed.values())]
    left = [position for position in columns if position < min(headings)]
    if lacking and lacking[0].declared.headers and left and max(left) not in claimed:
        claimed[max(left)] = Heading(lacking[0], [])  # it may have a header, and this is where it would stand
    findings = [_unread(entry, columns, claimed, layout) for entry in told if entry.declared.required]
    return Unheaded(claimed, [finding for finding in findings if finding is not None])


def _columns(
    grid: Grid, top: int, bottom: int, headings: Mapping[int, Heading], table: CompiledTable, layout: Layout
) -> dict[int, list[Cell]]:
    """Return the cells of each column whose header is blank, in the rows of the table, from left to right."""
    stacks = grid.stacks(top, bottom)
    headed = {position for position, cells in stacks.items() if any(cell.text.strip() for cell in cells)}
    found: dict[int, list[Cell]] = {}
    for cells in _rows(grid, bottom, table, layout):
        for position in cells:
            text = cells.text(position)
            if position not in headed and position not in headings and text.strip() and fold(text) not in table.totals:
                found.setdefault(position, []).append(cells[position])
    return dict(sorted(found.items())[:_MOST])


def _rows(grid: Grid, bottom: int, table: CompiledTable, layout: Layout) -> Iterator[Row]:
    """Yield the rows below a header of which a column is told: not those of a label alone, nor those passed over."""
    last = bottom
    passed = table.declared.ignore_rows
    for number in grid.rows[bisect_left(grid.rows, bottom + 1) :]:
        cells = grid.row(number)
        texts = [text for text in cells.texts if text.strip()]
        if not texts:
            continue
        if number == last + 1 and in_series(cells):
            last = number  # the codes of the columns
            continue
        if number - last - 1 > table.declared.blank_rows or is_note(cells, compiled(layout)):
            return
        last = number
        if len(texts) > 1 and not any(rule.fits(text) for rule in passed if not rule.alone for text in texts):
            yield cells


def _holds(entry: CompiledColumn, cell: Cell, layout: Layout) -> bool:
    """Whether a cell reads as an entry says."""
    declared = entry.declared
    raw = cell.text if cell.value is None else cell.value
    if declared.field == "code":
        return any(_is_code(raw, level) for level in declared.levels or ("region", "department"))
    if declared.field == "unit":
        return states_unit(cell.text)
    if declared.parser == "figure":
        expected = Expected("", "", layout.dot, layout.comma, layout.dash)
        return entry.missing.reason(cell) is not None or isinstance(read_cell(cell, expected), Figure)
    read = read_key(cell, entry, layout)
    return read.is_known and (declared.field != "population" or bool(read.meaning))


def _is_code(raw: object, level: str) -> bool:
    """Whether a cell is the code of a territory, and not its name."""
    found = resolve_territory(raw, level=level)
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip()
    return found is not None and found.code.lstrip("0") == text.upper().lstrip("0")


def _largest(fits: list[set[int]]) -> list[tuple[int | None, ...]]:
    """Return the ways to give as many entries as possible a column each of those that fit it."""
    ways: list[tuple[int | None, ...]] = [()]
    for columns in fits:
        ways = [(*way, at) for way in ways for at in (*sorted(columns), None) if at is None or at not in way]
    most = max(sum(at is not None for at in way) for way in ways)
    return [way for way in ways if sum(at is not None for at in way) == most]


def _doubtful(
    columns: dict[int, list[Cell]],
    entries: list[CompiledColumn],
    fits: list[set[int]],
    ways: list[tuple[int | None, ...]],
) -> DoubtfulColumns:
    """Return the finding of columns of which nobody can tell what they hold, with what each may be."""
    unsure = [number for number in range(len(entries)) if len({way[number] for way in ways}) > 1]
    places = sorted(set().union(*(fits[number] for number in unsure)))
    may_be = [(at, tuple(e.declared for e, known in zip(entries, fits, strict=True) if at in known)) for at in places]
    return DoubtfulColumns(columns[places[0]][0], tuple(may_be))


def _unread(
    entry: CompiledColumn, columns: dict[int, list[Cell]], claimed: Mapping[int, Heading], layout: Layout
) -> UnreadColumn | None:
    """Return the finding of a required entry that no column fits, at the first wrong cell of the nearest one."""
    if any(heading.compiled is entry for heading in claimed.values()):
        return None
    wrong = {p: [c for c in cells if not _holds(entry, c, layout)] for p, cells in columns.items() if p not in claimed}
    nearest = min(wrong, key=lambda position: len(wrong[position]) / len(columns[position]), default=None)
    if nearest is None or 2 * len(wrong[nearest]) > len(columns[nearest]) or not wrong[nearest]:
        return None
    return UnreadColumn(entry.declared, wrong[nearest][0])
