"""Our own reader of xlsx and xlsm, which keeps what others lose.

That is: errors, formulas without a value, number formats, what is hidden, the digits as they are stored.

What belongs here: the parts of a SpreadsheetML package, from its relationships to its cells.
What does not: inflating and parsing safely (``archive``), what a number format shows (``formats``).

What a file says of itself is not believed: a sheet's declared dimension is ignored, positions come from the cells, and
only cells that hold something take memory, wherever they stand.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from pipeline.cells import formats
from pipeline.cells.archive import Archive, Attributes
from pipeline.cells.limits import over_count
from pipeline.cells.model import Cell, Kind, Sheet, Span, Typed, Workbook, a1
from pipeline.cells.rich import join_runs
from pipeline.rejections import FileRefusedError, refuse_file
from pipeline.settings import Limits

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_DIGITS = 7
_SHORT = 5

_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_RELATED = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _short_names(*names: str) -> dict[str, str]:
    return {f"{namespace} {name}": name for namespace in _MAIN for name in names}


_STRING_NAMES = ("t", "r", "rPh", "vertAlign")
_SHEET_NAMES = _short_names("worksheet", "sheetData", "row", "c", "v", "f", "is", "col", "mergeCell", *_STRING_NAMES)
_SHARED_NAMES = _short_names("sst", "si", *_STRING_NAMES)
_STYLE_NAMES = _short_names("styleSheet", "numFmt", "cellXfs", "xf")
_BOOK_NAMES = _short_names("workbook", "workbookPr", "sheet") | {f"{namespace} id": "r:id" for namespace in _RELATED}
_RELATION_NAMES = {f"{_PACKAGE} Relationship": "Relationship"}

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
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


class _Relation(NamedTuple):
    kind: str
    target: str


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
    numbers: dict[str, tuple[str, int | float]] = field(default_factory=dict)
    """Short numbers are held once: a column of zeros costs one zero."""
    cells: int = 0


def read(path: Path, limits: Limits) -> Workbook:
    """Return the cells of all worksheets; chart sheets and macro sheets hold none.

    Raises:
        FileRefusedError: a part is absent or damaged, or a limit is crossed.
    """
    with Archive(path, limits) as archive:
        book = _Book(archive, limits)
        part = _workbook_part(archive)
        relations = _relations(archive, part)
        entries = _read_workbook_part(book, part)
        if len(entries) > limits.sheets:
            raise over_count("nombre de feuilles", len(entries), limits.sheets)
        for relation in relations.values():
            if relation.kind == "styles":
                _read_styles(book, relation.target)
            elif relation.kind == "sharedStrings":
                _read_shared_strings(book, relation.target)
        _complete_styles(book)
        sheets = []
        for attributes in entries:
            name = attributes.get("name", "")
            sheet_relation = relations.get(attributes.get("r:id", ""))
            if sheet_relation is None:
                raise refuse_file("CORROMPU", found=f"la feuille « {name} » ne renvoie à aucune partie")
            if sheet_relation.kind == "worksheet":
                sheet = Sheet(name, visibility=_VISIBILITY.get(attributes.get("state", ""), "visible"))
                _read_sheet(book, sheet_relation.target, sheet)
                sheets.append(sheet)
    kinds = {relation.kind for relation in relations.values()}
    remarks = sorted({remark for kind, remark in _REMARKS.items() if kind in kinds})
    return Workbook("xlsx", sheets, remarks)


# -- the package -------------------------------------------------------------------------------------------------


def _workbook_part(archive: Archive) -> str:
    for relation in _relations(archive, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    return "xl/workbook.xml"


def _relations(archive: Archive, part: str) -> dict[str, _Relation]:
    """Return what a part refers to, by identifier; the whole package for the part ``""``."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, _Relation] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            if attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[attributes.get("Id", "")] = _Relation(attributes.get("Type", "").rpartition("/")[2], target)

    if listing in archive:
        archive.parse(listing, _RELATION_NAMES, start)
    return found


def _read_workbook_part(book: _Book, part: str) -> list[Attributes]:
    """Return the attributes of each sheet, in order, and note which calendar is used."""
    sheets: list[Attributes] = []

    def start(element: str, attributes: Attributes) -> None:
        if element == "sheet":
            sheets.append(attributes)
        elif element == "workbookPr":
            book.date1904 = attributes.get("date1904") in _TRUE

    book.archive.parse(part, _BOOK_NAMES, start)
    if not sheets:
        raise refuse_file("CORROMPU", found=f"la partie {part} n'annonce aucune feuille")
    return sheets


