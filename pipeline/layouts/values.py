"""Reading the value cells of a table: what each says, put together with what its row and its header know.

Most cells of most workbooks are whole numbers that say nothing but themselves, so that a row of them is taken as it
stands; only what is written otherwise goes through the grammar of figures.

What belongs here: the figures of a row, and what is known about each. What does not: which rows are read and what
their keys mean (``rows``), what a figure's writing means (``pipeline.figures``), sums (``totals``), spreading what rows
and headers say over the figures (``extraction``).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count, groupby, repeat
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from pipeline.cells.model import KIND_CODES, Cell, Kind
from pipeline.figures import LARGEST, Expected, Figure, full_precision, read_cell
from pipeline.indicators import Indicator
from pipeline.layouts.extraction import Extraction, Head, Observations, Said
from pipeline.layouts.grid import Grid, Row, Run, Shape
from pipeline.layouts.meanings import Fields, flatten, moved, period_of_parts
from pipeline.layouts.model import Layout
from pipeline.layouts.products import in_french, needed_fields
from pipeline.layouts.tables import Heading, Located
from pipeline.periods import Period
from pipeline.rejections import Rejection, reject
from pipeline.typography import french_number

_STATUSES = {"P", "R", "E", "B"}
_BARE_NUMBER = re.compile(r"[+-]?\s*[0-9][0-9\s.,']*")
_NUMBER = KIND_CODES[Kind.NUMBER]
_SHORT = len(str(LARGEST)) - 1
"""As many digits make a number below ``LARGEST``."""

# What the cell of an observation and its header give in any case.
_OWN = {"breakdown", "label", "sheet", "cell", "unit", "qualifier", "obs_status", "is_total", "raw_text"}
_NEEDED = tuple(name for name in needed_fields("observation") if name not in _OWN)


@dataclass(slots=True)
class KnownRow:
    """What holds for every value of a row."""

    said: Said
    facts: Fields
    """What is known, by field, as typed meanings."""
    parts: dict[str, int]
    """The parts of a period that is not whole yet."""


@dataclass(slots=True)
class Entry:
    """One observation of a table, with what the comparison of totals needs to know of it."""

    observations: Observations
    place: int
    """Where it stands among the observations."""
    cell: Cell
    heading: Heading
    line_total: str
    breakdowns: tuple[str, ...]
    """The part of each breakdown that it is about, before they make one."""
    section: tuple[str, ...]
    is_sum: bool = False
    """Whether the figures of which it is the sum were found."""

    def said(self, name: str) -> Any:
        """Return one field of the observation."""
        return self.observations.said(self.place, name)


class ValueReader:
    """The value cells of one table being read."""

    def __init__(self, grid: Grid, located: Located, layout: Layout, unit: str, sheet: int, result: Extraction) -> None:
        """Work out what the headers say.

        Args:
            grid: the sheet.
            located: the table and its columns.
            layout: what the source declares about its figures.
            unit: the wording of the unit that holds where neither a row nor a header states one.
            sheet: the place of the sheet in the workbook.
            result: what the observations and the refusals are added to.
        """
        self._columns = columns = value_columns(located)
        self.owns, self.roles = columns.owns, columns.roles
        self._last_row = located.last_row
        self._grid = grid
        self._layout = layout
        self._unit = unit
        self._sheet = sheet
        self._result = result
        self._observations = result.observations
        self._first_head = len(self._observations.heads)
        """Where the header of the first column of values stands among those of the workbook."""
        self._observations.heads += columns.heads
        self._lines: list[tuple[int, int, int, Said]] = []
        """The place of the first figure of each row and their number, the number of the row, and what it says."""
        self._ready: dict[tuple[_Band, bytes, str, str], _Ready | None] = {}
        self._texts: dict[int, list[Cell]] = {}
        """By column, the numbers that are stored as texts."""

    def plain_rows(self, run: Run) -> list[bool]:
        """Return, for each row of a run, whether it holds values, and nothing but whole numbers that are shown."""
        band = self._columns.band(run.shape)
        if run.is_merged or not band.is_plain:
            return [False] * len(run)
        texts = [run.texts(position) for position in band.positions]
        if self._are_numbers(run, band):
            digits = "".join(chain.from_iterable(texts))
            if digits.isdecimal() and digits.isascii() and max(map(len, chain.from_iterable(texts))) <= _SHORT:
                return [True] * len(run)
        shown = [self._shown_numbers(run, position) for position in band.positions]
        return [
            all(shown_there) and all(t.isdecimal() and t.isascii() and len(t) <= _SHORT for t in written)
            for shown_there, written in zip(zip(*shown, strict=True), zip(*texts, strict=True), strict=True)
        ]

    def _are_numbers(self, run: Run, band: _Band) -> bool:
        """Whether the rows of a run are typed alike, their values being numbers, and shown."""
        cells, width = self._grid.cells, run.width
        kinds, hidden = cells.kinds[run.cells], cells.hidden[run.cells]
        typed = kinds[:width]
        return all(typed[place] == _NUMBER for place in band.places) and kinds == typed * len(run) and 1 not in hidden

    def _shown_numbers(self, run: Run, column: int) -> list[bool]:
        positions, cells = run.positions(column), self._grid.cells
        pairs = zip(cells.kinds[positions], cells.hidden[positions], strict=True)
        return [kind == _NUMBER and hidden != 1 for kind, hidden in pairs]

    def add_plain(self, run: Run, at: int, saids: Sequence[Said], otherwise: Callable[[Row], None]) -> None:
        """Add rows of plain whole numbers that follow each other.

        Args:
            run: the rows that are filled like them.
            at: the place of the first of them in the run.
            saids: what each says.
            otherwise: what reads, in its turn, a row that says more.
        """
        band, numbers = self._columns.band(run.shape), run.numbers[at : at + len(saids)]
        starts = [run.start_of(place) for place in range(at, at + len(saids))]
        shown = self._formats(run)[at : at + len(saids)]
        ready = [self._ready_for(band, formats, said) for formats, said in zip(shown, saids, strict=True)]
        for is_plain, places in groupby(range(len(saids)), key=lambda place: ready[place] is not None):
            first, *_ = rows = list(places)
            alike = slice(first, first + len(rows))
            if is_plain:
                plain = [each for each in ready[alike] if each is not None]
                positions = [start + place for start in starts[alike] for place in band.places]
                units = chain.from_iterable(each.units for each in plain)
                precisions = chain.from_iterable(each.precisions for each in plain)
                self._add(numbers[alike], saids[alike], band.heads, positions, units, precisions)
            else:
                for number in numbers[alike]:
                    otherwise(self._grid.row(number))

    def _formats(self, run: Run) -> list[bytes]:
        """Return the number formats of each row of a run, as an array."""
        formats, width = self._grid.cells.formats[run.cells], run.width
        if formats == formats[:width] * len(run):
            return [formats[:width].tobytes()] * len(run)
        return [formats[first : first + width].tobytes() for first in range(0, len(formats), width)]

    def _ready_for(self, band: _Band, formats: bytes, said: Said) -> _Ready | None:
        """Return what is the same for all plain rows that look alike.

        ``None`` where a number says more than itself, or where nobody can tell what it is about.
        """
        if None in map(said.fields.get, band.needs):
            return None
        alike = band, formats, said.indicator_unit, said.unit
        if alike not in self._ready:
            codes, places, layout = self._grid.cells.number_formats.codes, array("I", formats), self._layout
            shown = tuple(codes[places[place]] for place in band.places)
            around = said.indicator_unit, said.unit, self._unit
            self._ready[alike] = _make_ready(band.units, shown, *around, layout.dot, layout.comma, layout.dash)
        return self._ready[alike]

    def read_row(self, cells: Row, known: KnownRow) -> None:
        """Add the observation of each value of a row.

        Args:
            cells: its cells by column.
            known: what holds for all of them.
        """
        band = self._columns.band(cells.shape)
        if known.said.line_total:
            self._grid.claim_row(cells, self.owns, "total")
        if band.owns:
            self._read_each(cells, known, band)

    def _read_each(self, cells: Row, known: KnownRow, band: _Band) -> None:
        """Add the values of a row that can be read, one by one."""
        is_merged = self._grid.has_merges(cells.number)
        lacks = {name for name in _NEEDED if known.said.fields.get(name) is None}
        layout = self._layout
        kept: list[tuple[int, int, str, float | None, Figure | None, Fields]] = []
        for own, column, head, place in zip(band.owns, band.positions, band.heads, band.places, strict=True):
            unit, stated = _unit_of(own.units, known.said.indicator_unit, known.said.unit, self._unit)
            cell = cells[column]
            if is_merged and self._stands_over_others(cell):
                continue
            value, figure, precision = cell.value, None, None
            if type(value) is int and cell.kind is Kind.NUMBER and -LARGEST < value < LARGEST:
                precision = _precision(unit, stated, layout.dot, layout.comma, layout.dash, cell.number_format)
            if precision is None:
                figure = self._figure_of_row(cell, own, known, unit, stated)
                if figure is None:
                    continue
            elif not (cell.text.isdecimal() and cell.text.isascii()):
                figure = Figure(cell.text, float(value), unit, precision, "=", None, None, "A", None)  # type: ignore[arg-type]
            period: Fields = {}
            if own.is_special or cell.hidden or not lacks <= own.gives:
                period = own.period_in(known)
                if not self._may_stand(cell, own, known, period, figure):
                    continue
            kept.append((head, cells.start + place, unit, precision, figure, period))
        if kept:
            heads, positions, kept_units, kept_precisions, figures, periods = zip(*kept, strict=True)
            first = self._add([cells.number], [known.said], heads, positions, kept_units, kept_precisions)
            self._observations.figures |= {first + at: figure for at, figure in enumerate(figures) if figure}
            self._observations.periods |= {first + at: period for at, period in enumerate(periods) if period}

    def _add(
        self,
        rows: Sequence[int],
        saids: Sequence[Said],
        heads: Sequence[int],
        positions: Iterable[int],
        units: Iterable[str],
        precisions: Iterable[float | None],
    ) -> int:
        """Add the figures of rows that fill the same columns; return the place of the first."""
        in_book = [self._first_head + head for head in heads]
        first = self._observations.add_rows(self._sheet, saids, in_book, positions, units, precisions)
        self._lines += zip(count(first, len(heads)), repeat(len(heads)), rows, saids)
        return first

    def _figure_of_row(self, cell: Cell, own: _Own, known: KnownRow, unit: str, stated: str) -> Figure | None:
        """Return what a cell says that is no plain whole number; ``None``, once refused, where it says nothing."""
        if unit:
            return self.figure(cell, unit, stated)
        self.refuse_keyless(cell, own.lacking_in(known, own.period_in(known)) or "unit")
        return None

    def refuse_row(self, cells: Row, lacking: str) -> None:
        """Refuse the values of a row of which nobody can tell what they are about."""
        for column in self.owns:
            if column in cells:
                self.refuse_keyless(cells[column], lacking)

    def figure(self, cell: Cell, unit: str, stated: str) -> Figure | None:
        """Return what a value cell says; ``None``, and the refusal is noted, where it cannot be read."""
        expected, status, bare = _expected(unit, stated, self._layout), "A", cell
        if self._layout.marks and cell.kind is Kind.TEXT:
            bare, status = _without_mark(cell, self._layout.marks)
        figure = read_cell(bare, expected)
        if isinstance(figure, Rejection):
            self.refuse(figure, cell)
            return None
        if cell.kind is Kind.TEXT and figure.value is not None and _BARE_NUMBER.fullmatch(cell.text.strip()):
            self._texts.setdefault(cell.column, []).append(cell)
        return replace(figure, obs_status=status) if status in _STATUSES and figure.obs_status == "A" else figure

    # -- putting together ---------------------------------------------------------------------------------------

    def _may_stand(self, cell: Cell, own: _Own, known: KnownRow, period: Fields, figure: Figure | None) -> bool:
        """Whether a figure is complete and plausible where it stands; what it is not is refused."""
        if missing := own.lacking_in(known, period):
            self.refuse_keyless(cell, missing)
            return False
        self.remark_if_hidden(cell)
        limit, value = own.heading.column.at_most, figure.value if figure else cell.value
        if limit is not None and isinstance(value, int | float) and value > limit:
            self.refuse(reject("VALEUR_HORS_BORNES", raw_text=cell.text, expected=french_number(limit)), cell)
            return False
        return True

    # -- what totals need ---------------------------------------------------------------------------------------

    @property
    def has_total_labels(self) -> bool:
        """Whether a row or a column is labelled as the total of others."""
        return any(own.head.is_total for own in self.owns.values()) or any(
            said.line_total for _, _, _, said in self._lines
        )

    def entries(self) -> list[Entry]:
        """Return the observations of the table, in the order of reading."""
        observations = self._observations
        owns = dict(enumerate(self.owns.values(), self._first_head))
        return [
            Entry(
                observations,
                place,
                self._grid.cells.cell(row, observations.position[place]),
                owns[observations.head[place]].heading,
                said.line_total,
                (*said.broken_down, *owns[observations.head[place]].breakdown),
                said.section,
            )
            for first, count, row, said in self._lines
            for place in range(first, first + count)
        ]

    # -- refusals and remarks -----------------------------------------------------------------------------------

    def refuse(self, problem: Rejection, cell: Cell) -> None:
        """Note a refusal at the cell that it is about."""
        raw_text = problem.raw_text or cell.text
        self._result.rejections.append(replace(problem, sheet=self._grid.name, cell=cell.address, raw_text=raw_text))

    def refuse_keyless(self, cell: Cell, lacking: str) -> None:
        """Refuse a value of which nobody can tell what it is about, and say what lacks."""
        self._grid.claim(cell, "value")
        self.refuse(reject("CLE_ABSENTE", raw_text=cell.text, expected=in_french(lacking)), cell)

    def remark_if_hidden(self, cell: Cell) -> None:
        """Say so where a cell that is loaded stands in a hidden row or column."""
        if cell.hidden:
            self.refuse(reject("CELLULE_MASQUEE", raw_text=cell.text), cell)

    def remark_texts(self) -> None:
        """Say which columns hold numbers that are stored as texts, which no spreadsheet adds up."""
        for cells in self._texts.values():
            first, last = cells[0].address, cells[-1].address
            place = first if first == last else f"{first}:{last}"
            self._result.rejections.append(
                reject("NOMBRE_TEXTE", sheet=self._grid.name, cell=place, raw_text=cells[0].text, count=len(cells))
            )

    def _stands_over_others(self, cell: Cell) -> bool:
        """Whether a value is merged over the place of others, and refused: nobody can tell whose it is."""
        span = self._grid.span(cell.row, cell.column)
        across = any(column in self.owns for column in range(span.left + 1, span.right + 1))
        below = range(span.top + 1, min(span.bottom, self._last_row) + 1)
        if across or any(not self._columns.keys.isdisjoint(self._grid.row(row)) for row in below):
            self.refuse(reject("VALEUR_FUSIONNEE", raw_text=cell.text), cell)
            return True
        return False


class _Ready(NamedTuple):
    """What is the same for all plain rows that look alike: the unit and the precision of each value."""

    units: list[str]
    precisions: list[float | None]


class _Units(NamedTuple):
    """The units that a header and the layout state for a column."""

    named: str
    """That of the indicator that the header names."""
    declared: str
    """The layout's."""
    worded: str
    """The wording between brackets in the header."""


