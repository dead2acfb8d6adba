"""The facts outside the tables: beside a label, in a title, a unit line or a note, in a name, in a named cell.

A fact holds for what stands below it on its sheet, up to the next one that says otherwise. What a label says before
the first table, or below the last one, holds for every sheet that does not say it itself: an identification block is
filled in once.

What belongs here: finding and reading these facts. What does not: tables (``tables``), rows (``rows``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.cells.workbook import KIND_CODES, LAST_COLUMN, Cell, Kind, Sheet, Workbook
from pipeline.figures.declared_marks import explained_in
from pipeline.layouts.compiled import CompiledContext, CompiledLayout
from pipeline.layouts.fields import PUBLICATION_FIELDS
from pipeline.layouts.grid import Grid
from pipeline.layouts.keys import Read, read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.meant_levels import Levels, NamedLevels, level_of_file, settled
from pipeline.layouts.struck import struck_cell, struck_part
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.wordings import matches
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.territories import Territory, level_said, two_levels
from pipeline.vocabulary.typography import seen
from pipeline.vocabulary.words import fold

Readings = dict[str, Read]

KNOWN_ON = "known_on"

_TEXT = KIND_CODES[Kind.TEXT]


class Doubt(NamedTuple):
    """A statement of a name that is a region's and its department's."""

    context: CompiledContext
    read: Read
    sheet: str
    cell: str
    """The address of the cell that states it, empty for the name of a sheet or of the file."""
    around: str
    """The text that labels or holds it."""


@dataclass(slots=True)
class Contexts:
    """What is known outside the tables of one workbook."""

    book: Readings = field(default_factory=dict)
    """What holds for every sheet."""
    tables: dict[tuple[str, int], Readings] = field(default_factory=dict)
    """What holds for one table: by sheet and position among its tables."""
    stated: list[tuple[str, Read]] = field(default_factory=list)
    """Every fact, in the order in which it was found."""
    sheets: dict[str, str] = field(default_factory=dict)
    """The sheet on which each fact was found first."""
    rejections: list[Rejection] = field(default_factory=list)
    is_of_several: bool = False
    """Whether several publications are stated together, none of which is the one of the workbook."""
    doubts: list[Doubt] = field(default_factory=list)
    """The statements of a name of two levels, until all is found that may tell which is meant."""

    def doubt(self, context: CompiledContext, read: Read, sheet: str, around: str, cell: str = "") -> bool:
        """Note a statement of a name of two levels; return whether it is one."""
        if read.has_two_levels:
            self.doubts.append(Doubt(context, read, sheet, cell, around))
        return read.has_two_levels

    def replace(self, before: Read, after: Read) -> None:
        """Put what a statement means in its place, wherever it is held."""
        for readings in (self.book, *self.tables.values()):
            readings.update({key: after for key, read in readings.items() if read is before})
        self.stated = [(key, after if read is before else read) for key, read in self.stated]

    def note(self, key: str, read: Read, sheet: str = "") -> None:
        """Note a fact that was found."""
        self.stated.append((key, read))
        self.sheets.setdefault(key, sheet)

    def first(self, key: str) -> Read | None:
        """Return the first statement of a fact anywhere."""
        return self.book.get(key) or next((read for name, read in self.stated if name == key), None)

    def of_publication(self, key: str) -> Read | None:
        """Return what is stated of the publication of the workbook; ``None`` where it is of several."""
        return None if self.is_of_several else self.first(key)

    def of_sheet(self, grid: Grid, position: int) -> frozenset[str]:
        """Return the names of what the sheet of a table says of it itself; the rest is said elsewhere, for all."""
        return frozenset(self.tables.get((grid.name, position), {}))

    def of(self, grid: Grid, position: int) -> Readings:
        """Return what is known about one table."""
        return {**self.book, **self.tables.get((grid.name, position), {})}


def named_cells(workbook: Workbook, layout: Layout) -> dict[str, tuple[Sheet, Cell]]:
    """Return the cells that the workbook has a name for which the layout asks: the first of each rectangle, if filled.

    A name of the whole workbook comes before one that a single sheet knows; capitals do not count.
    """
    wanted = {context.defined_name.casefold(): context.defined_name for context in layout.contexts}
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    found: dict[str, tuple[Sheet, Cell]] = {}
    for name in sorted(workbook.names or (), key=lambda name: name.scope != ""):
        declared_name, sheet = wanted.get(name.name.casefold(), ""), sheets.get(name.sheet)
        if not declared_name or declared_name in found or sheet is None:
            continue
        cell = next((cell for cell in sheet.cells if (cell.row, cell.column) == name.span[:2]), None)
        if cell is not None:
            found[declared_name] = sheet, cell
    return found


def find_contexts(
    located: list[tuple[Grid, list[FoundTable]]],
    notes: list[Grid],
    named: Mapping[str, tuple[Grid, Cell]],
    layout: CompiledLayout,
    file: str,
    levels: NamedLevels,
) -> Contexts:
    """Return the facts that a workbook states outside its tables, and claim the cells that state them.

    Args:
        located: the sheets that are read, with their tables.
        notes: the sheets of notes, on which only the contexts that name them are looked for.
        named: the cells that the workbook has a name for, of those that the layout asks for.
        layout: which facts are looked for.
        file: the name of the file.
        levels: those of the names in the tables of the workbook.
    """
    found = Contexts()
    for context in layout.contexts:
        name = context.declared.defined_name
        if name in named:
            _in_named_cell(*named[name], context, layout, found)
    for grid, tables in located:
        _on_sheet(grid, tables, layout, found)
    for grid in notes:
        of_sheets = [context for context in layout.contexts if context.declared.sheets]
        for _, read, context in _statements(grid, [], of_sheets, layout, found):
            found.book.setdefault(context.key, read)
            found.note(context.key, read, grid.name)
    has_tables = any(tables for _, tables in located)
    for context in layout.contexts:
        declared = context.declared
        if declared.file_name and (match := re.search(declared.file_name, file)):
            read = read_key(_text_cell(match[1]), context, layout.declared)
            found.book.setdefault(context.key, read)
            found.note(context.key, read)
            found.doubt(context, read, "", match[0])
        # where no table was found, that is what is refused
        if declared.required and has_tables and all(key != context.key for key, _ in found.stated):
            expected = (*declared.labels, declared.field)[0]
            found.rejections.append(reject("CONTEXTE_ABSENT", expected=expected))
    _settle(found, layout, levels)
    return found


def _settle(found: Contexts, layout: CompiledLayout, levels: NamedLevels) -> None:
    """Say of each statement of a name of two levels which is meant, or refuse it."""
    for doubt in found.doubts:
        both = two_levels(doubt.read.cell.text)
        alike = (read.meaning for key, read in found.stated if key == doubt.context.key)
        named = frozenset(t.level for t in alike if isinstance(t, Territory) and t.level in {"region", "department"})
        file = level_of_file(both, layout.declared, None) if both else Levels()
        read = settled(doubt.read, [level_said(doubt.around)], (file, named, levels.of_file))
        found.replace(doubt.read, read)
        if read.problem is not None:
            found.rejections.append(replace(read.problem, sheet=doubt.sheet, cell=doubt.cell))


def _in_named_cell(grid: Grid, cell: Cell, context: CompiledContext, layout: CompiledLayout, found: Contexts) -> None:
    """Take the fact that a named cell states for the whole workbook."""
    grid.claim(cell, "context")
    read = _read_stated(cell, context, layout)
    problem = read.problem
    if context.declared.field == "template":  # what the workbook was made from; no fact about its figures
        if cell.text.strip() != layout.declared.label:
            problem = reject("MODELE_DIFFERENT", raw_text=cell.text, expected=layout.declared.label)
    else:
        found.book.setdefault(context.key, read)
    found.note(context.key, read, grid.name)
    if found.doubt(context, read, grid.name, cell.text, cell.address):
        return
    if problem is not None:
        found.rejections.append(replace(problem, sheet=grid.name, cell=cell.address))


def _on_sheet(grid: Grid, tables: list[FoundTable], layout: CompiledLayout, found: Contexts) -> None:
    """Find what one sheet states, and what of it holds for each of its tables."""
    zones: list[Readings] = [{} for _ in range(max(1, len(tables)))]
    for context in layout.contexts:
        pattern = context.declared.sheet_name
        if pattern and (match := re.search(pattern, grid.name)):
            read = read_key(_text_cell(match[1]), context, layout.declared)
            zones[0].setdefault(context.key, read)
            found.note(context.key, read, grid.name)
            found.doubt(context, read, grid.name, grid.name)
    wanted = [c for c in layout.contexts if not c.declared.sheets or matches(grid.name, c.declared.sheets)]
    for zone, read, context in _statements(grid, tables, wanted, layout, found):
        zones[zone].setdefault(context.key, read)
        found.note(context.key, read, grid.name)
        if context.declared.sheets or (context.declared.labels and zone == 0):
            found.book.setdefault(context.key, read)
    # What stands above a table holds for those below it and, like a title, for those on its right; the nearest wins.
    by_column: dict[int, Readings] = {}
    for position, facts in enumerate(zones):
        first = tables[position].grid.columns.start if tables else 0
        by_column[first] = by_column.get(first, {}) | facts
        above: Readings = {}
        for column in sorted(column for column in by_column if column <= first):
            above |= by_column[column]
        found.tables[grid.name, position] = above


def _statements(
    grid: Grid, tables: list[FoundTable], contexts: list[CompiledContext], layout: CompiledLayout, found: Contexts
) -> Iterator[tuple[int, Read, CompiledContext]]:
    """Yield each statement with the table that it stands above; below the last one, it is about the whole sheet."""
    taken: dict[tuple[int, str], Read] = {}
    tops = [table.top for table in tables]
    for cell in outside(grid, tables):
        below = range(bisect_right(tops, cell.row), len(tables))
        above = next((position for position in below if tables[position].may_hold(cell)), None)
        zone, is_below = above or 0, above is None and bool(tables)
        for context, stating, source in _stated_by(grid, cell, contexts, layout, found, is_below=is_below):
            first = taken.get((zone, context.key))
            if first is not None and not context.declared.labels:
                continue
            read = _read_stated(stating, context, layout)
            differs = first is not None and read.meaning != first.meaning and read.problem is None
            if differs and context.key in PUBLICATION_FIELDS:
                found.is_of_several = True
            elif first is not None and differs:
                words = {"raw_text": source.text, "other": first.cell.address}
                found.rejections.append(reject("LIGNE_EN_DOUBLE", sheet=grid.name, cell=source.address, **words))
            taken.setdefault((zone, context.key), read)
            if found.doubt(context, read, grid.name, cell.text, source.address):
                pass
            elif read.problem is not None:
                is_undated = context.key == KNOWN_ON and read.problem.reason == "DATE_ILLISIBLE"
                problem = _undated(source) if is_undated else read.problem
                found.rejections.append(replace(problem, sheet=grid.name, cell=source.address))
            elif source.struck:
                found.rejections.append(replace(struck_part(source), sheet=grid.name, cell=source.address))
            grid.claim(cell, "context")
            grid.claim(source, "context")
            yield zone, read, context


def _undated(source: Cell) -> Rejection:
    """Return why nothing of a file is read whose date of issue cannot be: nobody knows what it replaces."""
    return reject("EMISSION_ILLISIBLE", raw_text=source.text)


def _read_stated(cell: Cell, context: CompiledContext, layout: CompiledLayout) -> Read:
    """Return what a cell states; nothing where it is struck through, so that what stands before it does not hold."""
    read = read_key(cell, context, layout.declared)
    return read._replace(meaning=None, problem=struck_cell(cell)) if cell.is_struck else read


def outside(grid: Grid, tables: Sequence[FoundTable]) -> list[Cell]:
    """Return the texts of a sheet that stand in none of its tables, from top to bottom, but for what is struck.

    A sheet is asked more than once, and has the same tables each time.
    """
    if grid.outside is None:
        grid.outside = list(_outside(grid, tables))
    return grid.outside


def _outside(grid: Grid, tables: Sequence[FoundTable]) -> Iterator[Cell]:
    cells, at = grid.cells, 0
    waiting, around = deque(tables), list[FoundTable]()
    while at < len(cells.rows):
        row = cells.rows[at]
        while waiting and waiting[0].top <= row:
            around.append(waiting.popleft())
        around = [table for table in around if row <= table.last_row]
        whole = [table.last_row for table in around if len(table.grid.columns) == LAST_COLUMN]
        if whole:
            at = bisect_right(cells.rows, max(whole), at)
            continue
        at += 1
        for position in cells.line(row):
            if cells.kinds[position] == _TEXT and not (cells.struck and cells.struck.get(position) == ""):
                cell = cells.cell(row, position)
                if any(table.may_hold(cell) for table in around):
                    continue
                # a note beside a table states no fact about it or about the next one; it may explain a mark
                if not any(table.is_beside(cell) for table in around) or any(explained_in(cell.text)):
                    yield cell


def _stated_by(
    grid: Grid,
    cell: Cell,
    contexts: list[CompiledContext],
    layout: CompiledLayout,
    found: Contexts,
    *,
    is_below: bool,
) -> Iterator[tuple[CompiledContext, Cell, Cell]]:
    """Yield each context that a cell labels or holds, its statement as a cell, and the cell that has it."""
    wording, statements = (cell.text, is_below), layout.cache.statements
    if wording not in statements:
        statements[wording] = list(_contexts_in(seen(cell.text), layout.contexts, is_below=is_below))
    for context, statement in statements[wording]:
        if context not in contexts:
            continue
        if statement is not None:
            yield context, cell._replace(text=statement, value=statement), cell
            continue
        stating = _cells_of(grid, cell, context, layout)
        if len(stating) > 1:
            found.is_of_several = True
        elif stating:
            yield context, stating[0], stating[0]


def _cells_of(grid: Grid, label: Cell, context: CompiledContext, layout: CompiledLayout) -> list[Cell]:
    """Return the cell that a label is for: the next one in its row, or, in a row of labels, the first ones under it."""
    row = grid.row(label.row)
    before = max((column for column in row if column < label.column), default=None)
    following = min((column for column in row if column > label.column), default=None)
    beside = (row[column] for column in (before, following) if column is not None)
    if context.declared.below and any(fold(cell.text) in layout.all_labels for cell in beside):
        under = [grid.row(label.row + down).get(label.column) for down in (1, 2)]
        return [cell for cell in under if cell is not None] if under[0] is not None else []
    return [] if following is None else [row[following]]


def _contexts_in(
    text: str, contexts: Iterable[CompiledContext], *, is_below: bool
) -> Iterator[tuple[CompiledContext, str | None]]:
    """Yield each context that a text labels or holds, and its statement; ``None`` where the next cell has it."""
    label, colon, after = text.partition(":")
    whole, before = fold(text), fold(label) if colon else ""
    for context in contexts:
        if whole in context.labels:
            yield context, None
        elif colon and before in context.labels:
            yield context, after.strip()
        elif context.declared.pattern and context.declared.where != ("above" if is_below else "below"):
            match = re.search(context.declared.pattern, text)
            if match is not None and match[1] is not None:
                yield context, match[1]


def _text_cell(text: str) -> Cell:
    return Cell(0, 0, Kind.TEXT, text, text)
