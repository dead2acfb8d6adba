"""What a header that is not known may be: the nearest wordings that its table lacks, and the line that makes it known.

What belongs here: ranking what a header lacks by how it is worded and by what stands below. What does not: deciding
what is a header (``header_search``). Nothing is recognised by this: a human decides whether the line is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from math import isclose
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, Figure, read_cell
from pipeline.layouts.alike import WORDS_FOR_ALL, is_same_wording, shared_words
from pipeline.layouts.compiled import CompiledColumn
from pipeline.layouts.headers import Header, slot
from pipeline.layouts.keys import read_key
from pipeline.layouts.language import Column, Layout
from pipeline.layouts.wordings import matches
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import resolve_territory
from pipeline.vocabulary.words import fold, likeness, nearest

_LEAST_PARTS, _LEAST_ROWS = 2, 2
"""As many parts, in as many rows, prove by their sums what the whole is."""
_SAMPLE = 20
"""As many rows below a header as tell what stands there."""
_MOST_HEADERS = 60
"""In a wider header, no unknown cell is compared with all that a header may state: it would take too long."""
_MOST_LETTERS = 40
_MOST_WORDS = 120
"""Characters of a text that may be a header; a longer one is none."""
_FIGURE = re.compile(r"[+-]?\d[\d\s.,]*(?:%|[kM]?€|mill\w+)?(?:\s?\([a-z]\))?")


class WordingList(NamedTuple):
    """An entry that lists wordings: the headers of a column, the choices of one, the synonyms of an indicator."""

    column: Column
    place: str
    """Where it stands: the file, and the names on the way to it."""
    name: str
    wordings: tuple[str, ...]
    shown: str = ""
    """What a message calls it, where that is not any of its wordings."""
    is_open: bool = False
    """Whether nothing tells which code a wording stands for, or whether it is the whole: a person has to decide."""

    def line(self, text: str) -> str:
        """Return the line that lists one more wording; where nobody can tell, both that may be, with the place open."""
        if self.is_open:
            place, _, _ = self.place.rpartition(", ")
            part, whole = f'"…" = [{_quoted(text)}]', f"whole = [… {_quoted(text)} …]"
            return f"[{self.place} : {part}] ? [{place} : {whole}] ?"
        return f"[{self.place} : {self.name} = [{', '.join(map(_quoted, (*self.wordings, text)))}]]"


class Suggestion(NamedTuple):
    """What an unknown header may be: an entry that it may belong to, and what that would have to list."""

    rank: tuple[bool, bool, float, float]
    cell: Cell
    entry: WordingList
    text: str

    @property
    def line(self) -> str:
        """The line of the entry with the new wording."""
        return self.entry.line(self.text)


def lacking_columns(header: Header, suggested: Iterable[Column] = ()) -> list[Column]:
    """Return the required columns that a header would lack beside others that it may have.

    Of several for one field, one is enough, unless each states other facts or makes one breakdown with the others.
    """
    columns = (*header.columns, *suggested)
    slots, keys = set(map(slot, columns)), {column.key for column in columns}

    def is_lacking(column: Column) -> bool:
        alone = bool(column.fixed) or column.field == "breakdown"
        return column.required and slot(column) not in slots and (alone or column.key not in keys)

    return [column for column in header.table.columns if is_lacking(column)]


def _cells_over(header: Header, cell: Cell) -> list[Cell]:
    """Return the header cells of a cell's column, from top to bottom."""
    return header.grid.stacks(header.top, header.bottom).get(cell.column) or [cell]


def _cells_below(header: Header, cell: Cell) -> list[Cell]:
    """Return some of the cells under a header cell."""
    grid, rows = header.grid, range(header.bottom + 1, header.bottom + 1 + _SAMPLE)
    cells = (grid.row(row).get(cell.column) for row in rows if grid.has_row(row))
    return [below for below in cells if below is not None and below.text.strip()]


def _is_wide(header: Header) -> bool:
    """Whether a header has more cells than one of people's making."""
    return len(header.grid.row(header.top)) > _MOST_HEADERS


def suggest(header: Header, cells: list[Cell], layout: Layout) -> dict[str, Suggestion]:
    """Return what each of some unknown cells of a header may best be, by address; no two of them are one column.

    A cell of which nothing fits that the header lacks has none.
    """
    offers = [offer for cell in cells for offer in suggestions_for(header, cell, layout)]
    taken, given = set(map(slot, header.columns)), dict[str, Suggestion]()
    for offer in sorted(offers, key=lambda offer: offer.rank):
        if offer.cell.address not in given and _is_open(offer.entry.column, taken):
            given[offer.cell.address] = offer
            taken.add(slot(offer.entry.column))
    return given


def nearest_wordings(header: Header, cell: Cell, layout: Layout) -> list[str]:
    """Return the known wordings that are nearest to an unknown header: of what may be there, else of all headers."""
    offers = suggestions_for(header, cell, layout)
    if not offers:
        known = [wording for column in header.table.columns for wording in column.headers]
        if any("indicator" in column.named_by for column in header.table.columns):
            known += [each.label_fr for each in indicators().values() if each.scope in layout.scopes]
        near = nearest(cell.text, dict.fromkeys(known), count=len(known))
        return sorted(near, key=lambda wording: -shared_words(cell.text, wording))[:3]
    entries = [offer.entry for offer in offers]
    shown = (entry.shown or next(iter(nearest(cell.text, entry.wordings)), entry.name) for entry in entries)
    return list(dict.fromkeys(shown))[:3]


