"""Our own reader of xlsx and xlsm, which keeps what others lose.

That is: errors, formulas without a value, number formats, what is hidden, the digits as they are stored.

What belongs here: the parts of a SpreadsheetML package, from its relationships to its cells.
What does not: inflating and parsing safely (``archive``), what a number format shows (``formats``).

What a file says of itself is not believed: a sheet's declared dimension is ignored, positions come from the cells, and
only cells that hold something take memory, wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain, pairwise
from xml.etree.ElementTree import Element

from pipeline.cells import formats
from pipeline.cells.container import Archive
from pipeline.cells.damage import damaged_part, damaged_sheet, other_root
from pipeline.cells.limits import CELLS, SHEETS, check_count
from pipeline.cells.workbook import (
    LAST_COLUMN,
    LAST_ROW,
    Cell,
    Cells,
    Extra,
    Kind,
    Name,
    NumberFormats,
    Sheet,
    Span,
    Typed,
    Workbook,
    a1,
    number,
    position,
    span,
)
from pipeline.cells.xlsx.comments import read_comments, read_people
from pipeline.cells.xlsx.ooxml import RELATION_IDS, named, related_parts, string, unescape
from pipeline.cells.xlsx.scan import UNKNOWN_STYLE, OtherwiseError, Pieces, Scan, Style, tree
from pipeline.rejections import FileRefusedError, Wording, refuse_file
from pipeline.settings import Limits

_DIGITS = 7

_WORKBOOK, _PROPERTIES, _SHEET = map(named, ("workbook", "workbookPr", "sheet"))
_NAME, _CALCULATION = map(named, ("definedName", "calcPr"))
_WORKBOOK_LISTS = named("sheets", "definedNames")
_STYLE_SHEET, _FORMAT, _CELL_STYLE = map(named, ("styleSheet", "numFmt", "xf"))
_STYLE_LISTS = named("numFmts", "cellXfs")
_SHARED, _ITEM = map(named, ("sst", "si"))
_WORKSHEET, _DIMENSION, _COLUMN, _MERGED = map(named, ("worksheet", "dimension", "col", "mergeCell"))
_ROW, _CELL = map(named, ("row", "c"))
_SHEET_LISTS = named("cols", "sheetData", "mergeCells")
_VALUE, _FORMULA, _INLINE = map(named, ("v", "f", "is"))

_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\](),]+))!([$A-Za-z0-9]+(?::[$A-Za-z0-9]+)?)")
"""A sheet and a range, as a defined name writes them: ``'Une feuille'!$A$1:$B$2``."""
_TRUE = {"1", "true"}
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d")
_VISIBILITY = {"hidden": "hidden", "veryHidden": "very_hidden"}
_REMARKS = {
    "externalLink": "LIEN_EXTERNE",
    "vbaProject": "MACROS_IGNOREES",
    "xlMacrosheet": "MACROS_IGNOREES",
    "xlIntlMacrosheet": "MACROS_IGNOREES",
}


@dataclass(slots=True)
class _Book:
    """What all sheets of a workbook share."""

    archive: Archive
    limits: Limits
    date1904: bool = False
    awaits_calculation: bool = False
    """Whether its formulas are to be calculated as soon as it is opened. A program that writes formulas and cannot
    calculate them asks for that, and stores a zero for each, which is nobody's figure."""
    strings: list[str] = field(default_factory=list)
    styles: dict[str | None, Style] = field(default_factory=dict)
    number_formats: NumberFormats = field(default_factory=NumberFormats)
    columns: dict[str, int] = field(default_factory=dict)
    """The number of each column met so far, by its letters."""
    cells: int = 0
    remarks: set[str] = field(default_factory=set)


