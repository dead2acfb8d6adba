"""What a header that is not known may be: the nearest wordings that its table lacks, and the line that makes it known.

What belongs here: ranking what a header lacks by how it is worded and by what stands below. What does not: deciding
what is a header (``tables``). Nothing is recognised by this: a human decides whether the line is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, Figure, read_cell
from pipeline.layouts.grid import Grid
from pipeline.layouts.keys import read_key
from pipeline.layouts.language import Column, Layout, Table, matches
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import resolve_territory
from pipeline.vocabulary.words import likeness, nearest

_SAMPLE = 20
"""As many rows below a header as tell what stands there."""
_MOST_HEADERS = 60
"""In a wider header, no unknown cell is compared with all that a header may state: it would take too long."""
_MOST_LETTERS = 40
_MOST_WORDS = 200
"""Characters of a text that may be a header; a longer one is none."""
_FIGURE = re.compile(r"[+-]?\d[\d\s.,]*(?:%|[kM]?€|mill\w+)?(?:\s?\([a-z]\))?")


class TableFigure(NamedTuple):
    """An entry that lists wordings: the headers of a column, the choices of one, the synonyms of an indicator."""

    column: Column
    place: str
    """Where it stands: the file, and the names on the way to it."""
    name: str
    wordings: tuple[str, ...]
    shown: str = ""
    """What a message calls it, where that is not any of its wordings."""

    def line(self, text: str) -> str:
        """Return the line that lists one more wording."""
        return f"[{self.place} : {self.name} = [{', '.join(map(_quoted, (*self.wordings, text)))}]]"


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header that was found, or nearly, and the columns that it has."""

    grid: Grid
    table: Table
    layout: Layout
    top: int
    bottom: int
    found: tuple[Column, ...]
    """The columns that are recognised, each once."""
    stated: frozenset[str] = frozenset()
    """The codes of the indicators and choices that one header states each: a second one would be its double."""

    def lacking(self, advised: Iterable[Column] = ()) -> list[Column]:
        """Return the required columns that it would lack beside others that it may have.

        Of several for one field, one is enough, unless each states other facts or makes one breakdown with the others.
        """
        columns = (*self.found, *advised)
        slots, keys = set(map(_slot, columns)), {column.key for column in columns}

        def is_lacking(column: Column) -> bool:
            alone = bool(column.fixed) or column.field == "breakdown"
            return column.required and _slot(column) not in slots and (alone or column.key not in keys)

        return [column for column in self.table.columns if is_lacking(column)]

    def over(self, cell: Cell) -> list[Cell]:
        """Return the header cells of a cell's column, from top to bottom."""
        return self.grid.stacks(self.top, self.bottom).get(cell.column) or [cell]

    def below(self, cell: Cell) -> list[Cell]:
        """Return some of the cells under a header."""
        rows = range(self.bottom + 1, self.bottom + 1 + _SAMPLE)
        cells = (self.grid.row(row).get(cell.column) for row in rows if self.grid.has_row(row))
        return [below for below in cells if below is not None and below.text.strip()]

    @property
    def is_wide(self) -> bool:
        """Whether it has more cells than a header of people's making."""
        return len(self.grid.row(self.top)) > _MOST_HEADERS


class Advice(NamedTuple):
    """What an unknown header may be: an entry that it may belong to, and what that would have to list."""

    rank: tuple[bool, bool, float]
    cell: Cell
    entry: TableFigure
    text: str

    @property
    def line(self) -> str:
        """The line of the entry with the new wording."""
        return self.entry.line(self.text)


def advise(header: Header, cells: list[Cell]) -> dict[str, Advice]:
    """Return what each of some unknown cells of a header may best be, by address; no two of them are one column.

    A cell of which nothing fits that the header lacks has no advice.
    """
    offers = sorted((offer for cell in cells for offer in offers_for(header, cell)), key=lambda offer: offer.rank)
    taken, given = set(map(_slot, header.found)), dict[str, Advice]()
    for offer in offers:
        if offer.cell.address not in given and _is_open(offer.entry.column, taken):
            given[offer.cell.address] = offer
            taken.add(_slot(offer.entry.column))
    return given


def near(header: Header, cell: Cell) -> list[str]:
    """Return the known wordings that are nearest to an unknown header: of what may be there, else of all headers."""
    offers = offers_for(header, cell)
    if not offers:
        return nearest(cell.text, (wording for column in header.table.columns for wording in column.headers))
    entries = [offer.entry for offer in offers]
    shown = (entry.shown or next(iter(nearest(cell.text, entry.wordings)), entry.name) for entry in entries)
    return list(dict.fromkeys(shown))[:3]