def _read_styles(book: _Book, part: str) -> None:
    codes: dict[str, str] = {str(identifier): code for identifier, code in formats.BUILTIN.items()}
    identifiers: list[str] = []
    in_cell_styles = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal in_cell_styles
        if element == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif element == "cellXfs":
            in_cell_styles = True
        elif element == "xf" and in_cell_styles:
            identifiers.append(attributes.get("numFmtId", "0"))

    def end(element: str) -> None:
        nonlocal in_cell_styles
        if element == "cellXfs":
            in_cell_styles = False

    book.archive.parse(part, _STYLE_NAMES, start, end)
    for position, identifier in enumerate(identifiers):
        code = codes.get(identifier)
        book.styles[str(position)] = _Style(code, formats.temporal(code) if code else None)


def _complete_styles(book: _Book) -> None:
    """A cell without a style has the first one, and a workbook without styles shows plain numbers."""
    book.styles[None] = book.styles.setdefault("0", _Style(formats.GENERAL, None))


# -- strings -----------------------------------------------------------------------------------------------------


class _Runs:
    """Gathers the runs of one string, shared or inline; phonetic readings are no part of it."""

    __slots__ = ("chunks", "phonetic", "raised", "runs")

    def __init__(self, chunks: list[str]) -> None:
        self.chunks = chunks
        self.begin()

    def begin(self) -> None:
        self.runs: list[tuple[str, bool]] = []
        self.raised = self.phonetic = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "t":
            self.chunks.clear()
        elif element == "r":
            self.raised = False
        elif element == "vertAlign":
            self.raised = attributes.get("val") == "superscript"
        elif element == "rPh":
            self.phonetic = True

    def end(self, element: str) -> None:
        if element == "t":
            if not self.phonetic:
                self.runs.append(("".join(self.chunks), self.raised))
        elif element == "rPh":
            self.phonetic = False

    def text(self) -> str:
        runs = self.runs
        text = runs[0][0] if len(runs) == 1 else join_runs(runs)
        return _unescape(text) if "_x" in text else text


