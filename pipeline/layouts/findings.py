"""What does not fit in the header of a table: each finding as data, of which ``misfits`` makes what people read.

What belongs here: the kinds of findings. What does not: finding them (``headers``), their words (``misfits``).
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.cells.workbook import Cell
from pipeline.layouts.language import Column
from pipeline.rejections import Rejection


class TwoColumns(NamedTuple):
    """Two header cells stand for what a row fills once."""

    cell: Cell
    first: Cell
    """The one that was there before."""


class ForeignGroup(NamedTuple):
    """A group over a column makes other figures of its figures than the layout takes them for."""

    cell: Cell
    """The lowest header cell of the column."""
    group: Cell


class DoubtfulGroup(NamedTuple):
    """Nobody can tell whether a column belongs to the group on its left, which is not merged."""

    cell: Cell
    """The lowest header cell of the column."""
    group: Cell


class MissingColumn(NamedTuple):
    """A required column of several for one field, of which only others are there."""

    column: Column


class DoubtfulColumns(NamedTuple):
    """Nobody can tell which columns without a header are which."""

    cell: Cell
    """The first of the first of them."""
    may_be: tuple[tuple[int, tuple[Column, ...]], ...]
    """Each column by its position, with the entries that its cells read as."""


class UnreadColumn(NamedTuple):
    """A required column without a header, of which a cell does not read as its entry says."""

    column: Column
    cell: Cell


class TwoSplits(NamedTuple):
    """A header splits into the parts of its form in two ways."""

    cell: Cell
    refusal: Rejection


class SummedMonths(NamedTuple):
    """A title says that figures are summed over several months, and no column of the table says that its own are."""

    cell: Cell
    text: str
    months: int


class NoResult(NamedTuple):
    """A title or a name says that the figures are targets or forecasts."""

    cell: Cell
    """The one that says so, or the first of the header."""
    text: str


Finding = (
    TwoColumns
    | ForeignGroup
    | DoubtfulGroup
    | MissingColumn
    | DoubtfulColumns
    | UnreadColumn
    | TwoSplits
    | SummedMonths
    | NoResult
)
"""Each leaves nobody certain of the columns of its table, which is therefore not read."""