def offers_for(header: Header, cell: Cell) -> list[Advice]:
    """Return every entry that an unknown cell may belong to, the likeliest first.

    What is required comes first, then what the cells below are and nothing else, then the nearest wording.
    """
    if len(cell.text) > _MOST_WORDS:
        return []
    taken, below = set(map(_slot, header.found)), header.below(cell)
    lacking = set(map(id, header.lacking()))
    offers = []
    for column in header.table.columns:
        is_lacking, is_certain = id(column) in lacking, _is_certain(column, below)
        if not _is_open(column, taken) or not _fits(column, below, header.layout):
            continue
        if _takes_numbers_for_names(column, below) and not is_lacking and not is_certain:
            continue  # 5 is a day, a month and a department, but most often a figure
        for entry, text in _entries(header, column, cell):
            known = (*entry.wordings, entry.shown) if entry.shown else entry.wordings
            alike = max((likeness(text, wording) for wording in known), default=0.0)
            offers.append(Advice((not is_lacking, not is_certain, -alike), cell, entry, text))
    return sorted(offers, key=lambda offer: offer.rank)


# -- entries -----------------------------------------------------------------------------------------------------


def _entries(header: Header, column: Column, cell: Cell) -> Iterator[tuple[TableFigure, str]]:
    """Yield the entries of a column that may list what a header cell says, and how they would."""
    over = header.over(cell)
    place = f"{header.layout.source}.toml, {header.table.name}, {column.field or 'ignore'}"
    if cell != over[-1]:  # it is over another header cell
        if column.under and matches(over[-1].text, column.headers):
            yield TableFigure(column, place, "under", column.under), cell.text
    elif column.headers and (not column.under or any(matches(upper.text, column.under) for upper in over[:-1])):
        yield TableFigure(column, place, "headers", column.headers), cell.text
    if column.headers or header.is_wide or len(column.named_by) > len(over):
        return
    if "indicator" in column.named_by:
        yield from ((entry, cell.text) for entry in _indicators(column, header))
    if "breakdown" in column.named_by and cell == over[-1]:
        said = " ".join(" ".join(upper.text for upper in over[-2:]).split())
        for code, wordings in column.choices.items():
            if code not in header.stated:
                yield TableFigure(column, f"{place}, choices", _quoted(code), wordings), said
        if column.whole:
            yield TableFigure(column, place, "whole", column.whole), said


def _indicators(column: Column, header: Header) -> Iterator[TableFigure]:
    for indicator in indicators().values():
        if indicator.scope in header.layout.scopes and indicator.code not in header.stated:
            place = f"indicators.toml, {indicator.code}"
            yield TableFigure(column, place, "synonyms", indicator.synonyms, indicator.label_fr)


def _quoted(text: str) -> str:
    flat = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{flat}"'


def _slot(column: Column) -> tuple[object, ...]:
    """Return what a column fills: there may be several of figures, and of breakdowns; others are filled once."""
    return (id(column),) if column.field in {"breakdown", "value"} else column.slot


def _is_open(column: Column, taken: Container[tuple[object, ...]]) -> bool:
    """Whether a column may stand beside those that fill what is taken: many may be ignored, or named by headers."""
    return column.role == "ignore" or bool(column.named_by) or _slot(column) not in taken


# -- what stands below -------------------------------------------------------------------------------------------


def _fits(column: Column, below: list[Cell], layout: Layout) -> bool:
    """Whether what stands below a header may be a column's: numbers are no text, and nothing to pass over."""
    if not below:
        return True
    match column.parser:
        case "figure":
            return _most(below, lambda cell: _is_figure(cell, layout))
        case "text" if column.field == "code":
            return _most(below, _is_code)
        case "text":
            return not (any(map(_is_number, below)) and _most(below, lambda cell: _is_figure(cell, layout)))
        case _:
            return _most(below, lambda cell: _is_read(cell, column, layout))


def _is_certain(column: Column, below: list[Cell]) -> bool:
    """Whether what fits a column would fit few others: names and dates do, where any number may be a code or a day."""
    if column.parser == "period" and _most(below, _is_year):
        return True
    return bool(below) and column.parser not in {"text", "figure"} and not _most(below, _is_number)


def _takes_numbers_for_names(column: Column, below: list[Cell]) -> bool:
    return column.parser not in {"text", "figure"} and _most(below, _is_number)


def _most(cells: list[Cell], holds: Callable[[Cell], bool]) -> bool:
    return 2 * sum(map(holds, cells)) > len(cells)


def _is_read(cell: Cell, column: Column, layout: Layout) -> bool:
    read = read_key(cell, column, layout)
    return read.problem is None and read.meaning is not None


def _is_figure(cell: Cell, layout: Layout) -> bool:
    """Whether a cell says a figure, or why there is none, as ``nd`` does."""
    expected = Expected("", "", layout.dot, layout.comma, layout.dash)
    return _is_number(cell) or isinstance(read_cell(cell, expected), Figure)


def _is_number(cell: Cell) -> bool:
    return cell.kind is Kind.NUMBER or _FIGURE.fullmatch(cell.text.strip()[:_MOST_LETTERS]) is not None


def _is_year(cell: Cell) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d(?:\.0)?", cell.text.strip()) is not None


def _is_code(cell: Cell) -> bool:
    raw = cell.text if cell.value is None else cell.value
    return any(resolve_territory(raw, level=level) is not None for level in ("region", "department"))