class _Own:
    """What the header of a value column states of its figures, worked out once for all that say the same."""

    __slots__ = ("breakdown", "gives", "head", "heading", "is_special", "moves", "parts", "period", "units")

    def __init__(self, heading: Heading) -> None:
        named = dict(heading.named)
        broken_down = named.pop("breakdown", None)
        self.heading = heading
        self.breakdown = () if broken_down is None else (str(broken_down),)
        self.parts = {name[7:]: int(str(named.pop(name))) for name in list(named) if name.startswith("period:")}
        period, indicator = named.get("period"), named.get("indicator")
        self.period = period if isinstance(period, Period) else None
        about = indicator.unit if isinstance(indicator, Indicator) else ""
        self.units = _Units(about, heading.column.unit, heading.stated_unit)
        fields = flatten(named)
        label = " ".join(heading.text.split())
        self.head = Head(fields, label, heading.obs_status, heading.is_total, ", ".join(filter(None, self.breakdown)))
        self.gives = frozenset(name for name, said in fields.items() if said is not None)
        column = heading.column
        self.moves = bool(column.years_before or column.day)
        silenced = any(said is None for name, said in fields.items() if name in _NEEDED)
        self.is_special = bool(self.parts or self.moves or silenced or column.at_most is not None)

    def lacking_in(self, known: KnownRow, period: Fields) -> str:
        """Return the first field that neither the header nor the row states; empty where all is known."""
        return next((name for name in _NEEDED if _said(name, period, self.head.fields, known.said.fields) is None), "")

    def period_in(self, known: KnownRow) -> Fields:
        """Return the columns of the period that header and row state together, or that the column moves."""
        period = self.period or known.facts.get("period")
        if self.parts:
            period = period_of_parts({**known.parts, **self.parts})
        if self.moves and isinstance(period, Period):
            period = moved(period, self.heading.column.years_before, self.heading.column.day)
        if not self.parts and not self.moves:
            return {}
        return flatten({"period": period}) if period else {"period_start": None}


