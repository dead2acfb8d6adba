"""Marking cells in the bytes of a sheet: their format, missing cells in their place, and the link to the drawings.

What belongs here: the XML of one sheet. What does not: the formats (``styles``), the comments (``comment_parts``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from pipeline.cells.workbook import a1
from pipeline.feedback.splice import (
    MAIN,
    RELATED,
    Attributes,
    Splice,
    UnusualError,
    opened,
    prefix_of,
    spliced,
    tag_at,
    tag_name,
    walk,
    with_attributes,
)
from pipeline.feedback.styles import Styles
from pipeline.feedback.verdict import row_and_column

# What may stand before the drawings of comments, in the order that the format prescribes.
_BEFORE_DRAWINGS = frozenset(
    f"{MAIN} {name}"
    for name in (
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
        *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
        *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks"),
        *("printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties"),
        *("cellWatches", "ignoredErrors", "smartTags", "drawing"),
    )
)
_CELL, _ROW, _COLUMN, _ROWS = (f"{MAIN} {name}" for name in ("c", "row", "col", "sheetData"))
_TRUE = {"1", "true"}


class SheetPatch:
    """One reading of a sheet part, which notes what has to be changed in it.

    Args:
        data: the part.
        marked: the cells to mark, as A1 addresses, and the colour of each.
        styles: the formats, which turn the one of a cell into its marked twin and back.
    """

    def __init__(self, data: bytes, marked: Mapping[str, str], styles: Styles) -> None:
        self._data = data
        self._styles = styles
        self._stale = {str(number) for number in styles.stale}
        self._splices: list[Splice] = []
        self._wanted: dict[int, list[int]] = {}
        self._rgb = {row_and_column(address): rgb for address, rgb in marked.items()}
        for row, column in sorted(self._rgb):
            self._wanted.setdefault(row, []).append(column)
        self._rows_ahead = deque(sorted(self._wanted))
        self._column_styles: list[tuple[int, int, int]] = []
        self._row = self._column = 0
        self._row_at = 0
        self._row_style = 0
        self._opened: set[int] = set()
        self._is_unordered = self._has_inserted = False
        self._sheet_data: tuple[int, bytes] | None = None
        self._drawings_go_before: int | None = None
        self._drawings: str | None = None
        walk(data, self._start, self._end)
        self._check()

    def _check(self) -> None:
        if self._has_inserted and self._is_unordered:
            raise UnusualError("cellules en désordre")
        if self._sheet_data is None or self._drawings_go_before is None:
            raise UnusualError("feuille inhabituelle")

    @property
    def drawings(self) -> str | None:
        """The relationship to the drawings of comments, ``None`` where the sheet has none."""
        return self._drawings

    def draw(self, identifier: str) -> None:
        """Link the sheet to drawings of comments."""
        assert self._drawings_go_before is not None  # noqa: S101 - the constructor has looked
        tag = b'<%slegacyDrawing xmlns:r="%s" r:id="%s"/>' % (self._prefix, RELATED.encode(), identifier.encode())
        self._splices.append(Splice(self._drawings_go_before, self._drawings_go_before, tag))

    def data(self) -> bytes:
        """Return the part with what was changed."""
        return spliced(self._data, self._splices)

    # -- reading -----------------------------------------------------------------------------------------------

    @property
    def _prefix(self) -> bytes:
        return prefix_of(self._sheet_data[1]) if self._sheet_data else b""

    def _start(self, name: str, attributes: Attributes, depth: int, at: int) -> None:
        if depth == 4 and name == _CELL:  # worksheet / sheetData / row / c
            self._meet_cell(attributes, at)
        elif depth == 3 and name == _ROW:
            self._meet_row(attributes, at)
        elif depth == 3 and name == _COLUMN and "style" in attributes:
            first, last, style = (int(attributes[key]) for key in ("min", "max", "style"))
            self._column_styles.append((first, last, style))
        elif depth == 2:
            if name == _ROWS:
                self._sheet_data = (at, tag_at(self._data, at))
            elif name == f"{MAIN} legacyDrawing":
                self._drawings = attributes.get(f"{RELATED} id")
            if self._sheet_data and self._drawings_go_before is None and name not in _BEFORE_DRAWINGS:
                self._drawings_go_before = at
        elif depth == 1 and name != f"{MAIN} worksheet":
            raise UnusualError("format Strict Open XML" if name.endswith(" worksheet") else "feuille inhabituelle")

    def _end(self, name: str, depth: int, at: int) -> None:
        if depth == 3 and name == _ROW:
            self._leave_row(at)
        elif depth == 2 and name == _ROWS:
            self._leave_rows(at)
        elif depth == 1 and self._drawings_go_before is None:
            self._drawings_go_before = at

    def _meet_row(self, attributes: Attributes, at: int) -> None:
        before = self._row
        self._row = int(attributes["r"]) if "r" in attributes else before + 1
        self._is_unordered |= self._row <= before
        self._column = 0
        self._row_at = at
        self._row_style = int(attributes.get("s", 0)) if attributes.get("customFormat") in _TRUE else 0
        self._add_rows(at, before=self._row)

    def _meet_cell(self, attributes: Attributes, at: int) -> None:
        before = self._column
        row = self._row
        if "r" in attributes:
            row, self._column = row_and_column(attributes["r"].replace("$", "").upper())
        else:
            self._column = before + 1
        self._is_unordered |= self._column <= before or row != self._row
        columns = self._wanted.get(row, [])
        missing = [column for column in columns if column < self._column] if row == self._row else []
        if missing:
            self._add_cells(at, row, missing)
        style = attributes.get("s", "0")
        if self._column in columns:
            columns.remove(self._column)
            self._give(at, self._styles.marked(int(style), self._rgb[row, self._column]))
        elif style in self._stale:
            self._give(at, self._styles.restored(int(style)))

    def _give(self, at: int, style: int) -> None:
        """Give a format to the cell whose tag starts at a position."""
        tag = tag_at(self._data, at)
        self._splices.append(Splice(at, at + len(tag), with_attributes(tag, s=style)))

    def _leave_row(self, at: int) -> None:
        missing = list(self._wanted.get(self._row, ()))
        if not missing:
            return
        tag = tag_at(self._data, self._row_at)
        if not tag.endswith(b"/>"):
            self._add_cells(at, self._row, missing)
            return
        cells = self._cells(self._row, missing)
        opening = opened(with_attributes(tag, spans=None))
        closing = b"</" + tag_name(tag) + b">"
        self._splices.append(Splice(self._row_at, self._row_at + len(tag), opening + cells + closing))

    def _leave_rows(self, at: int) -> None:
        assert self._sheet_data is not None  # noqa: S101 - its end follows its start
        start, tag = self._sheet_data
        if not tag.endswith(b"/>"):
            self._add_rows(at, before=None)
        elif self._wanted:
            rows = self._rows(before=None)
            opening = opened(tag)
            self._splices.append(Splice(start, start + len(tag), opening + rows + b"</" + tag_name(tag) + b">"))

    # -- what is missing ---------------------------------------------------------------------------------------

    def _add_rows(self, at: int, *, before: int | None) -> None:
        if rows := self._rows(before=before):
            self._splices.append(Splice(at, at, rows))

    def _rows(self, *, before: int | None) -> bytes:
        self._row_style, kept = 0, self._row_style
        rows = b""
        while self._rows_ahead and (before is None or self._rows_ahead[0] < before):
            row = self._rows_ahead.popleft()
            if missing := list(self._wanted[row]):
                cells = self._cells(row, missing)
                rows += b'<%srow r="%d">%s</%srow>' % (self._prefix, row, cells, self._prefix)
        self._row_style = kept
        return rows

    def _add_cells(self, at: int, row: int, columns: list[int]) -> None:
        # a row says between which columns it has cells; it need not, and must not be wrong
        tag = tag_at(self._data, self._row_at)
        if self._row_at not in self._opened:
            self._opened.add(self._row_at)
            self._splices.append(Splice(self._row_at, self._row_at + len(tag), with_attributes(tag, spans=None)))
        self._splices.append(Splice(at, at, self._cells(row, columns)))

    def _cells(self, row: int, columns: list[int]) -> bytes:
        self._has_inserted = True
        cells = b""
        for column in columns:
            self._wanted[row].remove(column)
            inherited = self._row_style or next(
                (style for first, last, style in self._column_styles if first <= column <= last), 0
            )
            style = self._styles.marked(inherited, self._rgb[row, column])
            cells += b'<%sc r="%s" s="%d"/>' % (self._prefix, a1(row, column).encode(), style)
        return cells