def suggestions_for(header: Header, cell: Cell, layout: Layout) -> list[Suggestion]:
    """Return every entry that an unknown cell may belong to, the likeliest first.

    What is required comes first, then what the cells below are and nothing else, then the nearest wording.
    """
    if len(cell.text) > _MOST_WORDS:
        return []
    taken, below = set(map(slot, header.columns)), _cells_below(header, cell)
    lacking = set(map(id, lacking_columns(header)))
    offers = []
    for compiled in header.compiled.columns:
        column = compiled.declared
        is_lacking, is_certain = id(column) in lacking, _is_certain(column, below)
        if not _is_open(column, taken) or not _fits(compiled, below, layout):
            continue
        if _takes_numbers_for_names(column, below) and not is_lacking and not is_certain:
            continue  # 5 is a day, a month and a department, but most often a figure
        for entry, text in _entries(header, column, cell, layout):
            wordings = (*entry.wordings, entry.shown) if entry.shown else entry.wordings
            alike = max((shared_words(text, wording) for wording in wordings), default=0.0)
            letters = max((likeness(text, wording) for wording in wordings), default=0.0)
            offers.append(Suggestion((not is_lacking, not is_certain, -alike, -letters), cell, entry, text))
    return sorted(offers, key=lambda offer: offer.rank)


# -- entries -----------------------------------------------------------------------------------------------------


def _entries(header: Header, column: Column, cell: Cell, layout: Layout) -> Iterator[tuple[WordingList, str]]:
    """Yield the entries of a column that may list what a header cell says, and how they would."""
    over = _cells_over(header, cell)
    place = f"{layout.source}.toml, {header.table.name}, {column.field or 'ignore'}"
    if cell != over[-1]:  # it is over another header cell
        if column.under and matches(over[-1].text, column.headers):
            yield WordingList(column, place, "under", column.under), cell.text
    elif column.headers and (not column.under or any(matches(upper.text, column.under) for upper in over[:-1])):
        yield WordingList(column, place, "headers", column.headers), cell.text
    if column.headers or _is_wide(header) or len(column.named_by) > len(over):
        return
    if "indicator" in column.named_by:
        entries = _indicators(column, header, layout)
        yield from ((e, cell.text) for e in entries if _is_listed_alike(cell.text, (*e.wordings, e.shown)))
    if "breakdown" in column.named_by and cell == over[-1] and (column.choices or column.whole):
        wording = " ".join(" ".join(upper.text for upper in over[-2:]).split())
        yield _choice(header, column, cell, wording, place), wording


def _choice(header: Header, column: Column, cell: Cell, wording: str, place: str) -> WordingList:
    """Return where a wording of a breakdown belongs, as far as its words or the figures under it tell.

    It is a code's where it is one of its wordings, written otherwise, and no other code's; it is the whole where its
    words say so, or where its figures are the sums of all the parts.
    """
    alike = [code for code, known in column.choices.items() if _is_listed_alike(wording, known)]
    is_whole = fold(wording) in WORDS_FOR_ALL or _is_listed_alike(wording, column.whole)
    if is_whole or (not alike and _is_sum_of_parts(header, column, cell)):
        return WordingList(column, place, "whole", column.whole)
    if len(alike) == 1 and alike[0] not in header.stated:
        return WordingList(column, f"{place}, choices", _quoted(alike[0]), column.choices[alike[0]])
    every = tuple(each for known in (*column.choices.values(), column.whole) for each in known)
    return WordingList(column, f"{place}, choices", "…", every, is_open=True)


def _is_listed_alike(wording: str, known: Iterable[str]) -> bool:
    return any(is_same_wording(wording, each) for each in known if each)


def _is_sum_of_parts(header: Header, column: Column, cell: Cell) -> bool:
    """Whether the figures under a header are the sums of those of all the parts beside it, in two rows or more."""
    parts = {h.named.get("breakdown"): position for position, h in header.headings.items() if h.column is column}
    if len(column.choices) < _LEAST_PARTS or not column.choices.keys() <= parts.keys():
        return False
    positions, sums = [parts[code] for code in column.choices], 0
    for row in range(header.bottom + 1, header.bottom + 1 + _SAMPLE):
        cells = header.grid.row(row) if header.grid.has_row(row) else {}
        shown = [cells[at] for at in (*positions, cell.column) if at in cells]
        if len(shown) <= len(positions):
            continue
        values = [c.value for c in shown if c.kind is Kind.NUMBER and isinstance(c.value, int | float)]
        if len(values) < len(shown) or not isclose(sum(values[:-1]), values[-1]):
            return False
        sums += any(values[:-1])
    return sums >= _LEAST_ROWS


def _indicators(column: Column, header: Header, layout: Layout) -> Iterator[WordingList]:
    for indicator in indicators().values():
        if indicator.scope in layout.scopes and indicator.code not in header.stated:
            place = f"{indicator.file}, {indicator.code}"
            yield WordingList(column, place, "synonyms", indicator.synonyms, indicator.label_fr)


def _quoted(text: str) -> str:
    flat = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{flat}"'


def _is_open(column: Column, taken: Container[tuple[object, ...]]) -> bool:
    """Whether a column may stand beside those that fill what is taken: many may be ignored, or named by headers."""
    return column.role == "ignore" or bool(column.named_by) or slot(column) not in taken


# -- what stands below -------------------------------------------------------------------------------------------


def _fits(column: CompiledColumn, below: list[Cell], layout: Layout) -> bool:
    """Whether what stands below a header may be a column's: numbers are no text, and nothing to pass over."""
    if not below:
        return True
    match column.declared.parser:
        case "figure":
            return _most(below, lambda cell: _is_figure(cell, layout))
        case "text" if column.declared.field == "code":
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


def _is_read(cell: Cell, column: CompiledColumn, layout: Layout) -> bool:
    read = read_key(cell, column, layout)
    is_no_population = column.key == "population" and not read.meaning  # a territory, which states none
    return read.is_known and not is_no_population


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