class ValueColumns:
    """The columns of values of a table, worked out once for all tables whose headers say the same."""

    __slots__ = ("_bands", "heads", "keys", "owns", "roles")

    def __init__(self, headings: Mapping[int, Heading]) -> None:
        read = {position: h for position, h in sorted(headings.items()) if h.column.role == "read"}
        self.owns = {p: _Own(heading) for p, heading in read.items() if heading.column.parser == "figure"}
        self.roles = {position: "total" if own.head.is_total else "value" for position, own in self.owns.items()}
        self.keys = read.keys() - self.owns.keys()
        """The columns that are read and hold no values."""
        self.heads = [own.head for own in self.owns.values()]
        self._bands: WeakKeyDictionary[Shape, _Band] = WeakKeyDictionary()

    def band(self, shape: Shape) -> _Band:
        """Return those that rows of a shape fill."""
        band = self._bands.get(shape)
        if band is None:
            band = self._bands[shape] = _Band(self.owns, shape)
        return band


def value_columns(located: Located) -> ValueColumns:
    """Return the columns of values of a table."""
    columns: ValueColumns | None = located.known.get(ValueColumns)
    if columns is None:
        columns = located.known[ValueColumns] = ValueColumns(located.headings)
    return columns


class _Band:
    """The value columns that the rows of one shape fill, side by side."""

    __slots__ = ("heads", "is_plain", "needs", "owns", "places", "positions", "units")

    def __init__(self, owns: Mapping[int, _Own], shape: Shape) -> None:
        self.positions = [position for position in owns if position in shape.places]
        self.owns = [owns[position] for position in self.positions]
        self.heads = [at for at, position in enumerate(owns) if position in shape.places]
        """The place of each among all columns of values."""
        self.places = [shape.places[position] for position in self.positions]
        """The places of the values among the cells of a row."""
        self.is_plain = bool(self.owns) and not any(own.is_special for own in self.owns)
        """Whether there are any, and none asks for more than the number."""
        self.units = tuple(own.units for own in self.owns)
        given = frozenset(_NEEDED).intersection(*(own.gives for own in self.owns))
        self.needs = [name for name in _NEEDED if name not in given]
        """The fields that a row has to state, since not every header does."""


