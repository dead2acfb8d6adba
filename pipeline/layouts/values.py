"""Reading the value cells of a table: what each says, put together with what its row and its header know.

Most cells of most workbooks are whole numbers that say nothing but themselves, so that a row of them is taken as it
stands (``fast_path``); anything else goes through the grammar of figures.

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

from pipeline.cells.shown import words_around
from pipeline.cells.workbook import KIND_CODES, Cell, Kind
from pipeline.figures import LARGEST, Expected, Figure, full_precision, missing_figure, read_cell
from pipeline.figures.declared_marks import Marks, status_alone, take_declared
from pipeline.figures.periods import OPEN_END, Period
from pipeline.figures.stated_units import Around
from pipeline.layouts.columns import NEEDED, Columns, RowContext, ShapeColumns, ValueColumn
from pipeline.layouts.contradictions import other_period
from pipeline.layouts.extraction import Extraction, Observations
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Fields, Read
from pipeline.layouts.labels import is_repetition
from pipeline.layouts.language import Layout
from pipeline.layouts.mark_notes import DoubtfulMarks
from pipeline.layouts.missing_codes import with_line_to_add
from pipeline.layouts.products import in_words
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.struck import struck_cell, struck_column, struck_part, struck_row
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
    total_word: str
    breakdowns: tuple[str, ...]
    """The part of each breakdown that it is about, before they make one."""
    section: tuple[str, ...]
    is_sum: bool = False
    """Whether the figures of which it is the sum were found."""

    def field(self, name: str) -> Any:
        """Return one field of the observation."""
        return self.observations.field(self.place, name)


class ValueReader:
    """The value cells of one table being read."""

    def __init__(
        self,
        grid: Grid,
        located: FoundTable,
        columns: Columns,
        layout: Layout,
        units: tuple[Around, ...],
        dot: str,
        sheet: int,
        result: Extraction,
    ) -> None:
        """Begin a table.

        Args:
            grid: the sheet.
            located: the table.
            columns: what its columns are for.
            layout: what the source declares about its figures.
            units: the units that are stated elsewhere for the figures of the table.
            dot: what a dot in a number means in the file.
            sheet: the place of the sheet in the workbook.
            result: what the observations and the refusals are added to.
        """
        self._columns = columns
        self._marks = located.compiled.marks
        self.value_columns = columns.value_columns
        self._first_table_row, self._last_row = located.first_row, located.last_row
        self._grid = grid
        self._layout = layout
        self.units = units
        self.dot = dot
        self.sheet = sheet
        self._result = result
        self.observations = result.observations
        self.first_header = len(self.observations.headers)
        """Where the header of the first column of values stands among those of the workbook."""
        self.observations.headers += columns.header_facts
        self._first_row, self._first_figure = len(self.observations.rows), len(self.observations)
        """How many rows and figures the workbook has before those of the table."""
        self.contradicted: dict[int, Rejection] = {}
        """The columns whose header what is said around the present rows contradicts, and why they are refused."""
        self.beside: dict[int, Cell] = {}
        """The marks that stand in cells of their own in the present row, by the column of the figure before each."""
        self.doubtful: DoubtfulMarks | None = None
        """The marks that the file explains otherwise than they are read."""
        self._texts: dict[int, list[Cell]] = {}
        """By column, the numbers that are stored as texts."""
        self._zeros: list[Cell] = []
        """Zeros that their format does not show."""

    def read_row(self, cells: Row, context: RowContext) -> None:
        """Add the observation of each value of a row.

        Args:
            cells: its cells by column.
            context: what holds for all of them.
        """
        columns = self._columns.of_shape(cells.shape)
        if context.row_facts.total_word:
            self._grid.claim_row(cells, self.value_columns, "total")
        if columns.value_columns:
            self._read_each(cells, context, columns)

    def _read_each(self, cells: Row, context: RowContext, columns: ShapeColumns) -> None:
        """Add the values of a row that can be read, one by one."""
        is_merged = self._grid.has_merges(cells.number)
        lacks = {name for name in NEEDED if context.row_facts.fields.get(name) is None}
        layout = self._layout
        kept: list[tuple[int, int, str, float | None, Figure | None, Fields]] = []
        of_columns = zip(columns.value_columns, columns.positions, columns.header_places, columns.places, strict=True)
        for column, position, header, place in of_columns:
            unit, stated = column.units.of_row(context.row_facts.indicator_unit, context.row_facts.unit, self.units)
            cell = cells[position]
            if column.struck is not None:
                self.refuse(struck_column(cell, column.struck), cell)
                continue
            if cell.column in self.contradicted:
                self.refuse(replace(self.contradicted[cell.column], raw_text=cell.text), cell)
                continue
            if is_merged and self._stands_over_others(cell):
                continue
            value, figure, precision = cell.value, None, None
            is_plain = not cell.is_struck and cell.column not in self.beside
            is_plain = is_plain and not column.heading.compiled.missing.numbers
            if type(value) is int and cell.kind is Kind.NUMBER and is_plain and -LARGEST < value < LARGEST:
                precision = whole_number_precision(
                    unit, stated, self.dot, layout.comma, layout.dash, cell.number_format
                )
            if precision is None:
                figure = self._figure_of_row(cell, column, context, unit, stated)
                if figure is None:
                    continue
            elif not (cell.text.isdecimal() and cell.text.isascii()):
                figure = Figure(cell.text, float(value), unit, precision, "=", None, None, "A", None)  # type: ignore[arg-type]
            period: Fields = {}
            if column.is_special or cell.hidden or cell.struck or not lacks <= column.gives:
                period = column.period_in(context)
                if not self._may_stand(cell, column, context, period, figure):
                    continue
            kept.append((self.first_header + header, cells.start + place, unit, precision, figure, period))
        if kept:
            headers, positions, kept_units, kept_precisions, figures, periods = zip(*kept, strict=True)
            found = self.observations
            first = found.add_row(self.sheet, context.row_facts, headers, positions, kept_units, kept_precisions)
            found.figures |= {first + at: figure for at, figure in enumerate(figures) if figure}
            found.periods |= {first + at: period for at, period in enumerate(periods) if period}

    def _figure_of_row(
        self, cell: Cell, column: ValueColumn, context: RowContext, unit: str, stated: str
    ) -> Figure | None:
        """Return what a cell says that is more than a whole number; ``None``, once refused, where it says nothing."""
        if unit:
            return self.figure(cell, unit, stated, column.heading)
        self.refuse_keyless(cell, column.lacking_in(context, column.period_in(context)) or "unit")
        return None

    def refuse_row(self, cells: Row, lacking: str) -> None:
        """Refuse the values of a row of which nobody can tell what they are about."""
        for column in self.value_columns:
            if column in cells:
                self.refuse_keyless(cells[column], lacking)

    def refuse_values(self, cells: Row, problem: Rejection) -> None:
        """Refuse the values of a row for one reason, or what it states where it has none."""
        values = [cells[column] for column in self.value_columns if column in cells]
        for cell in values or [cells[next(iter(cells))]]:
            self._grid.claim(cell, "value")
            self.refuse(replace(problem, raw_text=cell.text), cell)

    def refuse_struck(self, cells: Row, label: Cell) -> None:
        """Refuse the values of a row, or what it states, where its label or the header of its labels is struck."""
        wording = struck_column if label.row < self._first_table_row else struck_row
        values = [cells[column] for column in self.value_columns if column in cells]
        for cell in values if self.value_columns else [cells[next(iter(cells))]]:
            self._grid.claim(cell, "value")
            self.refuse(wording(cell, label), cell)

    def figure(self, cell: Cell, unit: str, stated: str, heading: Heading) -> Figure | None:
        """Return what a value cell says; ``None``, and the refusal is noted, where it cannot be read."""
        if cell.is_struck:
            self.refuse(struck_cell(cell), cell)
            return None
        if cell.kind is Kind.TEXT and is_repetition(cell.text):
            self.refuse(reject("REPETITION", raw_text=cell.text), cell)
            return None
        expected, status, bare = self._expected(unit, stated), "", cell
        if cell.is_unshown:
            self.refuse(reject("VALEUR_NON_AFFICHEE"), cell)
            return None
        if cell.kind is Kind.TEXT and not cell.text and cell.column in self.value_columns:
            self._zeros.append(cell)
        codes = heading.compiled.missing
        if reason := codes.reason(cell):
            return missing_figure(cell.text, unit, reason)
        if self._marks:
            bare, status = _without_marks(cell, self._marks)
        if bare is not cell and status not in _STATUSES and (reason := codes.reason(bare)):
            return missing_figure(cell.text, unit, reason)
        if self.doubtful and (refusal := self.doubtful.refusal(cell, *self._beside(cell))) is not None:
            self.refuse(refusal, cell)
            return None
        figure = read_cell(bare, expected)
        for mark in self._beside(cell):
            status = status if status in _STATUSES else status_alone(mark.text, self._marks)
        is_missing = codes.reason(bare) is not None or (isinstance(figure, Figure) and figure.value is None)
        code = codes.under_status(bare.text)
        if (status in _STATUSES and is_missing) or code:
            figure = reject("MARQUE_SANS_VALEUR", raw_text=cell.text, mark=code or bare.text)
        if isinstance(figure, Rejection):
            self.refuse(with_line_to_add(figure), cell)
            return None
        if cell.kind is Kind.TEXT and figure.value is not None and _BARE_NUMBER.fullmatch(cell.text.strip()):
            self._texts.setdefault(cell.column, []).append(cell)
        return replace(figure, obs_status=status) if status in _STATUSES and figure.obs_status == "A" else figure

    def _beside(self, cell: Cell) -> list[Cell]:
        """Return the mark that stands in a cell of its own behind a figure."""
        beside = self.beside.get(cell.column)
        return [beside] if beside is not None and beside.row == cell.row else []

    def _expected(self, unit: str, stated: str) -> Expected:
        return _expectation(unit, stated, self.dot, self._layout.comma, self._layout.dash)

    # -- putting together ---------------------------------------------------------------------------------------

    def _may_stand(
        self, cell: Cell, column: ValueColumn, context: RowContext, period: Fields, figure: Figure | None
    ) -> bool:
        """Whether a figure is complete and plausible where it stands; what it is not is refused."""
        if missing := column.lacking_in(context, period):
            self.refuse_keyless(cell, missing)
            return False
        self.remark_loaded(cell)
        limit, value = column.heading.column.at_most, figure.value if figure else cell.value
        if limit is not None and isinstance(value, int | float) and value > limit:
            words = {"value": french_number(value), "expected": french_number(limit)}
            self.refuse(reject("VALEUR_HORS_BORNES", raw_text=cell.text, **words), cell)
            return False
        return True

    # -- what totals need ---------------------------------------------------------------------------------------

    @property
    def has_total_labels(self) -> bool:
        """Whether a row or a column is labelled as the total of others."""
        rows = self.observations.rows[self._first_row :]
        return any(c.facts.is_total for c in self.value_columns.values()) or any(facts.total_word for facts in rows)

    def entries(self) -> list[TableFigure]:
        """Return the observations of the table, in the order of reading."""
        columns = dict(enumerate(self.value_columns.values(), self.first_header))
        return [self._entry(place, columns) for place in range(self._first_figure, len(self.observations))]

    def _entry(self, place: int, columns: Mapping[int, ValueColumn]) -> TableFigure:
        observations = self.observations
        column, facts = columns[observations.header[place]], observations.rows[observations.row[place]]
        return TableFigure(
            observations,
            place,
            self._grid.cells[observations.position[place]],
            column.heading,
            facts.total_word,
            (*facts.breakdowns, *column.breakdown),
            facts.section,
        )

    def hold_against(self, period: Read) -> None:
        """Refuse all figures of the table where none is about the period that stands over it."""
        places = range(self._first_figure, len(self.observations))
        problem = other_period(period, filter(None, map(self._period_of, places)))
        if problem is not None:
            for place in places:
                self.refuse(problem, self._grid.cells[self.observations.position[place]])
            self.observations.cut(self._first_row, self._first_figure)

    def _period_of(self, place: int) -> Period | None:
        start, end = (self.observations.field(place, name) for name in ("period_start", "period_end"))
        return Period(start, end or OPEN_END, "") if start else None

    def claim_anchor(self, anchor: Cell) -> Fields:
        """Give its role to the cell that stands for a record, and return where it is and what it says."""
        self._grid.claim(anchor, "value")
        return {"sheet": self._grid.name, "cell": anchor.address, "raw_text": anchor.text}

    # -- refusals and remarks -----------------------------------------------------------------------------------

    def refuse(self, problem: Rejection, cell: Cell) -> None:
        """Note a refusal at the cell that it is about."""
        raw_text = problem.raw_text or cell.text
        self._result.rejections.append(replace(problem, sheet=self._grid.name, cell=cell.address, raw_text=raw_text))

    def refuse_each(self, cells: Row, problem: Rejection) -> None:
        """Refuse the values of a row for what is said over it."""
        for column in self.value_columns:
            if column in cells:
                self.refuse(problem, cells[column])

    def refuse_keyless(self, cell: Cell, lacking: str) -> None:
        """Refuse a value of which nobody can tell what it is about, and say what lacks."""
        self._grid.claim(cell, "value")
        self.refuse(reject("CLE_ABSENTE", raw_text=cell.text, expected=in_words(lacking)), cell)

    def remark_loaded(self, cell: Cell) -> None:
        """Say so where a cell that is loaded stands in a hidden row or column, or where a part of it is struck."""
        if cell.struck:
            self.refuse(struck_part(cell), cell)
        if cell.hidden:
            self.refuse(reject("CELLULE_MASQUEE", raw_text=cell.text), cell)

    def remark_texts(self) -> None:
        """Say which columns hold numbers that are stored as texts, which no spreadsheet adds up, and zeros unseen."""
        if self._zeros:
            count, first = len(self._zeros), self._zeros[0].address
            self._result.rejections.append(reject("ZERO_NON_AFFICHE", sheet=self._grid.name, cell=first, count=count))
        for cells in self._texts.values():
            first, last = cells[0].address, cells[-1].address
            place = first if first == last else f"{first}:{last}"
            self._result.rejections.append(
                reject("NOMBRE_TEXTE", sheet=self._grid.name, cell=place, raw_text=cells[0].text, count=len(cells))
            )

    def _stands_over_others(self, cell: Cell) -> bool:
        """Whether a value is merged over the place of others, and refused: nobody can tell whose it is."""
        span = self._grid.span(cell.row, cell.column)
        across = any(column in self.value_columns for column in range(span.left + 1, span.right + 1))
        below = range(span.top + 1, min(span.bottom, self._last_row) + 1)
        keys = {position for position, _ in self._columns.keys}
        if across or any(not keys.isdisjoint(self._grid.row(row)) for row in below):
            self.refuse(reject("VALEUR_FUSIONNEE", raw_text=cell.text), cell)
            return True
        return False


@lru_cache(maxsize=4096)
def whole_number_precision(
    unit: str, stated: str, dot: str, comma: str, dash: str, number_format: str | None
) -> float | None:
    """Return the precision of whole numbers in a unit; ``None`` where such numbers have more to say."""
    return full_precision(number_format, _expectation(unit, stated, dot, comma, dash)) if unit else None


@lru_cache(maxsize=1024)
def _expectation(unit: str, stated: str, dot: str, comma: str, dash: str) -> Expected:
    return Expected(unit, stated, dot, comma, dash)


def _without_marks(cell: Cell, marks: Marks) -> tuple[Cell, str]:
    """Return a value cell without the declared marks behind its figure, and what they mean.

    A number may have them in its format, which shows them.
    """
    if cell.kind is Kind.NUMBER and cell.number_format and (after := words_around(cell.number_format)[1]):
        bare, status = take_declared(f"0{after}", marks)
        taken = f"0{after}".rstrip()[len(bare) :].strip()
        return (cell._replace(number_format=cell.number_format.replace(taken, "")), status) if status else (cell, "")
    if cell.kind is not Kind.TEXT:
        return cell, ""
    bare, status = take_declared(cell.text, marks)
    return (cell._replace(text=bare, value=bare), status) if status else (cell, "")
