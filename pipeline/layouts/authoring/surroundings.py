"""What stands around the tables and seems to hold for them: labels, unit lines, names of sheets, titles.

What belongs here: contexts that a layout could declare. What does not: reading them (``pipeline.layouts.context``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.cells.workbook import Cell
from pipeline.figures import periods
from pipeline.layouts.authoring.cell_meanings import DATING_WORDS, identifies, stated_unit
from pipeline.layouts.authoring.supposed import SupposedContext, SupposedTable
from pipeline.layouts.authoring.titles import YEAR, name_in_titles
from pipeline.layouts.grid import Grid
from pipeline.vocabulary import territories
from pipeline.vocabulary.words import fold

_PERIODS_IN_NAMES = (r"^(\d{4})$", "^(.+)$", YEAR.pattern)
_LONGEST_NAME = 60  # of a territory; what is longer is a sentence


def find_contexts(outside: list[tuple[Grid, Cell]], tables: list[SupposedTable]) -> list[SupposedContext]:
    """Return what seems to hold for the tables, one context for each field, what stands in cells first.

    ``outside`` are the cells outside the tables, from the top of each sheet.
    """
    found: dict[str, SupposedContext] = {}
    for context in _in_cells(outside, tables):
        found.setdefault(context.field, context)
    for context in (*_in_sheet_names(tables), *name_in_titles(outside, tables)):
        found.setdefault(context.field, context)
    return list(found.values())


def _in_cells(outside: list[tuple[Grid, Cell]], tables: list[SupposedTable]) -> Iterator[SupposedContext]:
    """Yield a context for each label with its value, each unit line and each year."""
    has_counts = any(column.indicator for table in tables for column in table.columns)
    for grid, cell in outside:
        text = cell.text.strip()
        label, colon, value = text.partition(":")
        beside = _cell_beside(grid, cell)
        value = value.strip() or (grid.row(cell.row).text(beside.column) if beside else "")
        is_label = bool(colon) or (beside is not None and identifies(cell, beside))
        place, texts = f"{grid.name}!{cell.address}", (text, value)
        stated = stated_unit(text)
        if (stated.scale or stated.unit) and fold(text).startswith("en "):
            # a unit line that holds for amounts would refuse the counts beside them
            yield SupposedContext(
                "unit", "cell", texts, place, pattern="^(en .+)$", where="above", is_in_doubt=has_counts
            )
        elif fold(label.strip()) == "champ" and territories.names_territory(value.partition(",")[0].rstrip(" .")):
            yield SupposedContext("territory", "cell", texts, place, pattern=r"^Champ\s*:\s*([^,.]+)", where="below")
        elif is_label and value and (field := _field_of(label, value)):
            yield SupposedContext(field, "cell", texts, place, labels=(label,))
        elif fold(text).startswith("annee ") and periods.read_period(text):
            yield SupposedContext("period", "cell", texts, place, pattern="^Année (.+)$", where="above")


def _cell_beside(grid: Grid, cell: Cell) -> Cell | None:
    """Return the next cell on the right of a cell."""
    row = grid.row(cell.row)
    position = min((column for column in row if column > cell.column), default=None)
    return None if position is None else row[position]


def _field_of(label: str, value: str) -> str:
    """Return what a label with its value states: a territory, a period or the day of publication; else nothing."""
    if len(value) < _LONGEST_NAME and territories.names_territory(value):
        return "territory"
    if periods.read_period(value):
        return "known_on" if any(word in fold(label) for word in DATING_WORDS) else "period"
    return ""


def _in_sheet_names(tables: list[SupposedTable]) -> Iterator[SupposedContext]:
    """Yield the context that reads the period in the names of the sheets whose tables do not state it."""
    names = [name for table in tables if not table.states_period for name in table.sheets]
    for pattern in _PERIODS_IN_NAMES if names else ():
        found = [re.search(pattern, name) for name in names]
        if all(match is not None and periods.read_period(match[1]) for match in found):
            yield SupposedContext("period", "sheet names", tuple(names), sheet_name=pattern)
            return