def read(archive: Archive, limits: Limits, extra: Extra = Extra.NONE) -> Workbook:
    """Return the cells of all worksheets; chart sheets and macro sheets hold none.

    Args:
        archive: the package.
        limits: what it may cost.
        extra: what is wanted beside the cells.

    Raises:
        FileRefusedError: a part is absent or damaged, or a limit is crossed.
    """
    book = _Book(archive, limits)
    part = _workbook_part(archive)
    relations = related_parts(archive, part)
    entries, ranges = _read_workbook_part(book, part)
    check_count(SHEETS, len(entries), limits.sheets)
    for relation in relations.values():
        if relation.kind == "styles":
            _read_styles(book, relation.target)
        elif relation.kind == "sharedStrings":
            _read_shared_strings(book, relation.target)
    _complete_styles(book)
    people = read_people(archive, relations.values()) if Extra.COMMENTS in extra else {}
    sheets = []
    for attributes in entries:
        name = attributes.get("name", "")
        sheet_relation = next((relations[i] for key in RELATION_IDS if (i := attributes.get(key)) in relations), None)
        if sheet_relation is None:
            what = Wording(f"la feuille « {name} » ne renvoie à aucune partie", f"the sheet “{name}” refers to no part")
            raise refuse_file("CORROMPU", found=what)
        if sheet_relation.kind == "worksheet":
            visibility = _VISIBILITY.get(attributes.get("state", ""), "visible")
            sheet = Sheet(name, Cells(number_formats=book.number_formats), visibility=visibility)
            _read_sheet(book, sheet_relation.target, sheet)
            if Extra.COMMENTS in extra:
                sheet.comments = read_comments(archive, sheet_relation.target, people, limits)
            sheets.append(sheet)
    names = _names(ranges, entries) if Extra.NAMES in extra else None
    kinds = {relation.kind for relation in relations.values()}
    book.remarks |= {remark for kind, remark in _REMARKS.items() if kind in kinds}
    return Workbook("xlsx", sheets, sorted(book.remarks), names)


# -- the package -------------------------------------------------------------------------------------------------


