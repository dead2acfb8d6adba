"""The fast path: rows of whole numbers, which most rows are, are taken as they stand, one after the other.

A row has a pattern: which columns it fills, of which kind each cell is, and in which format its numbers are shown. What
a pattern means is worked out once, and so is what its keys say where they are written alike. Then only the digits are
left to check.

What belongs here: recognising such a row, and taking it. What does not: any other row, and what holds around it
(``rows``), any other figure (``values``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.cells.workbook import HIDDEN_CODES, KIND_CODES, Kind
from pipeline.figures import LARGEST
from pipeline.figures.stated_units import Around, together
from pipeline.layouts.columns import ShapeColumns, Units, is_part
from pipeline.layouts.context import Readings
from pipeline.layouts.contradictions import first_contradiction
from pipeline.layouts.extraction import RowFacts
from pipeline.layouts.grid import Grid
from pipeline.layouts.keys import Fields, Read, read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.row_keys import unit_of
from pipeline.layouts.row_meanings import joined_remarks
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.values import ValueReader, whole_number_precision
from pipeline.vocabulary.territories import is_within
from pipeline.vocabulary.words import fold

_NUMBER = KIND_CODES[Kind.NUMBER]
_SHORT = len(str(LARGEST)) - 1
"""As many digits make a number below ``LARGEST``."""


class RowKeys(NamedTuple):
    """What the keys of a row say of its values, whatever holds around it."""

    fields: Fields
    indicator_unit: str | None
    label: str | None
    """The wording of the indicator; ``None`` where they name none, as its unit is."""
    breakdowns: tuple[str, ...]
    unit: str
    status: str
    reads: dict[str, Read]
    """The statements themselves, by field."""

    @classmethod
    def of(cls, reads: list[Read]) -> RowKeys:
        """Return what some keys say together."""
        indicator = next((read for read in reads if read.field == "indicator"), None)
        return cls(
            {name: stated for read in reads for name, stated in read.fields.items()},
            indicator and indicator.meaning.unit,
            indicator and " ".join(indicator.cell.text.split()),
            tuple(read.meaning or "" for read in reads if read.field == "breakdown"),
            unit_of(reads),
            next((read.status for read in reads if read.status != "A"), "A"),
            {read.field: read for read in reads},
        )

    def within(self, around: RowFacts) -> RowFacts:
        """Return what they say together with the facts around their row."""
        fields = around.fields | self.fields
        if around.fields.get("remark") and "remark" in self.fields:
            fields["remark"] = joined_remarks(around.fields["remark"], self.fields["remark"])
        return RowFacts(
            fields,
            around.indicator_unit if self.indicator_unit is None else self.indicator_unit,
            (*around.breakdowns, *self.breakdowns),
            around.label if self.label is None else self.label,
            around.status if self.status == "A" else self.status,
            together("", (around.unit, self.unit)) if around.unit else self.unit,
            around.section,
        )


class _Measures(NamedTuple):
    """The unit and the precision of each value of a row."""

    units: list[str]
    precisions: list[float | None]


class _ValuePattern:
    """What is the same for all rows of one pattern."""

    __slots__ = ("formats", "headers", "kinds", "measures")

    def __init__(self, kinds: bytes, formats: tuple[str | None, ...], headers: list[int]) -> None:
        self.kinds = kinds
        """The places of the kinds of the keys."""
        self.formats = formats
        """The number formats of the values."""
        self.headers = headers
        """Where the headers of the values stand among those of the workbook."""
        self.measures: dict[tuple[str, str], _Measures | None] = {}
        """By the unit of the indicator that a row names, and by its wording of the unit."""


class FastPath:
    """The rows of one table being read that are taken as they stand."""

    def __init__(
        self, grid: Grid, located: FoundTable, layout: Layout, values: ValueReader, split: frozenset[str]
    ) -> None:
        """Begin a table.

        Args:
            grid: the sheet.
            located: the table.
            layout: what the source declares.
            values: what reads the values of its other rows.
            split: the codes of the departments of which the file names a part.
        """
        self._grid, self._cells = grid, grid.cells
        self._totals = located.compiled.totals
        self._row_keys = located.compiled.cache.keys
        self._layout = layout
        self._values = values
        self._split = split
        self._farther: Readings = {}
        self._agreeing: dict[int, RowKeys] = {}
        """Keys that nothing around the rows contradicts, by their identity."""
        self._patterns: dict[tuple[ShapeColumns, bytes, bytes], _ValuePattern | None] = {}

    def take(self, row: int, start: int, columns: ShapeColumns, around: RowFacts) -> bool:
        """Add the figures of a row if it can be taken as it stands; return whether it can.

        What could be a total, a section or a header again cannot, and nor can what hides a cell or lacks a key.

        Args:
            row: its number.
            start: the position of its first cell among those of the sheet.
            columns: those that it fills.
            around: what holds for all rows of its section.
        """
        pattern = self._pattern(start, columns)
        if pattern is None:
            return False
        texts = self._cells.texts[start : start + len(columns.roles)]
        values = (
            texts[columns.run.start : columns.run.stop] if columns.run else [texts[place] for place in columns.places]
        )
        digits = "".join(values)
        if not (digits.isdecimal() and digits.isascii() and max(map(len, values)) <= _SHORT):
            return False
        if columns.first_words and fold(texts[columns.first]) in columns.first_words:
            return False
        keys = self._keys(row, start, columns, pattern, texts)
        if keys is None or self._is_elsewhere(keys.fields, around.fields) or not self._agrees(keys):
            return False
        facts = keys.within(around)
        measures = self._measures(pattern, columns, facts)
        if measures is None or None in map(facts.fields.get, columns.needs):
            return False
        first = start + columns.run.start
        positions = (
            range(first, first + len(columns.run)) if columns.run else [start + place for place in columns.places]
        )
        self._values.observations.add_row(
            self._values.sheet, facts, pattern.headers, positions, measures.units, measures.precisions
        )
        return True

    @property
    def farther(self) -> Readings:
        """What is stated around the rows that follow, and what they state must agree with."""
        return self._farther

    @farther.setter
    def farther(self, stated: Readings) -> None:
        self._farther, self._agreeing = stated, {}

    def _agrees(self, keys: RowKeys) -> bool:
        if not self._farther or id(keys) in self._agreeing:
            return True
        if first_contradiction(keys.reads, self._farther) is not None:
            return False
        self._agreeing[id(keys)] = keys
        return True

    def _is_elsewhere(self, fields: Fields, around: Fields) -> bool:
        """Whether a row is about a territory of which the file may have nothing to say."""
        if self._split and fields.get("territory_level") == "department" and fields["territory_code"] in self._split:
            return True
        if self._layout.partition != "region" or "territory_code" not in fields:
            return False
        return not is_within(fields["territory_level"], fields["territory_code"], around.get("territory_code"))

    def _pattern(self, start: int, columns: ShapeColumns) -> _ValuePattern | None:
        """Return the pattern of a row; ``None`` where its values are not all numbers that are shown."""
        cells, stop = self._cells, start + len(columns.roles)
        if self._grid.hides and HIDDEN_CODES[True] in cells.hidden[start:stop]:
            return None
        if cells.struck and self._grid.has_struck(range(start, stop)):
            return None
        size = cells.formats.itemsize
        kinds, formats = self._grid.kinds[start:stop], self._grid.formats[start * size : stop * size]
        try:
            return self._patterns[columns, kinds, formats]
        except KeyError:
            pattern = self._patterns[columns, kinds, formats] = self._make_pattern(
                columns, kinds, cells.formats[start:stop]
            )
            return pattern

    def _make_pattern(self, columns: ShapeColumns, kinds: bytes, formats: Sequence[int]) -> _ValuePattern | None:
        if {kinds[place] for place in columns.places} != {_NUMBER}:
            return None
        if self._grid.wordy and not self._grid.wordy.isdisjoint(formats[place] for place in columns.key_places):
            return None
        codes, first = self._cells.number_formats.codes, self._values.first_header
        return _ValuePattern(
            bytes([kinds[place] for place in columns.key_places]),
            tuple([codes[formats[place]] for place in columns.places]),
            [first + header for header in columns.header_places],
        )

    def _keys(
        self, row: int, start: int, columns: ShapeColumns, pattern: _ValuePattern, texts: list[str]
    ) -> RowKeys | None:
        """Return what the keys of a row say together, ``None`` where one says nothing, or a total.

        They are read once where they are written alike.
        """
        wording: tuple[object, ...] = (
            columns.key_columns,
            pattern.kinds,
            *[texts[place] for place in columns.key_places],
        )
        if self._cells.values:  # a date says more than its text
            wording = (*wording, *[self._cells.values.get(start + place) for place in columns.key_places])
        try:
            keys = self._row_keys[wording]
        except KeyError:
            keys = self._row_keys[wording] = self._read_keys(row, start, columns)
        return keys

    def _read_keys(self, row: int, start: int, columns: ShapeColumns) -> RowKeys | None:
        reads: list[Read] = []
        for heading, place in zip(columns.keys, columns.key_places, strict=True):
            read = read_key(self._cells.cell(row, start + place), heading.compiled, self._layout)
            says = read.problem is None and (read.meaning is not None or is_part(heading))
            if not says or not read.cell.text.strip() or fold(read.cell.text) in self._totals:
                return None
            reads.append(read)
        return RowKeys.of(reads)

    def _measures(self, pattern: _ValuePattern, columns: ShapeColumns, facts: RowFacts) -> _Measures | None:
        """Return the unit and the precision of each value; ``None`` where a number has more to say than itself."""
        stated = facts.indicator_unit, facts.unit
        try:
            return pattern.measures[stated]
        except KeyError:
            layout = self._layout
            around = self._values.units, self._values.dot, layout.comma, layout.dash
            measures = pattern.measures[stated] = _work_out_measures(columns.units, pattern.formats, *stated, *around)
            return measures


@lru_cache(maxsize=1024)
def _work_out_measures(
    columns: tuple[Units, ...],
    formats: tuple[str | None, ...],
    named: str,
    worded: str,
    around: tuple[Around, ...],
    dot: str,
    comma: str,
    dash: str,
) -> _Measures | None:
    """Return the unit and the precision of each whole number; ``None`` where one has more to say than itself.

    Args:
        columns: what the header of each says of its unit.
        formats: the number format of each.
        named: the unit of the indicator that the row names.
        worded: the wording of the unit in the row.
        around: what is said elsewhere of the figures of the table.
        dot: what a point means to the layout.
        comma: what a comma does.
        dash: what a dash does.
    """
    units = [column.of_row(named, worded, around) for column in columns]
    precisions = [
        whole_number_precision(*unit, dot, comma, dash, code) for unit, code in zip(units, formats, strict=True)
    ]
    return None if None in precisions else _Measures([unit for unit, _ in units], precisions)
