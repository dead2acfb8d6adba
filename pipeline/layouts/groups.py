"""Groups in a header: cells that stand over several columns, and what they make of the figures under them.

What belongs here: which columns a group is over, and whether that is certain. What does not: the columns themselves
(``headings``, ``headers``).
"""

from __future__ import annotations

from pipeline.cells.workbook import Cell, Span
from pipeline.figures.spans import months_said
from pipeline.layouts.findings import DoubtfulGroup
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import read_dimension
from pipeline.layouts.labels import split_brackets
from pipeline.layouts.language import Layout
from pipeline.layouts.wordings import matches
from pipeline.vocabulary.territories import TwoLevels
from pipeline.vocabulary.words import fold

_OTHER_MEASURES = {
    *("objectif", "objectifs", "cible", "cibles", "prevision", "previsions", "previsionnel", "previsionnels"),
    *("cumul", "cumuls", "cumule", "cumules", "cumulee", "cumulees"),
}
"""Words of a group of columns that say that they hold no results of their period, as folding leaves them."""


def groups_left_of(grid: Grid, top: int, bottom: int) -> dict[int, list[Cell]]:
    """Return, for each column of a header, the groups that stand to the left of its blank cells, from top to bottom.

    A group is a cell with other header cells under it. One that is merged says itself how far it reaches, and a blank
    column ends any.
    """
    stacks = grid.stacks(top, bottom)
    found: dict[int, list[Cell]] = {}
    for row in range(top, bottom):
        group: Cell | None = None
        for column, cells in stacks.items():
            shown = grid.shown(row, column)
            if shown is not None and shown.text.strip():
                is_group = shown != cells[-1] and grid.span(row, column) == Span(row, column, row, column)
                group = shown if is_group else None
            elif column - 1 not in stacks:
                group = None
            elif group is not None and any(cell.text.strip() for cell in cells):
                found.setdefault(column, []).append(group)
    return found


def doubtful_groups(grid: Grid, top: int, bottom: int) -> list[DoubtfulGroup]:
    """Return a finding for each column of which nobody can tell whether it belongs to the group on its left."""
    stacks = grid.stacks(top, bottom)
    groups = groups_left_of(grid, top, bottom)
    return [DoubtfulGroup(stacks[column][-1], cells[-1]) for column, cells in groups.items()]


def foreign_group(heading: Heading, layout: Layout) -> Cell | None:
    """Return the header cell above a column that makes other figures of its figures than the layout takes them for.

    That is one which names an objective or a cumulative figure, or another indicator or territory than the column.
    """
    column = heading.column
    together = fold(" ".join(cell.text for cell in heading.cells))
    if together in map(fold, column.headers):
        return None
    for cell in heading.cells[:-1]:
        if column.under and matches(cell.text, column.under):
            continue
        says_months = months_said(cell.text) > 0  # which its figures are then about
        if not says_months and not _OTHER_MEASURES.isdisjoint(fold(cell.text).split()):
            return cell
        for dimension in ("indicator", "territory"):
            bare = split_brackets(cell.text)[0]
            meaning = read_dimension(dimension, cell.text, bare, heading.compiled, layout)
            known = heading.named.get(dimension, meaning)
            if meaning is not None and known != meaning and not (isinstance(meaning, TwoLevels) and known in meaning):
                return cell
            if meaning is not None and dimension not in heading.named and column.field == "value":
                return cell
    return None
