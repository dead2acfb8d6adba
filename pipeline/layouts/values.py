"""ReadField the value cells of a table: what each says, put together with what its row and its header know.

Most cells of most workbooks are whole numbers that say nothing but themselves, so that a row of them is taken as it
stands; only what is written otherwise goes through the grammar of figures.

What belongs here: the figures of a row, and what is known about each. What does not: which rows are read and what
their keys mean (``rows``), what a figure's writing means (``pipeline.figures``), sums (``totals``), spreading what rows
and headers say over the figures (``extraction``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pipeline.cells.workbook import KIND_CODES, Cell, Kind
from pipeline.figures import LARGEST, Expected, Figure, full_precision, read_cell
from pipeline.layouts.columns import NEEDED, Columns, RowContext, ShapeColumns, ValueColumn
from pipeline.layouts.extraction import Extraction, Observations
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Fields
from pipeline.layouts.language import Layout
from pipeline.layouts.products import in_words
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.tables import FoundTable
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.typography import french_number

_STATUSES = {"P", "R", "E", "B"}
_BARE_NUMBER = re.compile(r"[+-]?\s*[0-9][0-9\s.,']*")
_NUMBER = KIND_CODES[Kind.NUMBER]
_SHORT = len(str(LARGEST)) - 1
"""As many digits make a number below ``LARGEST``."""


@dataclass(slots=True)
class TableFigure:
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

    def __init__(
        self,
        grid: Grid,
        located: FoundTable,
        columns: Columns,
        layout: Layout,
        unit: str,
        sheet: int,
        result: Extraction,
    ) -> None:
        """Begin a table.

        Args:
            grid: the sheet.
            located: the table.
            columns: what its columns are for.
            layout: what the source declares about its figures.
            unit: the wording of the unit that holds where neither a row nor a header states one.
            sheet: the place of the sheet in the workbook.
            result: what the observations and the refusals are added to.
        """
        self._columns = columns
        self.owns = columns.owns
        self._last_row = located.last_row
        self._grid = grid
        self._layout = layout
        self.unit = unit
        self.sheet = sheet
        self._result = result
        self.observations = result.observations
        self.first_head = len(self.observations.heads)
        """Where the header of the first column of values stands among those of the workbook."""
        self.observations.heads += columns.heads
        self._first_line, self._first_figure = len(self.observations.lines), len(self.observations)
        """How many rows and figures the workbook has before those of the table."""
        self._texts: dict[int, list[Cell]] = {}
        """By column, the numbers that are stored as texts."""

    def read_row(self, cells: Row, known: RowContext) -> None:
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

    def _read_each(self, cells: Row, known: RowContext, band: ShapeColumns) -> None:
        """Add the values of a row that can be read, one by one."""
        is_merged = self._grid.has_merges(cells.number)
        lacks = {name for name in NEEDED if known.said.fields.get(name) is None}
        layout = self._layout
        kept: list[tuple[int, int, str, float | None, Figure | None, Fields]] = []
        for own, column, head, place in zip(band.owns, band.positions, band.heads, band.places, strict=True):
            unit, stated = own.units.of_row(known.said.indicator_unit, known.said.unit, self.unit)
            cell = cells[column]
            if is_merged and self._stands_over_others(cell):
                continue
            value, figure, precision = cell.value, None, None
            if type(value) is int and cell.kind is Kind.NUMBER and -LARGEST < value < LARGEST:
                precision = plain_precision(unit, stated, layout.dot, layout.comma, layout.dash, cell.number_format)
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
            kept.append((self.first_head + head, cells.start + place, unit, precision, figure, period))
        if kept:
            heads, positions, kept_units, kept_precisions, figures, periods = zip(*kept, strict=True)
            found = self.observations
            first = found.add_row(self.sheet, known.said, heads, positions, kept_units, kept_precisions)
            found.figures |= {first + at: figure for at, figure in enumerate(figures) if figure}
            found.periods |= {first + at: period for at, period in enumerate(periods) if period}

    def _figure_of_row(self, cell: Cell, own: ValueColumn, known: RowContext, unit: str, stated: str) -> Figure | None:
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
        if status in _STATUSES and isinstance(figure, Figure) and figure.value is None:
            figure = reject("MARQUE_SANS_VALEUR", raw_text=cell.text, mark=bare.text)
        if isinstance(figure, Rejection):
            self.refuse(figure, cell)
            return None
        if cell.kind is Kind.TEXT and figure.value is not None and _BARE_NUMBER.fullmatch(cell.text.strip()):
            self._texts.setdefault(cell.column, []).append(cell)
        return replace(figure, obs_status=status) if status in _STATUSES and figure.obs_status == "A" else figure

    # -- putting together ---------------------------------------------------------------------------------------

    def _may_stand(
        self, cell: Cell, own: ValueColumn, known: RowContext, period: Fields, figure: Figure | None
    ) -> bool:
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
        lines = self.observations.lines[self._first_line :]
        return any(own.head.is_total for own in self.owns.values()) or any(said.line_total for said in lines)

    def entries(self) -> list[TableFigure]:
        """Return the observations of the table, in the order of reading."""
        owns = dict(enumerate(self.owns.values(), self.first_head))
        return [self._entry(place, owns) for place in range(self._first_figure, len(self.observations))]

    def _entry(self, place: int, owns: Mapping[int, ValueColumn]) -> TableFigure:
        observations = self.observations
        own, said = owns[observations.head[place]], observations.lines[observations.line[place]]
        return TableFigure(
            observations,
            place,
            self._grid.cells[observations.position[place]],
            own.heading,
            said.line_total,
            (*said.broken_down, *own.breakdown),
            said.section,
        )

    # -- refusals and remarks -----------------------------------------------------------------------------------

    def refuse(self, problem: Rejection, cell: Cell) -> None:
        """Note a refusal at the cell that it is about."""
        raw_text = problem.raw_text or cell.text
        self._result.rejections.append(replace(problem, sheet=self._grid.name, cell=cell.address, raw_text=raw_text))

    def refuse_keyless(self, cell: Cell, lacking: str) -> None:
        """Refuse a value of which nobody can tell what it is about, and say what lacks."""
        self._grid.claim(cell, "value")
        self.refuse(reject("CLE_ABSENTE", raw_text=cell.text, expected=in_words(lacking)), cell)

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
        keys = {position for position, _ in self._columns.keys}
        if across or any(not keys.isdisjoint(self._grid.row(row)) for row in below):
            self.refuse(reject("VALEUR_FUSIONNEE", raw_text=cell.text), cell)
            return True
        return False


@lru_cache(maxsize=4096)
def plain_precision(unit: str, stated: str, dot: str, comma: str, dash: str, number_format: str | None) -> float | None:
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
