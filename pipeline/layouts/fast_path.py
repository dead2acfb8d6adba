"""Rows of plain whole numbers, which most rows of most workbooks are: taken as they stand, one after the other.

A row is told by how it looks: which columns it fills, of which kind each cell is, and in which format its numbers are
shown. What a look means is worked out once, and so is what its keys say where they are written alike. Then only the
digits are left to look at.

What belongs here: telling such a row, and taking it. What does not: any other row, and what holds around it (``rows``),
any other figure (``values``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.cells.workbook import HIDDEN_CODES, KIND_CODES, Kind
from pipeline.figures import LARGEST
from pipeline.layouts.columns import ShapeColumns, Units, is_part
from pipeline.layouts.extraction import RowFacts
from pipeline.layouts.grid import Grid
from pipeline.layouts.keys import Fields, Read, read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.values import ValueReader, plain_precision
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
    broken_down: tuple[str, ...]
    unit: str
    status: str

    @classmethod
    def of(cls, reads: list[Read]) -> RowKeys:
        """Return what some keys say together."""
        indicator = next((read for read in reads if read.field == "indicator"), None)
        return cls(
            {name: said for read in reads for name, said in read.fields.items()},
            indicator and indicator.meaning.unit,
            indicator and " ".join(indicator.cell.text.split()),
            tuple(read.meaning or "" for read in reads if read.field == "breakdown"),
            next((read.cell.text for read in reads if read.field == "unit"), ""),
            next((read.status for read in reads if read.status != "A"), "A"),
        )

    def within(self, around: RowFacts) -> RowFacts:
        """Return what they say together with the facts around their row."""
        return RowFacts(
            around.fields | self.fields,
            around.indicator_unit if self.indicator_unit is None else self.indicator_unit,
            (*around.broken_down, *self.broken_down),
            around.label if self.label is None else self.label,
            around.status if self.status == "A" else self.status,
            self.unit,
            around.section,
        )


class _Written(NamedTuple):
    """The unit and the precision of each value of a row."""

    units: list[str]
    precisions: list[float | None]


class _RowPattern:
    """What is the same for all rows that look alike."""

    __slots__ = ("formats", "heads", "kinds", "written")

    def __init__(self, kinds: bytes, formats: tuple[str | None, ...], heads: list[int]) -> None:
        self.kinds = kinds
        """The places of the kinds of the keys."""
        self.formats = formats
        """The number formats of the values."""
        self.heads = heads
        """Where the headers of the values stand among those of the workbook."""
        self.written: dict[tuple[str, str], _Written | None] = {}
        """By the unit of the indicator that a row names, and by its wording of the unit."""


class PlainRows:
    """The plain rows of one table being read."""

    def __init__(self, grid: Grid, located: FoundTable, layout: Layout, values: ValueReader) -> None:
        """Begin a table.

        Args:
            grid: the sheet.
            located: the table.
            layout: what the source declares.
            values: what reads the values of its other rows.
        """
        self._grid, self._cells = grid, grid.cells
        self._totals = located.compiled.totals
        self._known_keys = located.compiled.cache.keys
        self._layout = layout
        self._values = values
        self._looks: dict[tuple[ShapeColumns, bytes, bytes], _RowPattern | None] = {}

    def take(self, row: int, start: int, band: ShapeColumns, around: RowFacts) -> bool:
        """Add the figures of a row if it is plain; return whether it is.

        What could be a total, a section or a header again is not, and nor is what hides a cell or lacks a key.

        Args:
            row: its number.
            start: the position of its first cell among those of the sheet.
            band: the columns that it fills.
            around: what holds for all rows of its section.
        """
        look = self._look(start, band)
        if look is None:
            return False
        texts = self._cells.texts[start : start + len(band.roles)]
        values = texts[band.run.start : band.run.stop] if band.run else [texts[place] for place in band.places]
        digits = "".join(values)
        if not (digits.isdecimal() and digits.isascii() and max(map(len, values)) <= _SHORT):
            return False
        if band.first_words and fold(texts[band.first]) in band.first_words:
            return False
        keys = self._keys(row, start, band, look, texts)
        if keys is None or self._is_elsewhere(keys.fields, around.fields):
            return False
        said = keys.within(around)
        written = self._written(look, band, said)
        if written is None or None in map(said.fields.get, band.needs):
            return False
        first = start + band.run.start
        positions = range(first, first + len(band.run)) if band.run else [start + place for place in band.places]
        self._values.observations.add_row(
            self._values.sheet, said, look.heads, positions, written.units, written.precisions
        )
        return True

    def _is_elsewhere(self, own: Fields, around: Fields) -> bool:
        """Whether a row is about a territory of which a return of the region around it may have nothing to say."""
        if self._layout.partition != "region" or "territory_code" not in own:
            return False
        return not is_within(own["territory_level"], own["territory_code"], around.get("territory_code"))

    def _look(self, start: int, band: ShapeColumns) -> _RowPattern | None:
        """Return what a row looks like; ``None`` where its values are not all numbers that are shown."""
        cells, stop = self._cells, start + len(band.roles)
        if self._grid.hides and HIDDEN_CODES[True] in cells.hidden[start:stop]:
            return None
        size = cells.formats.itemsize
        kinds, formats = self._grid.kinds[start:stop], self._grid.formats[start * size : stop * size]
        try:
            return self._looks[band, kinds, formats]
        except KeyError:
            look = self._looks[band, kinds, formats] = self._make_look(band, kinds, cells.formats[start:stop])
            return look

    def _make_look(self, band: ShapeColumns, kinds: bytes, formats: Sequence[int]) -> _RowPattern | None:
        if {kinds[place] for place in band.places} != {_NUMBER}:
            return None
        codes, first = self._cells.number_formats.codes, self._values.first_head
        return _RowPattern(
            bytes([kinds[place] for place in band.key_places]),
            tuple([codes[formats[place]] for place in band.places]),
            [first + head for head in band.heads],
        )

    def _keys(self, row: int, start: int, band: ShapeColumns, look: _RowPattern, texts: list[str]) -> RowKeys | None:
        """Return what the keys of a row say together, ``None`` where one says nothing, or a total.

        They are read once where they are written alike.
        """
        wording: tuple[object, ...] = (band.key_columns, look.kinds, *[texts[place] for place in band.key_places])
        if self._cells.values:  # a date says more than its text
            wording = (*wording, *[self._cells.values.get(start + place) for place in band.key_places])
        try:
            keys = self._known_keys[wording]
        except KeyError:
            keys = self._known_keys[wording] = self._read_keys(row, start, band)
        return keys

    def _read_keys(self, row: int, start: int, band: ShapeColumns) -> RowKeys | None:
        reads: list[Read] = []
        for heading, place in zip(band.keys, band.key_places, strict=True):
            read = read_key(self._cells.cell(row, start + place), heading.compiled, self._layout)
            says = read.problem is None and (read.meaning is not None or is_part(heading))
            if not says or not read.cell.text.strip() or fold(read.cell.text) in self._totals:
                return None
            reads.append(read)
        return RowKeys.of(reads)

    def _written(self, look: _RowPattern, band: ShapeColumns, said: RowFacts) -> _Written | None:
        """Return the unit and the precision of each value; ``None`` where a number has more to say than itself."""
        stated = said.indicator_unit, said.unit
        try:
            return look.written[stated]
        except KeyError:
            layout = self._layout
            around = self._values.unit, layout.dot, layout.comma, layout.dash
            written = look.written[stated] = _work_out(band.units, look.formats, *stated, *around)
            return written


@lru_cache(maxsize=1024)
def _work_out(
    columns: tuple[Units, ...],
    formats: tuple[str | None, ...],
    named: str,
    worded: str,
    around: str,
    dot: str,
    comma: str,
    dash: str,
) -> _Written | None:
    """Return the unit and the precision of each plain number; ``None`` where one has more to say than itself.

    Args:
        columns: what the header of each says of its unit.
        formats: the number format of each.
        named: the unit of the indicator that the row names.
        worded: the wording of the unit in the row.
        around: the wording that holds where neither states one.
        dot: what a point means to the layout.
        comma: what a comma does.
        dash: what a dash does.
    """
    units = [column.of_row(named, worded, around) for column in columns]
    precisions = [plain_precision(*unit, dot, comma, dash, code) for unit, code in zip(units, formats, strict=True)]
    return None if None in precisions else _Written([unit for unit, _ in units], precisions)