def _workbook_part(archive: Archive) -> str:
    for relation in related_parts(archive, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    return "xl/workbook.xml"


def _read_workbook_part(book: _Book, part: str) -> tuple[list[dict[str, str]], list[Element]]:
    """Return the attributes of each sheet, in order, and the defined names; note which calendar is used."""
    sheets: list[dict[str, str]] = []
    names: list[Element] = []
    for element in book.archive.elements(part, _WORKBOOK, _WORKBOOK_LISTS):
        if element.tag in _SHEET:
            sheets.append(element.attrib)
        elif element.tag in _PROPERTIES:
            book.date1904 = element.get("date1904") in _TRUE
        elif element.tag in _CALCULATION:
            book.awaits_calculation = element.get("fullCalcOnLoad") in _TRUE
        elif element.tag in _NAME:
            names.append(element)
    if not sheets:
        raise damaged_part(part, Wording("n'annonce aucune feuille", "declares no sheet"))
    return sheets, names


def _names(ranges: list[Element], entries: list[dict[str, str]]) -> list[Name]:
    """Return the names that stand for cells of this workbook."""
    sheets = [attributes.get("name", "") for attributes in entries]
    found: list[Name] = []
    for element in ranges:
        match = _PLACE.fullmatch((element.text or "").strip())
        extent = span(match[3]) if match is not None else None
        scope = element.get("localSheetId", "")
        if match is None or extent is None or (scope and not (scope.isdecimal() and int(scope) < len(sheets))):
            continue
        sheet = match[1].replace("''", "'") if match[1] is not None else match[2]
        found.append(Name(element.get("name", ""), sheet, extent, sheets[int(scope)] if scope else ""))
    return found


def _read_styles(book: _Book, part: str) -> None:
    codes: dict[str | None, str] = {str(identifier): code for identifier, code in formats.BUILTIN.items()}
    for element in book.archive.elements(part, _STYLE_SHEET, _STYLE_LISTS):
        if element.tag in _FORMAT:
            codes[element.get("numFmtId")] = element.get("formatCode", "")
        elif element.tag in _CELL_STYLE:
            code = formats.known(codes.get(element.get("numFmtId", "0")))
            book.styles[str(len(book.styles))] = Style(code, formats.temporal(code) if code else None)


def _complete_styles(book: _Book) -> None:
    """A cell without a style has the first one, and a workbook without styles shows plain numbers."""
    book.styles[None] = book.styles.setdefault("0", Style(formats.GENERAL, None))


def _read_shared_strings(book: _Book, part: str) -> None:
    book.strings += (string(item) for item in book.archive.elements(part, _SHARED) if item.tag in _ITEM)


# -- sheets ------------------------------------------------------------------------------------------------------


def _read_sheet(book: _Book, part: str, sheet: Sheet) -> None:
    """Fill a sheet with its cells and merged ranges."""
    with closing(book.archive.chunks(part)) as chunks:
        pieces = Pieces(chunks)
        reader = _SheetReader(book, sheet)
        try:
            if pieces.root:
                reader.read_pieces(part, pieces)
            else:
                reader.read(book.archive.elements(part, _WORKSHEET, _SHEET_LISTS, pieces.all()))
        except OtherwiseError:
            sheet.cells, sheet.merges = Cells(number_formats=book.number_formats), []
            reader = _SheetReader(book, sheet)
            reader.read(book.archive.elements(part, _WORKSHEET, _SHEET_LISTS))
    reader.finish()


class _SheetReader:
    """One reading of one sheet, piece by piece where it is written as most are, else element by element."""

    def __init__(self, book: _Book, sheet: Sheet) -> None:
        self._book = book
        self._sheet = sheet
        self._scan = Scan(
            sheet.cells,
            book.strings,
            book.styles,
            date1904=book.date1904,
            trusts_formulas=not book.awaits_calculation,
        )
        self._hidden_columns = self._scan.hidden_columns
        self._declared = ""
        self._row = 0
        self._in_order = True

    def read_pieces(self, part: str, pieces: Pieces) -> None:
        """Read a sheet that can be cut."""
        self._scan.prefixes = pieces.prefixes
        opening, closing = pieces.root + b"<sheetData>", b"</sheetData></worksheet>"
        self.read(self._children(part, tree(pieces.head + b"<sheetData/></worksheet>", remembered=True)))
        for piece in pieces.rows():
            if self._in_order and self._scan.take(piece):
                self._row = self._scan.last_row
                self._check_count()
            else:
                self.read(self._children(part, tree(opening + piece + closing)))
        beginning, following = pieces.tail()
        if following is None:
            self.read(self._children(part, tree(beginning, remembered=True)))
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
                before, self._row = self._row, _row_number(self._sheet, element.get("r"), self._row)
                self._in_order = self._read_row(self._row, element) and before < self._row and self._in_order
                self._check_count()
            elif element.tag in _COLUMN and element.get("hidden") in _TRUE:
                interval = _interval(self._sheet, element.attrib)
                if not self._hidden_columns.isdisjoint(interval):  # else a small file could describe the grid endlessly
                    what = Wording("colonnes décrites deux fois", "columns described twice")
                    raise damaged_sheet(self._sheet, what)
                self._hidden_columns.update(interval)
            elif element.tag in _MERGED:
                self._sheet.merges.append(_span(self._sheet, element.get("ref", "")))
            elif element.tag in _DIMENSION:
                self._declared = element.get("ref", "")
            else:
                _refuse_foreign(self._sheet, element, "sheetData", "row")
        self._scan.last_row = self._row

    def _check_count(self) -> None:
        check_count(CELLS, self._book.cells + len(self._sheet.cells), self._book.limits.cells)

    def finish(self) -> None:
        """Put the cells in order, and see whether other readers would find them all."""
        sheet = self._sheet
        if not self._in_order:
            sheet.cells = sheet.cells.in_order()
            _refuse_twins(sheet)
        if _is_too_small(self._declared, sheet.cells):
            self._book.remarks.add("DIMENSION_FAUSSE")
        self._book.cells += len(sheet.cells)

    def _read_row(self, row: int, row_element: Element) -> bool:
        """Add the cells of a row one by one, and return whether they stand in order."""
        book, sheet = self._book, self._sheet
        row_text = str(row)
        row_hidden = row_element.get("hidden") in _TRUE
        in_order = True
        column = 0
        for element in row_element:
            if element.tag not in _CELL:
                _refuse_foreign(sheet, element, "c")
                continue
            at, before = row, column
            reference = element.get("r")
            known = None if reference is None else book.columns.get(reference.removesuffix(row_text))
            if known is not None:
                column = known
            elif reference is None:
                column += 1
                if column > LAST_COLUMN:
                    what = Wording("au-delà de la dernière colonne", "beyond the last column")
                    raise _corrupt(sheet, at, column, what)
            else:
                at, column = _position(sheet, reference)
                if at == row:
                    book.columns[reference.removesuffix(row_text)] = column
            if column <= before or at != row:
                in_order = False
            cell = self._cell(at, column, element, is_hidden=row_hidden or column in self._hidden_columns)
            if cell is not None:
                sheet.cells.append(cell)
        return in_order

    def _cell(self, row: int, column: int, element: Element, *, is_hidden: bool) -> Cell | None:
        """Return one cell, ``None`` where it shows nothing."""
        book = self._book
        value = formula = None
        for child in element:
            if child.tag in _VALUE:
                value = child.text or ""
            elif child.tag in _FORMULA:
                formula = f"={child.text}" if child.text else ""
            elif child.tag in _INLINE:
                value = string(child)
        stored_as = element.get("t")
        code, shows = book.styles.get(element.get("s"), UNKNOWN_STYLE)
        kind: Kind
        content: Typed
        if stored_as == "e":
            kind, text, content = Kind.ERROR, value or "#ERR!", None
        elif not value:
            if formula is None or (value is not None and stored_as == "str"):
                return None  # empty, or a formula whose result is the empty text and which shows nothing
            kind, text, content = Kind.UNCACHED, formula or "=…", None
        elif stored_as is None or stored_as == "n":
            text, content = value, number(value)
            if content is None:
                kind, content = Kind.TEXT, text
            elif formula is not None and content == 0 and book.awaits_calculation:
                kind, text, content = Kind.UNCACHED, formula or "=…", None
            else:
                kind, content = formats.typed(content, shows, date1904=book.date1904)
        elif stored_as == "s":
            try:
                text = content = book.strings[int(value) if value.isdecimal() else len(book.strings)]
            except (IndexError, ValueError):
                what = Wording(f"texte partagé n° {value} inconnu", f"unknown shared string no. {value}")
                raise _corrupt(self._sheet, row, column, what) from None
            if not text:
                return None
            kind = Kind.TEXT
        else:
            kind, text, content = _other(stored_as, value)
        return Cell(row, column, kind, text, content, code, formula, is_hidden)


def _refuse_foreign(sheet: Sheet, element: Element, *names: str) -> None:
    """Refuse what would hold cells, were it not in a namespace that no spreadsheet has: it would be lost in silence."""
    if element.tag.rpartition("}")[2] in names:
        raise damaged_sheet(sheet, Wording(f"élément « {element.tag} » inconnu", f"unknown element “{element.tag}”"))


def _is_too_small(declared: str, cells: Cells) -> bool:
    """Whether cells stand outside the dimension that a sheet declares, so that other readers lose them."""
    extent = span(declared)
    if extent is None or not cells:
        return False
    return cells.rows[-1] > extent.bottom or max(cells.columns) > extent.right


def _refuse_twins(sheet: Sheet) -> None:
    """Refuse a sheet with two cells at one address: nobody can say which one its sender sees."""
    for before, cell in pairwise(sheet.cells):
        if before.row == cell.row and before.column == cell.column:
            raise damaged_sheet(sheet, Wording(f"deux cellules {cell.address}", f"two cells {cell.address}"))


def _other(stored_as: str, value: str) -> tuple[Kind, str, Typed]:
    """Return the kind, text and value of what is neither a shared string nor a number."""
    if stored_as == "b" and (word := value.strip().lower()) in _TRUTHS:
        return Kind.BOOLEAN, "TRUE" if _TRUTHS[word] else "FALSE", _TRUTHS[word]
    if stored_as == "d":
        moment = _iso_moment(value)
        return (Kind.TEXT, value, value) if moment is None else (Kind.DATE, value, moment)
    if stored_as == "str" and "_x" in value:
        value = unescape(value)
    return Kind.TEXT, value, value


def _iso_moment(text: str) -> date | datetime | time | None:
    if not _ISO_MOMENT.match(text):
        return None  # Python takes more for a moment than a workbook may say: 2024 for twenty past eight
    for read_as in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return read_as(text)
        except ValueError:
            continue
    return None


# -- positions ---------------------------------------------------------------------------------------------------


def _row_number(sheet: Sheet, text: str | None, before: int) -> int:
    """Return the number that a row states, else the one after the row before."""
    row = before + 1 if text is None else int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
    if not 1 <= row <= LAST_ROW:
        raise damaged_sheet(sheet, Wording(f"ligne {text or row} impossible", f"impossible row {text or row}"))
    return row


def _position(sheet: Sheet, reference: str) -> tuple[int, int]:
    """Return the row and the column of an address, which must lie on the grid."""
    found = position(reference)
    if found is None:
        raise _impossible(sheet, reference)
    return found


def _span(sheet: Sheet, reference: str) -> Span:
    found = span(reference)
    if found is None:
        raise _impossible(sheet, reference)
    return found


def _impossible(sheet: Sheet, reference: str) -> FileRefusedError:
    what = Wording(f"adresse de cellule impossible : {reference}", f"impossible cell address: {reference}")
    return damaged_sheet(sheet, what)


def _interval(sheet: Sheet, attributes: dict[str, str]) -> range:
    """Return the columns that a ``<col>`` describes."""
    try:
        first, last = int(attributes["min"]), int(attributes["max"])
    except (KeyError, ValueError):
        what = Wording("description de colonne illisible", "unreadable description of a column")
        raise damaged_sheet(sheet, what) from None
    return range(max(1, first), min(LAST_COLUMN, last) + 1)


def _corrupt(sheet: Sheet, row: int, column: int, what: Wording) -> FileRefusedError:
    cell = a1(row, column)
    return damaged_sheet(sheet, Wording(f"cellule {cell} : {what.fr}", f"cell {cell}: {what.en}"))
