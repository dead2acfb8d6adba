"""Which entry of a layout claims a cell, and by what: the header, the pattern, the section or the context that fits.

What belongs here: asking the same questions as the reading does, of one cell. What does not: how it is told (``why``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Sheet, Workbook
from pipeline.layouts.compiled import CompiledContext, compiled
from pipeline.layouts.context import named_cells
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import read_key
from pipeline.layouts.language import Column, Context, Layout, RowRule, Table
from pipeline.layouts.notes import is_note
from pipeline.layouts.row_rules import is_passed_over
from pipeline.layouts.suggestions import suggestions_for
from pipeline.layouts.tables import FoundTable, locate
from pipeline.layouts.wordings import matches
from pipeline.vocabulary.typography import seen
from pipeline.vocabulary.words import fold


class Claimant(NamedTuple):
    """What claims a cell."""

    how: str
    """``header``, ``column``, ``section``, ``rule``, ``kept``, ``repeated``, ``total``, ``context``, ``note``,
    ``sheet`` or, where nothing does, ``nothing``."""
    entry: object = None
    """The entry of the layout; the name of a key of the layout for what is declared by none."""
    by: str = ""
    """The wording, the pattern or the name that is matched."""
    table: FoundTable | None = None
    """The table that the cell is in, or nearest to."""
    heading: Heading | None = None
    line: str = ""
    """For a cell that nothing claims: the line that would, where one is near."""


class Place(NamedTuple):
    """A cell in its workbook, under a layout."""

    workbook: Workbook
    sheet: Sheet
    grid: Grid
    cell: Cell
    layout: Layout
    claim: str
    """What it was taken for."""

    def tables(self) -> list[FoundTable]:
        """Return the tables of its sheet; none where no table may stand on it."""
        may = any(t.may_stand_on(self.sheet.name, is_named=self.sheet.is_named) for t in self.layout.tables)
        return locate(self.grid, self.layout) if may else []


def claimant_of(place: Place) -> Claimant:
    """Return what claims a cell."""
    if (key := _sheet_key(place)) and _named(place) is None:
        return Claimant("sheet", *key)
    tables = place.tables()
    table = next((table for table in tables if table.holds(place.cell)), None)
    if place.claim == "context":
        return _context(place) or Claimant("nothing", table=table)
    if table is not None:
        return _in_table(place, table)
    if place.claim == "note" and is_note(place.grid.row(place.cell.row), compiled(place.layout)):
        word = fold(place.cell.text.partition(":")[0])
        return Claimant("note", "note_words" if word in compiled(place.layout).note_words else "note_marks", word)
    near = min(tables, key=lambda each: _distance(each, place.cell), default=None)
    return Claimant("nothing", table=near)


def _distance(table: FoundTable, cell: Cell) -> int:
    return min(abs(cell.row - table.top), abs(cell.row - table.last_row))


def _sheet_key(place: Place) -> tuple[str, str] | None:
    """Return the key of the layout by which a sheet is not read, and its wording; ``None`` for one that is."""
    sheet, layout = place.sheet, place.layout
    for key, wordings in (("ignore_sheets", layout.ignore_sheets), ("note_sheets", layout.note_sheets)):
        if sheet.is_named and (wording := next((w for w in wordings if matches(sheet.name, (w,))), "")):
            return None if place.claim == "context" else (key, wording)
    if sheet.visibility != "visible" and layout.hidden_sheets != "read":
        return "hidden_sheets", layout.hidden_sheets
    if not any(t.may_stand_on(sheet.name, is_named=sheet.is_named) for t in layout.tables):
        return "sheets", ", ".join(dict.fromkeys(name for t in layout.tables for name in t.sheets))
    return None


def _named(place: Place) -> Context | None:
    """Return the context for which the workbook has a name for the cell."""
    for name, (sheet, cell) in named_cells(place.workbook, place.layout).items():
        if sheet is place.sheet and cell.address == place.cell.address:
            return next(context for context in place.layout.contexts if context.defined_name == name)
    return None


def _context(place: Place) -> Claimant | None:
    """Return the context that a cell labels, states or holds."""
    if (named := _named(place)) is not None:
        return Claimant("context", named, named.defined_name)
    row = place.grid.row(place.cell.row)
    before = max((column for column in row if column < place.cell.column), default=None)
    above = [place.grid.row(place.cell.row - up).get(place.cell.column) for up in (1, 2)]
    labels = [place.cell, *([row[before]] if before is not None else []), *(cell for cell in above if cell)]
    for label in labels:
        for context, by in _stated_in(label, place.layout, only_labels=label is not place.cell):
            own = context.declared if any(context.declared is each for each in place.layout.contexts) else None
            return Claimant("context", own, by)
    return None


def _stated_in(cell: Cell, layout: Layout, *, only_labels: bool) -> Iterator[tuple[CompiledContext, str]]:
    text = seen(cell.text)
    wordings = {fold(text), fold(text.partition(":")[0])}
    for context in compiled(layout).contexts:
        declared = context.declared
        if wordings & context.labels:
            yield context, next(label for label in declared.labels if fold(label) in wordings)
        elif not only_labels and declared.pattern and re.search(declared.pattern, text):
            yield context, declared.pattern


def _in_table(place: Place, table: FoundTable) -> Claimant:
    cell, row = place.cell, table.grid.row(place.cell.row)
    heading = table.headings.get(cell.column)
    if cell.row <= table.header.bottom or table.header.is_repeated_in(row):
        reach = range(cell.column, table.grid.span(cell.row, cell.column).right + 1)
        heading = next((table.headings[column] for column in reach if column in table.headings), None)
        if heading is None:
            return _nothing(place, table, cell)
        how = "header" if cell.row <= table.header.bottom else "repeated"
        return Claimant(how, heading.column, _matched(heading), table, heading)
    if is_passed_over(row, table):
        rule = next((rule for rule in table.table.ignore_rows if _fits(rule, table, cell.row)), None)
        if rule is not None:
            return Claimant("rule", rule, ", ".join(rule.words), table)
        return Claimant("kept", next(iter(table.table.keep_rows), None), "", table)
    if sum(bool(text.strip()) for text in row.texts) == 1 and place.claim != "unclaimed":
        for section in table.compiled.sections:
            if read_key(cell, section, place.layout).is_known:
                return Claimant("section", section.declared, cell.text, table)
    if heading is None or place.claim == "unclaimed":
        return _nothing(place, table, table.grid.row(table.header.bottom).get(cell.column) or cell)
    if fold(cell.text) in table.compiled.totals:
        return Claimant("total", table.table, cell.text, table, heading)
    return Claimant("column", heading.column, _matched(heading), table, heading)


def _fits(rule: RowRule, table: FoundTable, row: int) -> bool:
    cells = table.grid.row(row)
    texts = [cells.text(p) for p, h in table.headings.items() if h.column.field == rule.field and p in cells]
    return any(rule.fits(text) for text in texts)


def _matched(heading: Heading) -> str:
    """Return the wording of a column's headers that its header is; empty where it has another reason to be it."""
    texts = [cell.text for cell in heading.cells] + [" ".join(cell.text for cell in heading.cells)]
    bare = [text.partition("(")[0] for text in texts]
    return next((wording for wording in heading.column.headers for t in (*texts, *bare) if matches(t, (wording,))), "")


def _nothing(place: Place, table: FoundTable, header: Cell) -> Claimant:
    """Return the entry that is nearest to a header that none knows, and the line by which it would be known."""
    near = next(iter(suggestions_for(table.header, header, place.layout)), None)
    if near is None:
        return Claimant("nothing", table=table)
    return Claimant("nothing", near.entry.column, near.text, table, line=near.line)


def entry_name(entry: object) -> str:
    """Return how an entry is called in its file: ``[[tables.columns]] field = "value"``."""
    match entry:
        case Column(role="ignore"):
            return '[[tables.columns]] role = "ignore"'
        case Column():
            return f'[[tables.columns]] field = "{entry.field}"'
        case Context():
            return f'[[contexts]] field = "{entry.field}"'
        case RowRule():
            return f'[[tables.ignore_rows]] field = "{entry.field}"'
        case Table():
            return f'[[tables]] name = "{entry.name}"'
        case str():
            return entry
        case None:
            return ""
        case _:
            return f'[[tables.sections]] field = "{getattr(entry, "field", "")}"'