def _said(name: str, *sources: Fields) -> object:
    """Return what the first source that speaks of a field says."""
    return next((source[name] for source in sources if name in source), None)


def _unit_of(units: _Units, named: str, worded: str, around: str) -> tuple[str, str]:
    """Return the unit of a column's figures in a row, and the wording of it.

    Args:
        units: what the header says.
        named: the unit of the indicator that the row names.
        worded: the wording of the unit in the row.
        around: the wording that holds where neither states one.
    """
    return units.named or named or units.declared, worded or units.worded or around


@lru_cache(maxsize=128)
def _make_ready(
    columns: tuple[_Units, ...],
    shown: tuple[str | None, ...],
    named: str,
    worded: str,
    around: str,
    dot: str,
    comma: str,
    dash: str,
) -> _Ready | None:
    """Return the unit and the precision of each plain number of a row; ``None`` where one has more to say than itself.

    Args:
        columns: what the header of each says of its unit.
        shown: the number format of each.
        named: the unit of the indicator that the row names.
        worded: the wording of the unit in the row.
        around: the wording that holds where neither states one.
        dot: what a point means to the layout.
        comma: what a comma does.
        dash: what a dash does.
    """
    units = [_unit_of(column, named, worded, around) for column in columns]
    precisions = [_precision(*unit, dot, comma, dash, code) for unit, code in zip(units, shown, strict=True)]
    return None if None in precisions else _Ready([unit for unit, _ in units], precisions)


@lru_cache(maxsize=4096)
def _precision(unit: str, stated: str, dot: str, comma: str, dash: str, number_format: str | None) -> float | None:
    """Return the precision of plain whole numbers in a unit; ``None`` where such numbers have more to say."""
    return full_precision(number_format, _expectation(unit, stated, dot, comma, dash)) if unit else None


@lru_cache(maxsize=1024)
def _expectation(unit: str, stated: str, dot: str, comma: str, dash: str) -> Expected:
    return Expected(unit, stated, dot, comma, dash)


def _expected(unit: str, stated: str, layout: Layout) -> Expected:
    return _expectation(unit, stated, layout.dot, layout.comma, layout.dash)


def _without_mark(cell: Cell, marks: Mapping[str, str]) -> tuple[Cell, str]:
    """Return a value cell without the declared mark behind its figure, and what the mark means."""
    text = cell.text.rstrip()
    for mark in sorted(marks, key=len, reverse=True):
        if text.endswith(mark) and text != mark:
            bare = text.removesuffix(mark).rstrip()
            return cell._replace(text=bare, value=bare), marks[mark]
    return cell, "A"
