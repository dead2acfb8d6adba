"""Which figures of a table are sums of others, as its layout declares it: said here, compared once they are accepted.

What belongs here: linking each total with its parts. What does not: comparing them (``pipeline.checking.totals``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from pipeline.layouts.compiled import CompiledTable
from pipeline.layouts.extraction import Extraction
from pipeline.layouts.grid import Grid
from pipeline.layouts.language import Column
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.values import TableFigure, ValueReader
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import parts_of
from pipeline.vocabulary.units import names_what_is_counted

_Link = Callable[[TableFigure, Iterable[TableFigure]], None]

# What a total and its parts share, but for the dimension over which they are added up.
_ABOUT = ("indicator", "period_start", "period_end")
_WHERE = ("territory_level", "territory_code")


def link_totals(
    grid: Grid, located: FoundTable, values: ValueReader, result: Extraction, *, rounding: float = 0.0
) -> None:
    """Say which cells each total of a table is the sum of, and give the total's cell its role.

    A rate, a mean or whatever else does not add up has no sums: what is stated of all is a figure of its own.

    Args:
        grid: the sheet, or the part of it that is the table's.
        located: the table.
        values: its figures.
        result: what the sums are added to.
        rounding: how much the source rounds away between a total and its parts, unless the table says otherwise.
    """
    table = located.table
    rounding = rounding if table.rounding is None else table.rounding
    adding = {id(h.column): h.column for h in located.headings.values() if h.column.adds_up}
    if not (adding or table.total_of or values.has_total_labels):
        return
    entries = values.entries()

    def link(total: TableFigure, parts: Iterable[TableFigure]) -> None:
        parts = list(parts)
        cells = [(grid.name, total.cell.address, part.cell.address) for part in parts]
        if cells and not total.is_sum and _adds_up(total, parts):  # of several sums, the first is compared
            total.is_sum = True
            total.observations.sums.add(total.place)
            grid.claim(total.cell, "total")
            result.parts += cells
            if rounding:
                result.roundings[grid.name, total.cell.address] = rounding

    if table.total_of == "parent":
        _link_parents(entries, link)
    for column in adding.values():
        _link_breakdown(column, _level(located, column), entries, link)
    if located.compiled.totals:
        _link_words(located.compiled, entries, link)


def _adds_up(total: TableFigure, parts: list[TableFigure]) -> bool:
    """Whether a figure is the sum of others, over territories or over kinds.

    Things that are counted add up over their kinds, even where they do not over territories: a company that pays in two
    regions is counted in both.
    """
    indicator = indicators().get(total.field("indicator"))
    if indicator is None or indicator.additive:
        return True
    return names_what_is_counted(indicator.unit) and all(_place(part) == _place(total) for part in parts)


def _link_parents(entries: list[TableFigure], link: _Link) -> None:
    """A figure about a territory totals those about all that it is made of; where one is not there, it is no total."""
    groups: dict[tuple[object, ...], dict[tuple[str, str], TableFigure]] = defaultdict(dict)
    for entry in entries:
        if not entry.total_word and not entry.heading.is_total:
            groups[_about(entry)].setdefault(_place(entry), entry)
    for entry in entries:
        wanted = parts_of(*_place(entry))
        if wanted and not entry.total_word and not entry.heading.is_total:
            group = groups[_about(entry)]
            parts = [group[place] for place in wanted if place in group]
            if len(parts) == len(wanted):
                link(entry, sorted(parts, key=_position))


def _link_breakdown(column: Column, level: int, entries: list[TableFigure], link: _Link) -> None:
    """The whole of a breakdown that adds up totals its parts, all else being equal."""
    groups: dict[tuple[object, ...], list[TableFigure]] = defaultdict(list)
    for entry in entries:
        if len(entry.breakdowns) > level and not entry.total_word:
            others = (*entry.breakdowns[:level], None, *entry.breakdowns[level + 1 :])
            groups[tuple(entry.field(name) for name in (*_ABOUT, *_WHERE)), others].append(entry)
    for group in groups.values():
        parts = {entry.breakdowns[level]: entry for entry in group if entry.breakdowns[level]}
        is_whole = parts.keys() >= column.choices.keys() if column.choices else len(parts) > 1
        for total in group:
            if not total.breakdowns[level] and is_whole:
                link(total, parts.values())


def _level(located: FoundTable, column: Column) -> int:
    """Return the position, among the breakdowns of an entry, of the one that a column states."""
    rank = located.compiled.rank
    stub = [h.column for h in located.headings.values() if h.column.field == "breakdown" and h.column.role == "read"]
    ordered = sorted(rank[id(other)] for other in stub)
    sections = sum(section.key == "breakdown" for section in located.compiled.sections)
    return 1 + sections + (ordered.index(rank[id(column)]) if column.field == "breakdown" else len(ordered))


def _link_words(table: CompiledTable, entries: list[TableFigure], link: _Link) -> None:
    """A row or a column that is labelled as a total is the sum of the rows above it, or of the columns before it."""
    above: dict[int, list[TableFigure]] = defaultdict(list)
    before: dict[int, list[TableFigure]] = defaultdict(list)
    for entry in sorted(entries, key=_position):
        if entry.total_word:
            is_grand = entry.total_word in table.grand_totals
            rows = above[entry.cell.column]
            link(entry, [part for part in rows if is_grand or part.section == entry.section])
            continue
        if entry.heading.is_total:
            names = entry.heading.named.items()
            same = [p for p in before[entry.cell.row] if p.heading.column is entry.heading.column]
            link(entry, [p for p in same if all(p.heading.named.get(name) == value for name, value in names)])
            above[entry.cell.column].append(entry)
        elif entry.field("territory_level") != "other" and not entry.is_sum:
            above[entry.cell.column].append(entry)
            before[entry.cell.row].append(entry)


def _about(entry: TableFigure) -> tuple[object, ...]:
    return (entry.field("breakdown"), *(entry.field(name) for name in _ABOUT))


def _place(entry: TableFigure) -> tuple[str, str]:
    return entry.field("territory_level"), entry.field("territory_code")


def _position(entry: TableFigure) -> tuple[int, int]:
    return entry.cell.row, entry.cell.column
