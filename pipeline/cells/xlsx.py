"""Our own reader of xlsx and xlsm, which keeps what others lose.

That is: errors, formulas without a value, number formats, what is hidden, the digits as they are stored.

What belongs here: the parts of a SpreadsheetML package, from its relationships to its cells.
What does not: inflating and parsing safely (``archive``), what a number format shows (``formats``).

What a file says of itself is not believed: a sheet's declared dimension is ignored, positions come from the cells, and
only cells that hold something take memory, wherever they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipeline.cells import formats
from pipeline.cells.archive import Archive
from pipeline.cells.comments import read_comments, read_people
from pipeline.cells.limits import over_count
from pipeline.cells.model import (
    LAST_COLUMN,
    LAST_ROW,
    Cell,
    Extra,
    Kind,
    Name,
    Sheet,
    Span,
    Typed,
    Workbook,
    a1,
    position,
    span,
)
from pipeline.cells.ooxml import RELATION_IDS, named, related_parts, string, unescape
from pipeline.rejections import FileRefusedError, refuse_file
from pipeline.settings import Limits

_DIGITS = 7
_HELD = 50_000

_WORKBOOK, _PROPERTIES, _SHEETS, _SHEET = map(named, ("workbook", "workbookPr", "sheets", "sheet"))
_NAMES, _NAME = map(named, ("definedNames", "definedName"))
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
_VISIBILITY = {"hidden": "hidden", "veryHidden": "very_hidden"}
_REMARKS = {
    "externalLink": "LIEN_EXTERNE",
    "vbaProject": "MACROS_IGNOREES",
    "xlMacrosheet": "MACROS_IGNOREES",
    "xlIntlMacrosheet": "MACROS_IGNOREES",
}


class _Style(NamedTuple):
    code: str | None
    shows: formats.Temporal | None


_UNKNOWN_STYLE = _Style(None, None)


@dataclass(slots=True)
class _Book:
    """What all sheets of a workbook share."""

    archive: Archive
    limits: Limits
    date1904: bool = False
    strings: list[str] = field(default_factory=list)
    styles: dict[str | None, _Style] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    """The number of each column met so far, by its letters."""
    numbers: dict[str, tuple[str, int | float | None]] = field(default_factory=dict)
    """The first numbers met are held once, by their text: a column of zeros costs one zero."""
    cells: int = 0
    remarks: set[str] = field(default_factory=set)

    def as_number(self, text: str) -> tuple[str, int | float | None]:
        """Return a stored number and its value, ``None`` where it is none."""
        found = text, formats.number(text)
        if len(self.numbers) < _HELD:
            self.numbers[text] = found
        return found


def read(path: Path, limits: Limits, extra: Extra = Extra.NONE) -> Workbook:
    """Return the cells of all worksheets; chart sheets and macro sheets hold none.

    Args:
        path: the package.
        limits: what it may cost.
        extra: what is wanted beside the cells.

    Raises:
        FileRefusedError: a part is absent or damaged, or a limit is crossed.
    """
    with Archive(path, limits) as archive:
        book = _Book(archive, limits)
        part = _workbook_part(archive)
        relations = related_parts(archive, part)
        entries = _read_workbook_part(book, part)
        if len(entries) > limits.sheets:
            raise over_count("nombre de feuilles", len(entries), limits.sheets)
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
            sheet_relation = next(
                (relations[i] for key in RELATION_IDS if (i := attributes.get(key)) in relations), None
            )
            if sheet_relation is None:
                raise refuse_file("CORROMPU", found=f"la feuille « {name} » ne renvoie à aucune partie")
            if sheet_relation.kind == "worksheet":
                sheet = Sheet(name, visibility=_VISIBILITY.get(attributes.get("state", ""), "visible"))
                _read_sheet(book, sheet_relation.target, sheet)
                if Extra.COMMENTS in extra:
                    sheet.comments = read_comments(archive, sheet_relation.target, people, limits)
                sheets.append(sheet)
        names = _read_names(book, part, entries) if Extra.NAMES in extra else None
    kinds = {relation.kind for relation in relations.values()}
    book.remarks |= {remark for kind, remark in _REMARKS.items() if kind in kinds}
    return Workbook("xlsx", sheets, sorted(book.remarks), names)


# -- the package -------------------------------------------------------------------------------------------------


def _workbook_part(archive: Archive) -> str:
    for relation in related_parts(archive, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    return "xl/workbook.xml"


def _read_workbook_part(book: _Book, part: str) -> list[dict[str, str]]:
    """Return the attributes of each sheet, in order, and note which calendar is used."""
    sheets: list[dict[str, str]] = []
    for element in book.archive.elements(part, _WORKBOOK, _SHEETS):
        if element.tag in _SHEET:
            sheets.append(element.attrib)
        elif element.tag in _PROPERTIES:
            book.date1904 = element.get("date1904") in _TRUE
    if not sheets:
        raise refuse_file("CORROMPU", found=f"la partie {part} n'annonce aucune feuille")
    return sheets


def _read_names(book: _Book, part: str, entries: list[dict[str, str]]) -> list[Name]:
    """Return the names that stand for cells of this workbook."""
    sheets = [attributes.get("name", "") for attributes in entries]
    found: list[Name] = []
    for element in book.archive.elements(part, _WORKBOOK, _NAMES):
        match = _PLACE.fullmatch((element.text or "").strip()) if element.tag in _NAME else None
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
            code = codes.get(element.get("numFmtId", "0"))
            book.styles[str(len(book.styles))] = _Style(code, formats.temporal(code) if code else None)


def _complete_styles(book: _Book) -> None:
    """A cell without a style has the first one, and a workbook without styles shows plain numbers."""
    book.styles[None] = book.styles.setdefault("0", _Style(formats.GENERAL, None))


def _read_shared_strings(book: _Book, part: str) -> None:
    book.strings += (string(item) for item in book.archive.elements(part, _SHARED) if item.tag in _ITEM)


# -- sheets ------------------------------------------------------------------------------------------------------


def _read_sheet(book: _Book, part: str, sheet: Sheet) -> None:
    """Fill a sheet with its cells and merged ranges."""
    hidden_columns: set[int] = set()
    declared = ""
    row = last_column = 0
    in_order = True
    for element in book.archive.elements(part, _WORKSHEET, _SHEET_LISTS):
        if element.tag in _ROW:
            before, row = row, _row_number(sheet, element.get("r"), row)
            in_order = _read_row(book, sheet, row, element, hidden_columns) and before < row and in_order
            last_column = max(last_column, sheet.cells[-1].column if sheet.cells else 0)
            if book.cells + len(sheet.cells) > book.limits.cells:
                raise over_count("nombre de cellules", book.cells + len(sheet.cells), book.limits.cells)
        elif element.tag in _COLUMN and element.get("hidden") in _TRUE:
            interval = _interval(sheet, element.attrib)
            if not hidden_columns.isdisjoint(interval):  # else a small file could describe the whole grid endlessly
                raise refuse_file("CORROMPU", found=f"feuille « {sheet.name} », colonnes décrites deux fois")
            hidden_columns.update(interval)
        elif element.tag in _MERGED:
            sheet.merges.append(_span(sheet, element.get("ref", "")))
        elif element.tag in _DIMENSION:
            declared = element.get("ref", "")
    if _is_too_small(declared, sheet, last_column):
        book.remarks.add("DIMENSION_FAUSSE")
    if not in_order:
        sheet.cells.sort(key=itemgetter(0, 1))
        _refuse_twins(sheet)
    book.cells += len(sheet.cells)


def _read_row(book: _Book, sheet: Sheet, row: int, row_element: Element, hidden_columns: set[int]) -> bool:
    """Add the cells of one row that hold a value or a formula, and return whether they stand in order.

    The loop runs once for each cell of the largest part of the file, so that what it uses is local, the commonest ways
    to write a cell are tested first, and a cell is made without the call to its Python constructor.
    """
    styles, strings, numbers, columns = book.styles, book.strings, book.numbers, book.columns
    cells, value_names, number, words = _CELL, _VALUE, Kind.NUMBER, Kind.TEXT
    add, new_cell, as_number, unknown_style = sheet.cells.append, tuple.__new__, book.as_number, _UNKNOWN_STYLE
    row_text = str(row)
    row_hidden = row_element.get("hidden") in _TRUE
    in_order = True
    column = 0
    for element in row_element:
        if element.tag not in cells:
            continue
        get = element.get
        at, before = row, column
        reference = get("r")
        known = None if reference is None else columns.get(reference.removesuffix(row_text))
        if known is not None:
            column = known
        elif reference is None:
            column += 1
            if column > LAST_COLUMN:
                raise _corrupt(sheet, at, column, "au-delà de la dernière colonne")
        else:
            at, column = _position(sheet, reference)
            if at == row:
                columns[reference.removesuffix(row_text)] = column
        if column <= before or at != row:
            in_order = False
        value = formula = None
        for child in element:
            if child.tag in value_names:
                value = child.text or ""
            elif child.tag in _FORMULA:
                formula = f"={child.text}" if child.text else ""
            elif child.tag in _INLINE:
                value = string(child)
        stored_as = get("t")
        kind: Kind
        content: Typed
        if not value:
            if formula is None or (value is not None and stored_as == "str"):
                continue  # empty, or a formula whose result is the empty text and which shows nothing
            kind, text, content = Kind.UNCACHED, formula or "=…", None
            code, shows = styles.get(get("s"), unknown_style)
        else:
            code, shows = styles.get(get("s"), unknown_style)
            if stored_as is None or stored_as == "n":
                text, content = numbers.get(value) or as_number(value)
                if content is None:
                    kind, content = words, text
                elif shows is None:
                    kind = number
                else:
                    kind, content = formats.typed(content, shows, date1904=book.date1904)
            elif stored_as == "s":
                try:
                    text = content = strings[int(value) if value[0] != "-" else len(strings)]
                except (IndexError, ValueError):
                    raise _corrupt(sheet, at, column, f"texte partagé n° {value} inconnu") from None
                if not text:
                    continue
                kind = words
            else:
                kind, text, content = _other(stored_as, value)
        hidden = row_hidden or column in hidden_columns
        add(new_cell(Cell, (at, column, kind, text, content, code, formula, hidden)))
    return in_order


def _is_too_small(declared: str, sheet: Sheet, last_column: int) -> bool:
    """Whether cells stand outside the dimension that a sheet declares, so that other readers lose them."""
    extent = span(declared)
    if extent is None or not sheet.cells:
        return False
    return sheet.cells[-1].row > extent.bottom or last_column > extent.right


def _refuse_twins(sheet: Sheet) -> None:
    """Refuse a sheet with two cells at one address: nobody can say which one its sender sees."""
    for before, cell in pairwise(sheet.cells):
        if before.row == cell.row and before.column == cell.column:
            raise refuse_file("CORROMPU", found=f"deux cellules {cell.address} sur la feuille « {sheet.name} »")


def _other(stored_as: str, value: str) -> tuple[Kind, str, Typed]:
    """Return the kind, text and value of what is neither a shared string nor a number."""
    if stored_as == "b":
        true = value in _TRUE
        return Kind.BOOLEAN, "TRUE" if true else "FALSE", true
    if stored_as == "e":
        return Kind.ERROR, value, None
    if stored_as == "d":
        moment = _iso_moment(value)
        return (Kind.TEXT, value, value) if moment is None else (Kind.DATE, value, moment)
    if stored_as == "str" and "_x" in value:
        value = unescape(value)
    return Kind.TEXT, value, value


def _iso_moment(text: str) -> date | datetime | time | None:
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
        raise refuse_file("CORROMPU", found=f"feuille « {sheet.name} », ligne {text or row} impossible")
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
    return refuse_file("CORROMPU", found=f"feuille « {sheet.name} », adresse de cellule impossible : {reference}")


def _interval(sheet: Sheet, attributes: dict[str, str]) -> range:
    """Return the columns that a ``<col>`` describes."""
    try:
        first, last = int(attributes["min"]), int(attributes["max"])
    except (KeyError, ValueError):
        raise refuse_file("CORROMPU", found=f"feuille « {sheet.name} », description de colonne illisible") from None
    return range(max(1, first), min(LAST_COLUMN, last) + 1)


def _corrupt(sheet: Sheet, row: int, column: int, what: str) -> FileRefusedError:
    return refuse_file("CORROMPU", found=f"feuille « {sheet.name} », cellule {a1(row, column)} : {what}")
