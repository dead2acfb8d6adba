"""The header of a table: which of its columns is which, and what does not fit in it.

What belongs here: the columns that some rows are the header of, and whether they go together. What does not: what one
stack of header cells says (``headings``), which rows are a header (``header_search``), what people read of what does
not fit (``misfits``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.cells.workbook import Cell, Kind
from pipeline.layouts.compiled import CompiledTable
from pipeline.layouts.findings import (
    DoubtfulColumns,
    Finding,
    ForeignGroup,
    MissingColumn,
    TwoColumns,
    TwoSplits,
    UnreadColumn,
)
from pipeline.layouts.forms import ANYTHING
from pipeline.layouts.grid import Grid
from pipeline.layouts.groups import foreign_group, groups_left_of
from pipeline.layouts.headings import Heading, read_stack
from pipeline.layouts.language import Column, Layout, Table
from pipeline.layouts.layout_cache import HeaderCache
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.unheaded import unheaded_columns
from pipeline.vocabulary.indicators import Indicator
from pipeline.vocabulary.words import fold

_TITLES = 30
"""In how many rows a title is looked for."""


@dataclass
class Header:
    """The rows of a header that was found, or nearly, and the columns that it has."""

    grid: Grid
    """The sheet, or the columns of it that are the table's where others stand beside it."""
    compiled: CompiledTable
    top: int
    bottom: int
    headings: dict[int, Heading]
    """The recognised columns, by their position."""
    findings: list[Finding]
    """What does not fit."""
    cache: HeaderCache = field(default_factory=HeaderCache)
    """What others have worked out from its headings."""
    said_again: frozenset[int] = frozenset()
    """The rows beside it that say it again, by codes or in another language."""

    @property
    def table(self) -> Table:
        """The declaration of the table."""
        return self.compiled.declared

    @property
    def doubted(self) -> tuple[Column, ...]:
        """The columns without a header that it has and nobody can tell, of which a finding says so."""
        all_doubts = [finding.may_be for finding in self.findings if isinstance(finding, DoubtfulColumns)]
        unread = (finding.column for finding in self.findings if isinstance(finding, UnreadColumn))
        return (*unread, *(column for may_be in all_doubts for _, columns in may_be for column in columns))

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its columns, those of which nobody can tell which they are among them."""
        return frozenset(column.key for column in (*self.columns, *self.doubted))

    @cached_property
    def words(self) -> dict[int, frozenset[str]]:
        """The folded texts of each column's header, and of what says it again."""
        again = [self.grid.row(row) for row in self.said_again]
        texts = {
            position: (
                *h.cells,
                *(row[position] for row in again if position in row and row[position].kind is Kind.TEXT),
            )
            for position, h in self.headings.items()
        }
        return {position: frozenset(fold(cell.text) for cell in cells) for position, cells in texts.items()}

    @cached_property
    def titles(self) -> frozenset[str]:
        """The folded texts that stand above it, not far away or at the top of the sheet."""
        rows = self.grid.rows
        above = bisect_left(rows, self.top)
        near = {*rows[: min(above, _TITLES)], *rows[max(0, above - _TITLES) : above]}
        return frozenset[str]().union(*map(self.grid.words, near)) - {""}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the layout that it has, each once."""
        return tuple({id(heading.column): heading.column for heading in self.headings.values()}.values())

    @cached_property
    def stated(self) -> frozenset[str]:
        """The codes of the indicators and choices that one header states each: a second one would be its double."""
        alone = [h for h in self.headings.values() if len(h.column.named_by) == 1]
        stated = (h.named.get(h.column.named_by[0]) for h in alone)
        codes = (each.code if isinstance(each, Indicator) else each for each in stated)
        return frozenset(code for code in codes if isinstance(code, str))

    def is_repeated_in(self, cells: Row) -> bool:
        """Whether a row inside the table says again what one of the header rows says."""
        words, first = self.words, next(iter(cells), 0)
        if first not in words or fold(cells.text(first)) not in words[first]:
            return False
        texts = zip(cells, cells.texts, strict=True)
        return all(column in words and fold(text) in words[column] for column, text in texts)


def read_header(grid: Grid, top: int, bottom: int, table: CompiledTable, layout: Layout) -> Header:
    """Return the columns of a table that some rows are the header of, and what is wrong with them.

    Columns that are required and not there are no finding yet (``missing_columns``): the rows may be no header at all.
    """
    header = Header(grid, table, top, bottom, {}, [])
    taken: dict[tuple[object, ...], Cell] = {}
    groups = groups_left_of(grid, top, bottom) if table.declared.group_blanks == "fill" else {}
    for position, cells in grid.stacks(top, bottom).items():
        if position in groups:
            cells = sorted((*groups[position], *cells), key=lambda cell: cell.row)
        heading = read_stack(cells, table, layout)
        if heading is None:
            continue
        column, lowest = heading.column, cells[-1]
        if column.role == "read" and not column.named_by:
            firsts = [taken.setdefault(each, lowest) for each in _slots(column)]
            if (first := next((each for each in firsts if each != lowest), None)) is not None:
                header.findings.append(TwoColumns(lowest, first))
                continue
        header.headings[position] = heading
        if heading.two_ways is not None:
            header.findings.append(TwoSplits(lowest, heading.two_ways))
        if table.declared.produces == "observation" and len(cells) > 1 and (group := foreign_group(heading, layout)):
            header.findings.append(ForeignGroup(lowest, group))
    without = unheaded_columns(grid, top, bottom, header.headings, table, layout)
    header.headings = {**without.headings, **header.headings}
    header.findings += without.findings
    return header


def says_months(header: Header) -> bool:
    """Whether a column of figures says over how many months its own are, be it one."""
    return any(heading.months for heading in header.headings.values() if heading.column.parser == "figure")


def slot(column: Column) -> tuple[object, ...]:
    """Return what a column fills: there may be several of figures, and of breakdowns; others are filled once."""
    return (id(column),) if column.field in {"breakdown", "value"} else column.slot


def _slots(column: Column) -> Iterator[tuple[object, ...]]:
    """Yield what a column fills, and what the other parts of its form do."""
    yield slot(column)
    yield from ((part.key,) for part in column.every_part if part.field not in {column.field, "breakdown", ANYTHING})


def missing_columns(header: Header) -> list[MissingColumn]:
    """Return a finding for each required column of several for one field of which only others are there.

    Several breakdowns make one, so that without one of them a part would pass for the whole.
    """
    found = {_part_filled(column) for column in (*header.columns, *header.doubted)}
    of_several = [column for column in header.table.columns if column.fixed or column.field == "breakdown"]
    lacking = {_part_filled(c): c for c in reversed(of_several) if c.required and _part_filled(c) not in found}
    return [MissingColumn(column) for column in reversed(lacking.values())]


def _part_filled(column: Column) -> tuple[object, ...]:
    """Return what a column fills in a row: a part for each of several breakdowns."""
    return (id(column),) if column.field == "breakdown" else column.slot