def _unescape(text: str) -> str:
    """``_x000D_`` stands for a character that XML cannot hold, and ``_x005F_`` for an underscore that is one."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _read_shared_strings(book: _Book, part: str) -> None:
    chunks: list[str] = []
    gathered = _Runs(chunks)
    add = book.strings.append

    def start(element: str, attributes: Attributes) -> None:
        if element == "si":
            gathered.begin()
        else:
            gathered.start(element, attributes)

    def end(element: str) -> None:
        if element == "si":
            add(gathered.text())
        else:
            gathered.end(element)

    book.archive.parse(part, _SHARED_NAMES, start, end, chunks.append)


# -- sheets ------------------------------------------------------------------------------------------------------


def _read_sheet(book: _Book, part: str, sheet: Sheet) -> None:
    """Fill a sheet with its cells and merged ranges.

    The handlers run once per tag of the largest part of the file, so what they use is local, the tags of cells are
    tested first, and a cell is made without the call to its Python constructor. It is made only where there is a
    value or a formula.
    """
    chunks: list[str] = []
    gathered = _Runs(chunks)
    clear, pop, columns = chunks.clear, chunks.pop, book.columns
    styles, strings, numbers = book.styles, book.strings, book.numbers
    unknown_style = _Style(None, None)
    as_number, plain, words, new_cell = formats.number, Kind.NUMBER, Kind.TEXT, tuple.__new__
    add = sheet.cells.append
    hidden_columns: set[int] = set()
    row = column = 0
    row_text = ""
    row_hidden = in_string = unordered = is_worksheet = False
    attributes: Attributes = {}
    value: str | None = None
    formula: str | None = None

    def start(element: str, attrs: Attributes) -> None:
        nonlocal attributes, value, formula, row, row_text, row_hidden, column, in_string, unordered, is_worksheet
        if element == "c":
            attributes = attrs
            value = formula = None
        elif element == "v":
            if chunks:
                clear()
        elif in_string:
            gathered.start(element, attrs)
        elif element == "f":
            clear()
        elif element == "row":
            before = row
            row = _row_number(sheet, attrs.get("r"), before)
            row_text = str(row)
            row_hidden = attrs.get("hidden") in _TRUE
            column = 0
            unordered = unordered or row <= before
        elif element == "is":
            in_string = True
            gathered.begin()
        elif element == "col":
            if attrs.get("hidden") in _TRUE:
                hidden_columns.update(_interval(sheet, attrs))
        elif element == "mergeCell":
            sheet.merges.append(_span(sheet, attrs.get("ref", "")))
        elif element == "worksheet":
            is_worksheet = True

    def end(element: str) -> None:
        nonlocal value, formula, column, in_string, unordered
        if element == "v":
            value = pop() if len(chunks) == 1 else "".join(chunks)
        elif element == "c":
            at, before = row, column
            reference = attributes.get("r")
            if reference is None:
                column += 1
                if column > LAST_COLUMN:
                    raise _corrupt(sheet, at, column, "au-delà de la dernière colonne")
            else:
                known = columns.get(reference.removesuffix(row_text))
                if known is None:
                    at, column = _position(sheet, reference)
                    if at == row:
                        columns[reference.removesuffix(row_text)] = column
                    else:
                        unordered = True
                else:
                    column = known
                if column <= before:
                    unordered = True
            if not value and formula is None:
                return
            code, shows = styles.get(attributes.get("s"), unknown_style)
            stored_as = attributes.get("t")
            kind: Kind
            content: Typed
            if not value:
                if stored_as == "str" and value is not None:
                    return  # a formula whose result is the empty text shows nothing
                kind, text, content = Kind.UNCACHED, formula or "=…", None
            elif stored_as == "s":
                try:
                    text = content = strings[int(value) if value[0] != "-" else len(strings)]
                except (IndexError, ValueError):
                    raise _corrupt(sheet, at, column, f"texte partagé n° {value} inconnu") from None
                if not text:
                    return
                kind = words
            elif stored_as is None or stored_as == "n":
                if value in numbers:
                    text, content = numbers[value]
                else:
                    text, content = value, as_number(value)
                    if content is not None and len(text) < _SHORT:
                        numbers[text] = text, content
                if content is None:
                    kind, content = words, text
                elif shows is None:
                    kind = plain
                else:
                    kind, content = formats.typed(content, shows, date1904=book.date1904)
            else:
                kind, text, content = _other(stored_as, value)
            hidden = row_hidden or column in hidden_columns
            add(new_cell(Cell, (at, column, kind, text, content, code, formula, hidden)))
        elif in_string:
            if element == "is":
                in_string = False
                value = gathered.text()
            else:
                gathered.end(element)
        elif element == "f":
            formula = "=" + "".join(chunks) if chunks else ""

    def within_limits() -> None:
        cells = book.cells + len(sheet.cells)
        if cells > book.limits.cells:
            raise over_count("nombre de cellules", cells, book.limits.cells)

    book.archive.parse(part, _SHEET_NAMES, start, end, chunks.append, within_limits)
    if not is_worksheet:
        raise refuse_file("CORROMPU", found=f"la partie {part} n'est pas une feuille de calcul")
    if unordered:
        sheet.cells.sort(key=itemgetter(0, 1))
    book.cells += len(sheet.cells)


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
        value = _unescape(value)
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
    match = _REFERENCE.fullmatch(reference)
    if match is not None:
        column = 0
        for letter in match[1].upper():
            column = column * 26 + ord(letter) - 64
        row = int(match[2])
        if 1 <= row <= LAST_ROW and column <= LAST_COLUMN:
            return row, column
    raise refuse_file("CORROMPU", found=f"feuille « {sheet.name} », adresse de cellule impossible : {reference}")


def _span(sheet: Sheet, reference: str) -> Span:
    first, _, last = reference.partition(":")
    rows, columns = zip(_position(sheet, first), _position(sheet, last or first), strict=True)
    return Span(min(rows), min(columns), max(rows), max(columns))


def _interval(sheet: Sheet, attributes: Attributes) -> range:
    """Return the columns that a ``<col>`` describes."""
    try:
        first, last = int(attributes["min"]), int(attributes["max"])
    except (KeyError, ValueError):
        raise refuse_file("CORROMPU", found=f"feuille « {sheet.name} », description de colonne illisible") from None
    return range(max(1, first), min(LAST_COLUMN, last) + 1)


def _corrupt(sheet: Sheet, row: int, column: int, what: str) -> FileRefusedError:
    return refuse_file("CORROMPU", found=f"feuille « {sheet.name} », cellule {a1(row, column)} : {what}")
