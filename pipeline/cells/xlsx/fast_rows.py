"""The fast path through a worksheet: rows that are written alike are understood once, not element by element.

Building a tree of a sheet and walking through it takes many times as long. Once numbers, texts and formulas are cut out
of a piece of rows, though, what is left says the same over and over: most rows differ from others in their numbers
alone, and most workbooks of one template not at all.

What belongs here: taking a piece of rows by its pattern. What does not: the patterns (``row_patterns``), cutting a
sheet into pieces (``sheet_pieces``), any other row (``worksheet``).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

from pipeline.cells import formats
from pipeline.cells.workbook import KIND_CODES, Cells, Kind, number
from pipeline.cells.xlsx.ooxml import unescaped
from pipeline.cells.xlsx.row_patterns import NUMBER_KIND, Blanked, BlockPattern, blank, block_pattern
from pipeline.cells.xlsx.shared_parts import Style


class FastRows:
    """The rows of one worksheet that are taken by their patterns, piece by piece."""

    def __init__(
        self,
        cells: Cells,
        strings: Sequence[str],
        styles: Mapping[str | None, Style],
        *,
        date1904: bool,
    ) -> None:
        """Begin a sheet.

        Args:
            cells: what the cells are added to.
            strings: the shared strings of the workbook, ``""`` for one that is not taken here.
            styles: its styles, by their numbers; ``None`` for a cell without one.
            date1904: whether its days are counted from 1904 on.
        """
        self.prefixes: frozenset[str] = frozenset()
        """The prefixes that the root of the sheet declares."""
        self.hidden_columns: set[int] = set()
        self.last_row = 0
        """The number of the last row that was taken, filled or not."""
        self._cells = cells
        self._strings = strings
        self._date1904 = date1904
        self._styles = {name or "": style for name, style in styles.items()}
        self._places = {name: cells.number_formats.place(style.code) for name, style in self._styles.items()}
        self._temporal = {name for name, style in self._styles.items() if style.shows}
        self._struck = {name for name, style in self._styles.items() if style.is_struck}

    def take(self, piece: bytes) -> bool:
        """Add the cells of a piece of rows; return whether it was understood, and add nothing where it was not."""
        blanked = blank(piece)
        block = block_pattern(blanked.markup, self.prefixes) if blanked is not None else None
        if blanked is None or block is None:
            return False
        if block.first_row <= self.last_row or not self._styles.keys() >= block.styles_used:
            return False
        texts, formulas = self._texts(block, blanked), blanked.formulas
        if texts is None or len(formulas) != len(block.formulas):
            return False
        self.last_row = block.last_row
        self._add(block, texts, formulas)
        return True

    def _texts(self, block: BlockPattern, blanked: Blanked) -> list[str] | None:
        """Return the text of each cell; ``None`` where a place is left empty, or a shared string is or is unknown."""
        numbers, inline = blanked.numbers, blanked.inline
        if len(numbers) != len(block.numbers) or len(inline) != len(block.inline):
            return None
        texts, strings = [*block.texts], self._strings
        for at, text in zip(block.numbers, numbers, strict=True):
            texts[at] = text
        for at, text in zip(block.inline, inline, strict=True):
            texts[at] = unescaped(text)
        for at in block.shared:
            text = texts[at]
            texts[at] = strings[int(text)] if text.isdecimal() and int(text) < len(strings) else ""
            if not texts[at]:
                return None
        return texts

    def _add(self, block: BlockPattern, texts: list[str], formulas: list[str]) -> None:
        """Add the cells of a piece."""
        cells, first = self._cells, len(self._cells)
        cells.rows += block.rows
        cells.starts += [first + start for start in block.starts]
        cells.columns += block.columns
        cells.kinds += block.kinds
        cells.texts += texts
        cells.formats += array("I", map(self._places.__getitem__, block.styles))
        cells.hidden += block.hidden
        for place, formula in zip(block.formulas, formulas, strict=True):
            cells.formulas[first + place] = f"={formula}"
        if self.hidden_columns:
            for position in range(first, len(cells)):
                cells.hidden[position] |= cells.columns[position] in self.hidden_columns
        if not self._temporal.isdisjoint(block.styles_used):
            self._make_times(block.styles, first)
        if not self._struck.isdisjoint(block.styles_used):
            cells.struck |= {at: "" for at, style in enumerate(block.styles, first) if style in self._struck}

    def _make_times(self, styles: Sequence[str], first: int) -> None:
        """Make dates and durations of the numbers that are shown as such."""
        cells = self._cells
        for position, style in enumerate(styles, first):
            stored = number(cells.texts[position]) if style in self._temporal else None
            if stored is not None and cells.kinds[position] == NUMBER_KIND:
                kind, value = formats.typed(stored, self._styles[style].shows, date1904=self._date1904)
                if kind is not Kind.NUMBER:
                    cells.kinds[position] = KIND_CODES[kind]
                    cells.values[position] = value
