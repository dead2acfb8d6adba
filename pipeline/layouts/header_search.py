"""Which rows are the header of a table: those whose words are its columns', wherever they stand, one row or several.

What belongs here: trying the rows of a sheet as headers of the tables that may stand on it, each wording once.
What does not: the columns of a header (``headers``), where its table ends (``extent``).
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.cells.workbook import Kind
from pipeline.figures.marks import missing_reason
from pipeline.layouts.compiled import CompiledTable
from pipeline.layouts.grid import Grid
from pipeline.layouts.groups import doubtful_groups
from pipeline.layouts.headers import Header, missing_columns, read_header
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import read_dimension, read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.layout_cache import HeaderCache
from pipeline.vocabulary.typography import plain
from pipeline.vocabulary.words import fold


class Candidates:
    """The tables that may stand on a sheet."""

    __slots__ = ("headers", "height", "tables")

    def __init__(self, tables: list[CompiledTable]) -> None:
        self.tables = tables
        self.headers = frozenset(header for table in tables for header in table.by_header)
        """The folded wordings of all their headers."""
        self.height = max((table.declared.header_rows for table in tables), default=1)
        """How many rows their headers have at most."""


def header_at(grid: Grid, row: int, candidates: Candidates, layout: Layout) -> Header | None:
    """Return the header that starts in a row, of the first table of which one does."""
    shown = grid.words(row).union(*map(grid.words, range(row + 1, row + candidates.height)))
    for table in candidates.tables:
        if any(beginning.isdisjoint(shown) for beginning in table.beginnings):
            continue  # nothing that its header would have to say stands here, as in most rows
        header = _header_of(table, grid, row, layout)
        if header is not None:
            return header
    return None


def _header_of(table: CompiledTable, grid: Grid, top: int, layout: Layout) -> Header | None:
    """Return the header of a table that starts in row ``top``, if it does.

    What stands in the same rows of many workbooks is tried once: titles, and headers without a finding.
    """
    wording = None if table.may_lack_header else grid.wording(top, table.declared.header_rows)
    if wording is None:
        return _try_rows(grid, top, table, layout)
    cached = table.cache.headers
    if wording not in cached:
        header = _try_rows(grid, top, table, layout)
        if header is not None and (header.findings or header.bottom >= top + table.declared.header_rows):
            return header
        cached[wording] = CachedHeader.of(header) if header is not None else None
        return header
    found = cached[wording]
    return found and found.at(grid, top, table)


class CachedHeader(NamedTuple):
    """A header without a finding, wherever it stands."""

    top: int
    """Where it was found."""
    height: int
    headings: dict[int, Heading]
    cache: HeaderCache

    @classmethod
    def of(cls, header: Header) -> CachedHeader:
        """Return what can be found again of a header."""
        return cls(header.top, header.bottom - header.top, header.headings, header.cache)

    def at(self, grid: Grid, top: int, table: CompiledTable) -> Header:
        """Return the header on a sheet that says the same, be it in another place."""
        headings = self.headings
        if top != self.top:
            moved = {id(c): grid.row(top - self.top + c.row)[c.column] for h in headings.values() for c in h.cells}
            headings = {p: h.over([moved[id(cell)] for cell in h.cells]) for p, h in headings.items()}
        return Header(grid, table, top, top + self.height, headings, [], self.cache)


def _try_rows(grid: Grid, top: int, table: CompiledTable, layout: Layout) -> Header | None:
    """Return the header that one row is, or that several are together."""
    for depth in range(1, table.declared.header_rows + 1):
        bottom = top + depth - 1
        if not grid.has_row(bottom) or (depth > 1 and not _begins_header(grid, top, table, layout)):
            return None
        shown = grid.words(top).union(*map(grid.words, range(top + 1, bottom + 1)))
        if any(anchor.isdisjoint(shown) for anchor in (table.anchors if depth == 1 else table.beginnings)):
            continue
        header = read_header(grid, top, bottom, table, layout)
        if table.required <= header.keys:
            if any(_has_key(heading, top, bottom, layout) for heading in header.headings.values()):
                return None
            return _complete(header, layout)
    return None


def _complete(header: Header, layout: Layout) -> Header:
    """Return a header with the rows that its merged cells take, and with all that does not fit in it."""
    grid, table = header.grid, header.compiled
    # a header cell merged downwards takes its rows with it
    reach = max(grid.span(cell.row, cell.column).bottom for h in header.headings.values() for cell in h.cells)
    below = header.bottom + 1
    if reach < below < header.top + table.declared.header_rows and _says_more(header, below, layout):
        reach = below
    if reach > header.bottom:
        header = read_header(grid, header.top, reach, table, layout)
    header.findings += missing_columns(header)
    if table.declared.group_blanks == "refuse":
        header.findings += doubtful_groups(grid, header.top, header.bottom)
    return header


def _says_more(header: Header, row: int, layout: Layout) -> bool:
    """Whether the row below a header is of it too: words over the figures alone, where the keys have none.

    Months under years are such, where the header of the keys stands in the first row. Without them the figures below
    would be those of the years; what does not read with what stands over it refuses the table.
    """
    if "translation" in header.table.below_header:
        return False  # the layout says what such a row is
    cells = [cell for cell in header.grid.row(row).values() if cell.text.strip()]
    over = [header.headings.get(cell.column) for cell in cells]
    if not cells or any(heading is None or not heading.column.named_by for heading in over):
        return False
    if any(cell.kind is not Kind.TEXT or not _is_worded(cell.text, layout) for cell in cells):
        return False
    if not any(char.isdecimal() for cell in cells for char in cell.text):
        return True
    together = read_header(header.grid, header.top, row, header.compiled, layout)
    return not together.findings and all(cell.column in together.headings for cell in cells)


def _is_worded(text: str, layout: Layout) -> bool:
    """Whether a text has letters, and says of no figure that it is missing."""
    return (
        any(map(str.isalpha, text))
        and text.strip() not in layout.missing
        and not missing_reason(plain(text.strip()), layout.dash)
    )


def _begins_header(grid: Grid, row: int, table: CompiledTable, layout: Layout) -> bool:
    """Whether a row can be the first of several header rows: it spans others or names a column, as no note does.

    Years over months are of a header as well, be they merged or not.
    """
    if grid.spans_others(row) or not table.by_header.keys().isdisjoint(grid.words(row)):
        return True
    naming = next((column for column in table.columns if "period" in column.declared.named_by), None)
    if naming is None or naming.declared.part:
        return False
    cells = [cell for cell in grid.row(row).values() if cell.text.strip()]
    raws = [cell.text if cell.value is None else cell.value for cell in cells]
    texts = zip(raws, cells, strict=True)
    return all(read_dimension("period", raw, cell.text, naming, layout) is not None for raw, cell in texts)


def _has_key(heading: Heading, top: int, bottom: int, layout: Layout) -> bool:
    """Whether what stands lowest in a header is a key already: then its row is one of figures, and no header."""
    column, lowest = heading.column, heading.cells[-1] if heading.cells else None
    if lowest is None or not top < lowest.row == bottom or column.parser in {"text", "figure"} or column.named_by:
        return False
    if fold(lowest.text) in map(fold, column.headers):
        return False
    read = read_key(lowest, heading.compiled, layout)
    return read.is_known
