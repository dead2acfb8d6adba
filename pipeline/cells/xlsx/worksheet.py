"""One worksheet: its cells, merged ranges and hidden columns, piece by piece where it can be cut, else as a tree.

What belongs here: going through the rows of a sheet. What does not: what a cell says (``cell_elements``), rows that are
written as most are (``fast_rows``).

What a sheet says of itself is not believed: its declared dimension is ignored, positions come from the cells, and only
cells that hold something take memory, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from xml.etree.ElementTree import Element

from pipeline.cells.damage import damaged_sheet, other_root
from pipeline.cells.limits import CELLS, check_count
from pipeline.cells.workbook import LAST_COLUMN, Cells, Sheet
from pipeline.cells.xlsx.addresses import (
    cell_position,
    column_interval,
    damaged_cell,
    is_too_small,
    merged_range,
    refuse_twins,
    row_number,
)
from pipeline.cells.xlsx.cell_elements import read_cell
from pipeline.cells.xlsx.fast_rows import FastRows
from pipeline.cells.xlsx.ooxml import TRUE, named
from pipeline.cells.xlsx.page_texts import page_texts
from pipeline.cells.xlsx.shared_parts import SharedParts
from pipeline.cells.xlsx.sheet_pieces import NotCutError, SheetPieces, tree
from pipeline.rejections import Wording

_WORKSHEET, _DIMENSION, _COLUMN, _MERGED = map(named, ("worksheet", "dimension", "col", "mergeCell"))
_ROW, _CELL, _PRINTED = map(named, ("row", "c", "headerFooter"))
_SHEET_LISTS = named("cols", "sheetData", "mergeCells")


def read_sheet(book: SharedParts, part: str, sheet: Sheet) -> None:
    """Fill a sheet with its cells and merged ranges."""
    with closing(book.archive.chunks(part)) as chunks:
        pieces = SheetPieces(chunks)
        reader = _SheetReader(book, sheet)
        try:
            if pieces.root:
                reader.read_pieces(part, pieces)
            else:
                reader.read(book.archive.elements(part, _WORKSHEET, _SHEET_LISTS, pieces.all()))
        except NotCutError:
            sheet.cells, sheet.merges = Cells(number_formats=book.number_formats), []
            reader = _SheetReader(book, sheet)
            reader.read(book.archive.elements(part, _WORKSHEET, _SHEET_LISTS))
    reader.finish()


class _SheetReader:
    """One reading of one sheet, piece by piece where it is written as most are, else element by element."""

    def __init__(self, book: SharedParts, sheet: Sheet) -> None:
        self._book = book
        self._sheet = sheet
        self._fast_rows = FastRows(sheet.cells, book.unstruck, book.styles, date1904=book.date1904)
        self._hidden_columns = self._fast_rows.hidden_columns
        self._declared = ""
        self._row = 0
        self._in_order = True

    def read_pieces(self, part: str, pieces: SheetPieces) -> None:
        """Read a sheet that can be cut."""
        self._fast_rows.prefixes = pieces.prefixes
        opening, closing = pieces.root + b"<sheetData>", b"</sheetData></worksheet>"
        self.read(self._children(part, tree(pieces.head + b"<sheetData/></worksheet>", is_cached=True)))
        for piece in pieces.rows():
            if self._in_order and self._fast_rows.take(piece):
                self._row = self._fast_rows.last_row
                self._check_count()
            else:
                self.read(self._children(part, tree(opening + piece + closing)))
        beginning, following = pieces.tail()
        if following is None:
            self.read(self._children(part, tree(beginning, is_cached=True)))
        else:
            chunks = chain([beginning], following)
            self.read(self._book.archive.elements(part, _WORKSHEET, _SHEET_LISTS, chunks))

    @staticmethod
    def _children(part: str, root: Element) -> Iterator[Element]:
        if root.tag not in _WORKSHEET:
            raise other_root(part, "worksheet")
        for child in root:
            yield from child if child.tag in _SHEET_LISTS else (child,)

    def read(self, elements: Iterable[Element]) -> None:
        """Read what a sheet holds: its rows, its columns, its merged ranges and its declared dimension."""
        for element in elements:
            if element.tag in _ROW:
                before, self._row = self._row, row_number(self._sheet, element.get("r"), self._row)
                self._in_order = self._read_row(self._row, element) and before < self._row and self._in_order
                self._check_count()
            elif element.tag in _COLUMN and element.get("hidden") in TRUE:
                interval = column_interval(self._sheet, element.attrib)
                if not self._hidden_columns.isdisjoint(interval):  # else a small file could describe the grid endlessly
                    what = Wording("colonnes décrites deux fois", "columns described twice")
                    raise damaged_sheet(self._sheet, what)
                self._hidden_columns.update(interval)
            elif element.tag in _MERGED:
                self._sheet.merges.append(merged_range(self._sheet, element.get("ref", "")))
            elif element.tag in _PRINTED:
                self._sheet.page_texts = page_texts(element)
            elif element.tag in _DIMENSION:
                self._declared = element.get("ref", "")
            else:
                _refuse_foreign(self._sheet, element, "sheetData", "row")
        self._fast_rows.last_row = self._row

    def _check_count(self) -> None:
        check_count(CELLS, self._book.cells + len(self._sheet.cells), self._book.limits.cells)

    def finish(self) -> None:
        """Put the cells in order, and see whether other readers would find them all."""
        sheet = self._sheet
        if not self._in_order:
            sheet.cells = sheet.cells.in_order()
            refuse_twins(sheet)
        if is_too_small(self._declared, sheet.cells):
            self._book.remarks.add("DIMENSION_FAUSSE")
        self._book.cells += len(sheet.cells)

    def _read_row(self, row: int, row_element: Element) -> bool:
        """Add the cells of a row one by one, and return whether they stand in order."""
        book, sheet = self._book, self._sheet
        row_text = str(row)
        row_hidden = row_element.get("hidden") in TRUE
        in_order = True
        column = 0
        for element in row_element:
            if element.tag not in _CELL:
                _refuse_foreign(sheet, element, "c")
                continue
            at, before = row, column
            reference = element.get("r")
            by_letters = None if reference is None else book.columns.get(reference.removesuffix(row_text))
            if by_letters is not None:
                column = by_letters
            elif reference is None:
                column += 1
                if column > LAST_COLUMN:
                    what = Wording("au-delà de la dernière colonne", "beyond the last column")
                    raise damaged_cell(sheet, at, column, what)
            else:
                at, column = cell_position(sheet, reference)
                if at == row:
                    book.columns[reference.removesuffix(row_text)] = column
            if column <= before or at != row:
                in_order = False
            cell = read_cell(book, sheet, at, column, element, is_hidden=row_hidden or column in self._hidden_columns)
            if cell is not None:
                sheet.cells.append(cell)
        return in_order


def _refuse_foreign(sheet: Sheet, element: Element, *names: str) -> None:
    """Refuse what would hold cells, were it not in a namespace that no spreadsheet has: it would be lost in silence."""
    if element.tag.rpartition("}")[2] in names:
        raise damaged_sheet(sheet, Wording(f"élément « {element.tag} » inconnu", f"unknown element “{element.tag}”"))
