"""Which territory is meant by a name that is a region's and its department's, as Guadeloupe is: what is beside it says.

A code, the territory that contains it and the words « Région » or « Département » over it decide; then what the file is
about, the other names of its column, the name of the sheet and the other names of the file. Where these contradict each
other, or nothing says anything, the name is refused with both readings.

What belongs here: looking around such a name. What does not: recognising one (``territory_keys``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import cast

from pipeline.layouts.compiled import CompiledField
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Read, flatten, read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.layout_cache import HeaderCache
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.territory_keys import territory_named, two_readings
from pipeline.rejections import Rejection
from pipeline.vocabulary.territories import Territory, TwoLevels, level_said, resolve_territory, two_levels

_LEVELS = ("region", "department")

Levels = frozenset[str]
"""Of the names at a place, those of the two levels at which there are some."""


def meant(both: TwoLevels, beside: Iterable[str], around: Iterable[Levels]) -> Territory | None:
    """Return the one that is meant; ``None`` where nobody can tell.

    Args:
        both: what the name stands for.
        beside: the levels that stand right beside it, each empty where nothing does: they must agree.
        around: the levels of what is further away, the nearest first: the first that has any decides.
    """
    said = frozenset(filter(None, beside))
    levels = said or next(filter(None, around), said)
    return both.at(next(iter(levels))) if len(levels) == 1 else None


def settled(read: Read, beside: Iterable[str], around: Iterable[Levels]) -> Read:
    """Return what a cell that has a name of two levels means, or the same where nobody can tell."""
    both = two_levels(read.cell.text)
    territory = both and meant(both, beside, around)
    if territory is None:
        return read
    fields = flatten({read.field: territory}) if read.field else {}
    return read._replace(meaning=territory, problem=None, fields=fields)


def level_of_file(both: TwoLevels, layout: Layout, about: object) -> Levels:
    """Return the level of what a file, or what stands above a table, is about: a return is a region's."""
    if layout.partition == "region":
        return frozenset({"region"})
    return frozenset({about.level}) if isinstance(about, Territory) and about in both else frozenset()


def levels_in_row(both: TwoLevels, keys: Iterable[tuple[Heading, Read]]) -> Iterator[str]:
    """Yield the levels that the other keys of a row say: a code is that of one of both, a department has a parent."""
    for heading, read in keys:
        if heading.column.key == "code":
            raw = read.cell.value if read.cell.value is not None else read.cell.text
            yield from (level for level in _LEVELS if resolve_territory(raw, level=level) == both.at(level))
        elif heading.column.key == "parent" and isinstance(read.meaning, Territory):
            yield "department" if read.meaning == both.region else "region" if read.meaning.level == "national" else ""


class NamedLevels:
    """The levels of the names of one file, by the place where they stand; looked at where a name of two asks for it."""

    def __init__(self, tables: list[FoundTable], layout: Layout) -> None:
        """Begin with the tables of the file."""
        self._tables = tables
        self._layout = layout
        self._known: dict[tuple[int, object], Levels] = {}

    def of_column(self, table: FoundTable, column: int) -> Levels:
        """Return the levels of the names in a column of a table."""
        key = id(table), column
        if key not in self._known:
            runs = [run for run in table.runs if column in run.shape.places]
            texts = {text for run in runs for text in run.texts(column)}
            self._known[key] = _levels_of(texts, table.headings[column].compiled)
        return self._known[key]

    def of_sections(self, table: FoundTable, section: CompiledField) -> Levels:
        """Return the levels of the names that are the labels of sections of a table."""
        key = id(table), section.key
        if key not in self._known:
            alone = [(run, column) for run in table.runs for column in run.shape.places if len(run.shape.places) == 1]
            self._known[key] = _levels_of({text for run, column in alone for text in run.texts(column)}, section)
        return self._known[key]

    @cached_property
    def of_file(self) -> Levels:
        """The levels of the names in all tables, in their columns, their headers and their sections."""
        return Levels().union(*map(self._of_table, self._tables))

    def _of_table(self, table: FoundTable) -> Levels:
        columns = [column for column, heading in table.headings.items() if _holds_territories(heading)]
        sections = [section for section in table.compiled.sections if section.key == "territory"]
        return _levels_across(table.headings.values()).union(
            *(self.of_column(table, column) for column in columns),
            *(self.of_sections(table, section) for section in sections),
        )


def _holds_territories(heading: Heading) -> bool:
    return heading.column.role == "read" and heading.column.key == "territory"


def _levels_of(texts: Iterable[str], field: CompiledField) -> Levels:
    named = (territory_named(text, text, field.declared) for text in texts)
    return _levels(territory for territory in named if isinstance(territory, Territory))


def _levels_across(headings: Iterable[Heading]) -> Levels:
    named = (heading.named.get("territory") for heading in headings)
    return _levels(territory for territory in named if isinstance(territory, Territory))


def _levels(found: Iterable[Territory]) -> Levels:
    return frozenset(territory.level for territory in found if territory.level in _LEVELS)


def sheet_level(grid: Grid) -> Levels:
    """Return the level of which the name of a sheet speaks."""
    return frozenset(filter(None, [level_said(grid.name)]))


def settle_headers(table: FoundTable, layout: Layout, about: object, levels: NamedLevels) -> list[Rejection]:
    """Say of each column that a name of two levels heads which is meant; return the refusals where nobody can tell.

    Args:
        table: the table, whose headings are changed.
        layout: that of the source.
        about: the territory that stands above the table, if one does.
        levels: those of the names of the file.
    """
    across = {p: h for p, h in table.headings.items() if isinstance(h.named.get("territory"), TwoLevels)}
    if not across:
        return []
    named, refusals = _levels_across(table.headings.values()), list[Rejection]()
    headings = dict(table.headings)
    for position, heading in across.items():
        both = cast("TwoLevels", heading.named["territory"])
        beside = [level_said(cell.text) for cell in heading.cells]
        around = (level_of_file(both, layout, about), named, sheet_level(table.grid), levels.of_file)
        territory = meant(both, beside, around)
        if territory is None:
            stated = next(cell for cell in reversed(heading.cells) if two_levels(cell.text))
            refusal = two_readings(stated.text, both)
            refusals.append(replace(refusal, sheet=table.grid.name, cell=stated.address))
        else:
            headings[position] = replace(heading, named={**heading.named, "territory": territory})
    table.header = replace(table.header, headings=headings, cache=HeaderCache())
    table.headings = headings
    return refusals


def settled_key(
    read: Read, table: FoundTable, column: int, row: int, layout: Layout, about: object, levels: NamedLevels
) -> Read:
    """Return what the key of a row that has a name of two levels means.

    Args:
        read: what was read.
        table: the table.
        column: that of the cell.
        row: the number of the row that is read.
        layout: that of the source.
        about: the territory that stands above the table, if one does.
        levels: those of the names of the file.
    """
    both = two_levels(read.cell.text)
    if both is None:
        return read
    shown = [(h, table.grid.shown(row, p)) for p, h in table.headings.items() if h.column.key in {"code", "parent"}]
    keys = [(heading, read_key(cell, heading.compiled, layout)) for heading, cell in shown if cell is not None]
    over = [level_said(cell.text) for cell in table.headings[column].cells]
    around = (level_of_file(both, layout, about), levels.of_column(table, column), sheet_level(table.grid))
    return settled(read, [*levels_in_row(both, keys), *over], (*around, levels.of_file))
