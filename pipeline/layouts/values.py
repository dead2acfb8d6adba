"""Reading the value cells of a table: what each says, put together with what its row and its header know.

Most cells of most workbooks are whole numbers that say nothing but themselves, so that a row of them becomes
observations all at once, as pieces of columns; only what is written otherwise goes through the grammar of figures.

What belongs here: the figures of a row, and what is known about each. What does not: which rows are read and what
their keys mean (``rows``), what a figure's writing means (``pipeline.figures``), sums (``totals``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pipeline.cells.model import Cell, Kind, column_letters
from pipeline.figures import LARGEST, Expected, Figure, full_precision, read_cell
from pipeline.indicators import Indicator
from pipeline.layouts.extraction import Extraction, Records
from pipeline.layouts.grid import Grid, Row
from pipeline.layouts.meanings import Fields, flatten, moved, period_of_parts
from pipeline.layouts.model import Layout
from pipeline.layouts.products import in_french, needed_fields
from pipeline.layouts.tables import Heading, Located
from pipeline.periods import Period
from pipeline.rejections import Rejection, reject
from pipeline.typography import french_number

_STATUSES = {"P", "R", "E", "B"}
_BARE_NUMBER = re.compile(r"[+-]?\s*[0-9][0-9\s.,']*")

# What the cell of an observation and its header give in any case.
_OWN = {"breakdown", "label", "sheet", "cell", "unit", "qualifier", "obs_status", "is_total", "raw_text"}
_NEEDED = tuple(name for name in needed_fields("observation") if name not in _OWN)


@dataclass(slots=True)
class KnownRow:
    """What holds for every value of a row."""

    facts: Fields
    """What is known, by field, as typed meanings."""
    parts: dict[str, int]
    """The parts of a period that is not whole yet."""
    broken_down: tuple[str, ...]
    """The parts of the breakdowns, the outer one first; empty for a whole."""
    label: str | None
    """The wording of the indicator, where the row names it."""
    status: str
    """The status that a key marks."""
    unit: str
    """The wording of the unit, where the row has one."""
    line_total: str
    """The folded word for a total with which the row is labelled; empty in any other row."""
    section: tuple[str, ...]
    """The wordings of the sections that the row stands in."""


@dataclass(slots=True)
class Entry:
    """One observation of a table, with what the comparison of totals needs to know of it."""

    records: Records
    position: int
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
        return self.records.columns[name][self.position]


class ValueReader:
    """The value cells of one table being read."""

    def __init__(self, grid: Grid, located: Located, layout: Layout, unit: str, result: Extraction) -> None:
        """Work out what the headers say.

        Args:
            grid: the sheet.
            located: the table and its columns.
            layout: what the source declares about its figures.
            unit: the wording of the unit that holds where neither a row nor a header states one.
            result: what the observations and the refusals are added to.
        """
        read = {position: h for position, h in sorted(located.headings.items()) if h.column.role == "read"}
        self.owns = {p: _Own(p, heading) for p, heading in read.items() if heading.column.parser == "figure"}
        self._keys = read.keys() - self.owns.keys()
        self._last_row = located.last_row
        self._grid = grid
        self._layout = layout
        self._unit = unit
        self._result = result
        self._records = result.rows["observation"]
        self._lines: list[_Line] = []
        self._bands: dict[tuple[int, ...], _Band] = {}
        self._known_units: dict[tuple[str, str], list[tuple[str, str, _Precisions]]] = {}
        self._texts: dict[int, list[Cell]] = {}
        """By column, the numbers that are stored as texts."""

    def read_row(self, row: int, cells: Row, known: KnownRow) -> None:
        """Add the observation of each value of a row.

        Args:
            row: its number.
            cells: its cells by column.
            known: what holds for all of them.
        """
        line = _Line(row, known, len(self._records))
        is_merged, roles = self._grid.has_merges(row), self._grid.roles[row]
        number = Kind.NUMBER
        for own, (unit, stated, precisions) in zip(self.owns.values(), self._units(line.unit, known.unit), strict=True):
            cell = cells.get(own.position)
            if cell is None:
                continue
            roles[own.position] = "total" if known.line_total or own.is_total else "value"
            if is_merged and self._stands_over_others(cell):
                continue
            value, figure, precision = cell.value, None, None
            if type(value) is int and cell.kind is number and -LARGEST < value < LARGEST:
                precision = precisions[cell.number_format]
            if precision is None:
                figure = self._figure_of_row(cell, own, line, unit, stated)
                if figure is None:
                    continue
            is_special = own.is_special or cell.hidden or not line.lacks <= own.gives
            if is_special and not self._may_stand(cell, own, line, figure):
                continue
            line.kept.append((cell, own, unit, precision, figure))
        if line.kept:
            self._lines.append(line)
            self._add(line)

    def _units(self, of_row: str, stated_in_row: str) -> list[tuple[str, str, _Precisions]]:
        """Return for each column of figures its unit, the wording of it, and how exact whole numbers are."""
        if (of_row, stated_in_row) not in self._known_units:
            wordings = [
                (own.unit or of_row or own.heading.column.unit, stated_in_row or own.heading.stated_unit or self._unit)
                for own in self.owns.values()
            ]
            found = {words: (*words, _precisions(_expected(*words, self._layout))) for words in dict.fromkeys(wordings)}
            self._known_units[of_row, stated_in_row] = [found[words] for words in wordings]
        return self._known_units[of_row, stated_in_row]

    def _figure_of_row(self, cell: Cell, own: _Own, line: _Line, unit: str, stated: str) -> Figure | None:
        """Return what a cell says that is no plain whole number; ``None``, once refused, where it says nothing."""
        if unit:
            return self.figure(cell, unit, stated)
        self.refuse_keyless(cell, own.lacking_in(line, own.period_in(line.known)) or "unit")
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

    def _may_stand(self, cell: Cell, own: _Own, line: _Line, figure: Figure | None) -> bool:
        """Whether a figure is complete and plausible where it stands; what it is not is refused."""
        period = own.period_in(line.known)
        if lacking := own.lacking_in(line, period):
            self.refuse_keyless(cell, lacking)
            return False
        self.remark_if_hidden(cell)
        limit, value = own.heading.column.at_most, figure.value if figure else cell.value
        if limit is not None and isinstance(value, int | float) and value > limit:
            self.refuse(reject("VALEUR_HORS_BORNES", raw_text=cell.text, expected=french_number(limit)), cell)
            return False
        if period:
            line.periods[len(line.kept)] = period
        return True

    def _add(self, line: _Line) -> None:
        """Add the values that were kept of a row to the columns of the observations."""
        cells, owns, units, precisions, figures = zip(*line.kept, strict=True)
        count, known, band, row = len(cells), line.known, self._band(owns), str(line.row)
        outer = ", ".join(filter(None, known.broken_down))
        columns: dict[str, Sequence[object]] = {
            **band.columns,
            "cell": [letters + row for letters in band.letters],
            "raw_text": [cell.text for cell in cells],
            "value": [cell.value for cell in cells],
            "precision": precisions,
            "unit": units,
        }
        if known.line_total:
            columns["is_total"] = [True] * count
        if known.status != "A":
            columns["obs_status"] = [known.status if own == "A" else own for own in columns["obs_status"]]
        if known.label is not None:
            columns["label"] = [known.label] * count
        if band.is_broken_down:
            columns["breakdown"] = [", ".join(filter(None, (outer, *own.breakdown))) for own in owns]
        for name, said in band.partial.items():
            columns[name] = [line.flat.get(name) if own is _SILENT else own for own in said]
        for position, period in line.periods.items():
            for name, moved_to in period.items():
                column = list(columns.get(name, ())) or [line.flat.get(name)] * count
                column[position] = moved_to
                columns[name] = column
        if any(figures):
            columns |= _columns_of(figures, columns)
        self._records.extend(
            count, columns, {**line.flat, "sheet": self._grid.name, "qualifier": "=", "breakdown": outer}
        )

    def _band(self, owns: Sequence[_Own]) -> _Band:
        """Return what the headers say together, which is the same for all rows that are filled alike."""
        positions = tuple([own.position for own in owns])
        if positions not in self._bands:
            self._bands[positions] = _Band(owns)
        return self._bands[positions]

    # -- what totals need ---------------------------------------------------------------------------------------

    @property
    def has_total_labels(self) -> bool:
        """Whether a row or a column is labelled as the total of others."""
        return any(own.is_total for own in self.owns.values()) or any(line.known.line_total for line in self._lines)

    def entries(self) -> list[Entry]:
        """Return the observations of the table, in the order of reading."""
        return [
            Entry(
                self._records,
                position,
                cell,
                own.heading,
                line.known.line_total,
                (*line.known.broken_down, *own.breakdown),
                line.known.section,
            )
            for line in self._lines
            for position, (cell, own, *_) in enumerate(line.kept, line.first)
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
        if across or any(not self._keys.isdisjoint(self._grid.row(row)) for row in below):
            self.refuse(reject("VALEUR_FUSIONNEE", raw_text=cell.text), cell)
            return True
        return False


_SILENT = object()
"""What a header says of a field that only other headers state."""


class _Own:
    """What the header of a value column states of its figures, worked out once for all its rows."""

    __slots__ = (
        *("breakdown", "flat", "gives", "heading", "is_special", "is_total", "label"),
        *("moves", "parts", "period", "position", "unit"),
    )

    def __init__(self, position: int, heading: Heading) -> None:
        named = dict(heading.named)
        broken_down = named.pop("breakdown", None)
        self.position = position
        self.heading = heading
        self.is_total = heading.is_total
        self.breakdown = () if broken_down is None else (str(broken_down),)
        self.parts = {name[7:]: int(str(named.pop(name))) for name in list(named) if name.startswith("period:")}
        period, indicator = named.get("period"), named.get("indicator")
        self.period = period if isinstance(period, Period) else None
        self.unit = indicator.unit if isinstance(indicator, Indicator) else ""
        self.flat = flatten(named)
        self.gives = frozenset(name for name, said in self.flat.items() if said is not None)
        self.label = " ".join(heading.text.split())
        column = heading.column
        self.moves = bool(column.years_before or column.day)
        silenced = any(said is None for name, said in self.flat.items() if name in _NEEDED)
        self.is_special = bool(self.parts or self.moves or silenced or column.at_most is not None)

    def lacking_in(self, line: _Line, period: Fields) -> str:
        """Return the first field that neither the header nor the row states; empty where all is known."""
        return next((name for name in _NEEDED if _said(name, period, self.flat, line.flat) is None), "")

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


class _Precisions(dict[str | None, float | None]):
    """The precision of whole numbers by number format; ``None`` where such numbers have more to say."""

    def __init__(self, expected: Expected) -> None:
        super().__init__()
        self._expected = expected

    def __missing__(self, number_format: str | None) -> float | None:
        found = full_precision(number_format, self._expected) if self._expected.unit else None
        self[number_format] = found
        return found


class _Band:
    """What the headers of some columns say, side by side."""

    __slots__ = ("columns", "is_broken_down", "letters", "partial")

    def __init__(self, owns: Sequence[_Own]) -> None:
        self.letters = [column_letters(own.position) for own in owns]
        self.is_broken_down = any(own.breakdown for own in owns)
        names = dict.fromkeys(name for own in owns for name in own.flat)
        said = {name: [own.flat.get(name, _SILENT) for own in owns] for name in names}
        self.partial = {name: column for name, column in said.items() if _SILENT in column}
        self.columns: dict[str, Sequence[object]] = {
            "label": [own.label for own in owns],
            "is_total": [own.is_total for own in owns],
            "obs_status": [own.heading.obs_status for own in owns],
            **{name: column for name, column in said.items() if _SILENT not in column},
        }
        """What does not depend on the row, by column of the observations."""


class _Line:
    """One row being read: what is known of it, and the figures that are kept."""

    __slots__ = ("first", "flat", "kept", "known", "lacks", "periods", "row", "unit")

    def __init__(self, row: int, known: KnownRow, first: int) -> None:
        indicator = known.facts.get("indicator")
        self.row = row
        self.known = known
        self.flat = flatten(known.facts)
        self.first = first
        self.unit = indicator.unit if isinstance(indicator, Indicator) else ""
        self.lacks = frozenset(name for name in _NEEDED if self.flat.get(name) is None)
        self.kept: list[tuple[Cell, _Own, str, float | None, Figure | None]] = []
        self.periods: dict[int, Fields] = {}


def _columns_of(
    figures: Sequence[Figure | None], columns: Mapping[str, Sequence[object]]
) -> dict[str, Sequence[object]]:
    """Return the columns of a row in which not every cell is a plain whole number."""
    numbers = zip(figures, columns["value"], columns["precision"], columns["obs_status"], strict=True)
    rows = [
        (value, precision, "=", None, None, status, None)
        if figure is None
        else (
            *(figure.value, figure.precision, figure.qualifier, figure.low, figure.high),
            # what the figure itself says comes before what its header or its row says
            *(status if figure.obs_status == "A" else figure.obs_status, figure.missing_reason),
        )
        for figure, value, precision, status in numbers
    ]
    names = ("value", "precision", "qualifier", "value_low", "value_high", "obs_status", "missing_reason")
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _said(name: str, *sources: Fields) -> object:
    """Return what the first source that speaks of a field says."""
    return next((source[name] for source in sources if name in source), None)


@lru_cache(maxsize=1024)
def _precisions(expected: Expected) -> _Precisions:
    return _Precisions(expected)


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
