"""Our own reader of OpenDocument spreadsheets, which keeps what others lose.

That is: errors, which others return as blanks, raised note marks, elapsed times, formulas, merges and what is hidden.

What belongs here: the content of a document, from its tables to its cells. What does not: inflating and parsing safely
(``zip_archive``), and what a format does to a number. Number formats are styles of their own, which are not followed:
what they do is told from the text that a cell shows (``ods_shown``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipeline.cells.damage import damaged_sheet
from pipeline.cells.limits import CELLS, COMMENTS, SHEETS, check_count
from pipeline.cells.ods_shown import day_as_shown, number_as_shown
from pipeline.cells.ods_styles import CELL, TEXT, Styles
from pipeline.cells.rich import Run, meant_text
from pipeline.cells.workbook import (
    LAST_COLUMN,
    LAST_ROW,
    Cell,
    Comment,
    Extra,
    Kind,
    Name,
    Sheet,
    Span,
    Typed,
    Workbook,
    number,
    span,
)
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import Wording
from pipeline.settings import Limits

_CONTENT = "content.xml"
_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _TEXT = (_OASIS % name for name in ("office", "table", "text"))
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_VALUE_TYPE, _VALUE, _FORMULA, _PARAGRAPH = f"{_OFFICE}value-type", f"{_OFFICE}value", f"{_TABLE}formula", f"{_TEXT}p"
_STORED = {"float": _VALUE, "currency": _VALUE, "percentage": _VALUE} | {
    kind: f"{_OFFICE}{kind}-value" for kind in ("boolean", "date", "time")
}
"""Where a cell of each type has its value; that of a text is what it shows."""
_STYLE_NAME, _DEFAULT_STYLE = f"{_TABLE}style-name", f"{_TABLE}default-cell-style-name"
_LO_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"

_SHEET, _CELL, _COVERED = (f"{_TABLE}{name}" for name in ("table", "table-cell", "covered-table-cell"))
_ROWS_REPEATED, _COLUMNS_REPEATED, _ROWS_SPANNED, _COLUMNS_SPANNED = (
    f"{_TABLE}number-{what}" for what in ("rows-repeated", "columns-repeated", "rows-spanned", "columns-spanned")
)
_OPENED = frozenset(
    {_SHEET, f"{_OFFICE}automatic-styles", f"{_OFFICE}body", f"{_OFFICE}spreadsheet", f"{_TABLE}named-expressions"}
    | {f"{_TABLE}table-{what}-group" for what in ("row", "column")}
    | {f"{_TABLE}table-{which}{what}" for which in ("", "header-") for what in ("rows", "columns")}
)
"""What is read child by child. Whatever else holds tables, such as former versions, is passed over."""
_HIDDEN = {"collapse", "filter"}
_DIGITS = 7
_BEYOND = 10**_DIGITS
"""More rows and columns than there are."""
_LONGEST_SPACE = 32_767
"""How many spaces one element may stand for: as many characters as a cell may have."""
_LONGEST_DECIMALS = 40
"""Within how many characters at the end of a percentage its decimals are looked for."""
_DURATION = re.compile(r"(-?)P(?:(\d{1,7})D)?T?(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7}(?:[.,]\d+)?)S)?")
_MIDNIGHT = datetime(1900, 1, 1)  # noqa: DTZ001 - spreadsheets know no time zone
_SHOWN_DECIMALS = re.compile(r"[.,](\d+)$")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:\d{3}")
_PLACE = re.compile(r"(\$?(?:'(?:[^']|'')+'|[^'.\s]+))\.([$A-Za-z0-9]+)(?::\1?\.([$A-Za-z0-9]+))?")
"""A sheet and a range, as a defined name writes them: ``$'Une feuille'.$A$1:.$B$2``."""


class _Content(NamedTuple):
    """What one cell of the document holds, which may stand for many cells of the sheet."""

    columns: range
    kind: Kind
    text: str
    value: Typed
    number_format: str | None
    struck: str | None
    formula: str | None


def read(archive: ZipArchive, limits: Limits, extra: Extra = Extra.NONE) -> Workbook:
    """Return the cells of all sheets, and what is wanted beside them.

    Raises:
        FileRefusedError: the content is absent or damaged, or a limit is crossed.
    """
    reader = _Reader(limits, extra)
    reader.read(archive)
    return Workbook("ods", reader.sheets, names=reader.names if Extra.NAMES in extra else None)


class _Reader:
    """One reading of a document: the sheets so far, and where in the present one it is."""

    def __init__(self, limits: Limits, extra: Extra) -> None:
        self.sheets: list[Sheet] = []
        self.names: list[Name] = []
        self._limits = limits
        self._extra = extra
        self._styles = Styles()
        self._struck_columns: set[int] = set()
        """The columns of which the cells that have no style of their own are struck through."""
        self._hidden_columns: set[int] = set()
        self._row = self._column = self._cells = 0
        self._present: Element | None = None

    def read(self, archive: ZipArchive) -> None:
        """Read the document as it grows, so that it is never in memory as a whole."""
        self._styles.read_shared(archive)
        for above, is_whole in archive.growing(_CONTENT):
            for root in above:
                self._take(root, is_whole=is_whole)

    def _take(self, parent: Element, *, is_whole: bool) -> None:
        """Read and forget the complete children of an element: all of them, or all but the last while it grows."""
        last = len(parent) - 1
        for position, child in enumerate(parent):
            is_complete = is_whole or position < last
            if child.tag in _OPENED:
                if child.tag == _SHEET and child is not self._present:
                    self._open_sheet(child)
                self._take(child, is_whole=is_complete)
                if child is self._present and is_complete:
                    self._present = None
            elif is_complete:
                self._note(child)
        del parent[: len(parent) if is_whole else max(0, last)]

    def _note(self, element: Element) -> None:
        match element.tag.rpartition("}")[2]:
            case "table-row":
                self._read_row(element)
            case "table-column":
                self._note_columns(element)
            case "style":
                self._styles.note(element)
            case "named-range":
                self._note_name(element, self.sheets[-1].name if self._present is not None else "")

    # -- what is noted -----------------------------------------------------------------------------------------

    def _note_name(self, element: Element, scope: str) -> None:
        match = _PLACE.fullmatch(element.get(f"{_TABLE}cell-range-address", ""))
        extent = span(f"{match[2]}:{match[3] or match[2]}") if match else None
        if match and extent:
            sheet = match[1].removeprefix("$").removeprefix("'").removesuffix("'").replace("''", "'")
            self.names.append(Name(element.get(f"{_TABLE}name", ""), sheet, extent, scope))

    def _open_sheet(self, element: Element) -> None:
        concealed = element.get(f"{_TABLE}style-name") in self._styles.concealed
        sheet = Sheet(element.get(f"{_TABLE}name", ""), visibility="hidden" if concealed else "visible")
        sheet.page_texts = self._styles.page_texts(element.get(f"{_TABLE}style-name"))
        sheet.comments = [] if Extra.COMMENTS in self._extra else None
        self.sheets.append(sheet)
        self._present = element
        check_count(SHEETS, len(self.sheets), self._limits.sheets)
        self._hidden_columns, self._struck_columns = set(), set()
        self._row = self._column = 0

    def _note_columns(self, element: Element) -> None:
        first = self._column + 1
        self._column += _count(element, _COLUMNS_REPEATED)
        columns = range(first, min(self._column, LAST_COLUMN) + 1)
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            self._hidden_columns.update(columns)
        if self._styles.strikes(CELL, element.get(_DEFAULT_STYLE)):
            self._struck_columns.update(columns)

    # -- rows --------------------------------------------------------------------------------------------------

    def _read_row(self, element: Element) -> None:
        """Add the cells of a row, which may stand for many equal ones."""
        rows = range(self._row + 1, self._row + 1 + _count(element, _ROWS_REPEATED))
        self._row = rows[-1]
        contents = list(self._contents(element, rows[0]))
        if not contents:
            return
        self._cells += len(rows) * sum(len(content.columns) for content in contents)
        check_count(CELLS, self._cells, self._limits.cells)
        if rows[-1] > LAST_ROW or contents[-1].columns[-1] > LAST_COLUMN:
            what = Wording("cellule au-delà de la grille", "a cell beyond the grid")
            raise damaged_sheet(self.sheets[-1], what)
        is_hidden = element.get(f"{_TABLE}visibility") in _HIDDEN
        cells = self.sheets[-1].cells
        for row in rows:
            for columns, kind, text, value, number_format, struck, formula in contents:
                for column in columns:
                    hidden = is_hidden or column in self._hidden_columns
                    cells.append(Cell(row, column, kind, text, value, number_format, formula, hidden, struck))

    def _contents(self, row: Element, number: int) -> Iterator[_Content]:
        column = 0
        for element in row:
            if element.tag not in {_CELL, _COVERED}:
                continue
            columns = range(column + 1, column + 1 + _count(element, _COLUMNS_REPEATED))
            column = columns[-1]
            if element.tag == _CELL:
                self._note_merge(element, number, columns[0])
                self._note_comments(element, number, columns[0])
            if len(element) or element.get(_VALUE_TYPE) or element.get(_FORMULA):
                content = self._content(element, is_struck=self._is_struck(element, row, columns[0]))
                if content is not None:
                    yield _Content(columns, *content, _formula(element))

    def _is_struck(self, cell: Element, row: Element, column: int) -> bool:
        """Return whether a cell is struck through, by its style, else by that of its row or of its column."""
        if not self._styles.has_struck:
            return False
        name = cell.get(_STYLE_NAME) or row.get(_DEFAULT_STYLE)
        return column in self._struck_columns if name is None else bool(self._styles.strikes(CELL, name))

    def _note_merge(self, element: Element, row: int, column: int) -> None:
        down, across = _count(element, _ROWS_SPANNED), _count(element, _COLUMNS_SPANNED)
        if down > 1 or across > 1:
            self.sheets[-1].merges.append(Span(row, column, row + down - 1, column + across - 1))

    def _note_comments(self, element: Element, row: int, column: int) -> None:
        comments = self.sheets[-1].comments
        if comments is not None:
            for note in element.iterfind(f"{_OFFICE}annotation"):
                author = (note.findtext(_CREATOR) or "").strip()
                comments.append(Comment(row, column, author, self._shown(note, is_struck=False)[0]))
                check_count(COMMENTS, len(comments), self._limits.cells)

    def _content(self, element: Element, *, is_struck: bool) -> tuple[Kind, str, Typed, str | None, str | None] | None:
        """Return the kind, the text, the value and the format of a cell, and what of it is struck through.

        ``None`` where it shows nothing.
        """
        has_text = element.find(_PARAGRAPH) is not None
        shown, struck = self._shown(element, is_struck=is_struck) if has_text else ("", None)
        content = self._typed(element, shown, has_text=has_text)
        if content is None:
            return None
        return (*content, struck if content[0] is Kind.TEXT and has_text else "" if is_struck else None)

    @staticmethod
    def _typed(element: Element, shown: str, *, has_text: bool) -> tuple[Kind, str, Typed, str | None] | None:
        """Return the kind, the text, the value and the format of a cell; ``None`` where it shows nothing."""
        get = element.get
        kind, formula, is_error = get(_VALUE_TYPE), get(_FORMULA), get(_LO_TYPE) == "error"
        if is_error or (formula is not None and _ERROR.fullmatch(shown)):
            return Kind.ERROR, shown or "#ERR!", None, None
        stored = get(_STORED.get(kind or "", ""), "")
        match kind if stored else None:
            case "float" | "currency":
                return number_as_shown(stored, shown if has_text else None)
            case "percentage":
                return _number(stored, _percentage(shown))
            case "boolean":
                true = stored == "true"
                return Kind.BOOLEAN, "TRUE" if true else "FALSE", true, None
            case "date":
                return _moment(stored, shown if has_text else None)
            case "time":
                return _elapsed(stored)
        text = shown or get(f"{_OFFICE}string-value", "")
        if text:
            return Kind.TEXT, text, text, None
        if formula and kind is None and not has_text:
            return Kind.UNCACHED, _formula(element) or "=…", None, None
        return None

    # -- texts -------------------------------------------------------------------------------------------------

    def _shown(self, element: Element, *, is_struck: bool) -> tuple[str, str | None]:
        """Return the text of the paragraphs of a cell or of a comment, and what of it is struck through."""
        return meant_text(list(self._lines(element)), is_struck=is_struck)

    def _lines(self, element: Element) -> Iterator[Run]:
        for place, paragraph in enumerate(element.iterfind(_PARAGRAPH)):
            if place:
                yield Run("\n")
            yield from self._runs(paragraph, raised=False, struck=None)

    def _runs(self, element: Element, *, raised: bool, struck: bool | None) -> Iterator[Run]:
        yield Run(element.text or "", raised, struck)
        for child in element:
            if child.tag == f"{_TEXT}s":
                yield Run(" " * min(_count(child, f"{_TEXT}c"), _LONGEST_SPACE), raised, struck)
            elif child.tag == f"{_TEXT}tab":
                yield Run("\t", raised, struck)
            elif child.tag == f"{_TEXT}line-break":
                yield Run("\n", raised, struck)
            elif child.tag != f"{_OFFICE}annotation":
                style = child.get(f"{_TEXT}style-name")
                strikes = self._styles.strikes(TEXT, style)
                is_raised = raised or style in self._styles.raised
                yield from self._runs(child, raised=is_raised, struck=struck if strikes is None else strikes)
            yield Run(child.tail or "", raised, struck)


def _count(element: Element, attribute: str) -> int:
    """Return how often an element stands for itself, or how far a merged cell reaches."""
    text = element.get(attribute)
    if text is None:
        return 1
    if not (text.isascii() and text.isdecimal()):
        return 1
    return max(1, int(text)) if len(text) <= _DIGITS else _BEYOND


def _formula(element: Element) -> str | None:
    """Return a formula without the prefix that says in which language it is: ``of:=1+1`` → ``=1+1``."""
    formula = element.get(_FORMULA)
    return None if formula is None else formula[formula.find("=") :] if "=" in formula else formula


def _number(text: str, number_format: str | None) -> tuple[Kind, str, Typed, str | None]:
    value = number(text)
    return (Kind.TEXT, text, text, None) if value is None else (Kind.NUMBER, text, value, number_format)


def _percentage(shown: str) -> str:
    """Return the format that shows a percentage so: ``12,5 %`` → ``0.0%``."""
    digits, percent, after = shown.rpartition("%")
    match = _SHOWN_DECIMALS.search(digits.rstrip()[-_LONGEST_DECIMALS:]) if percent and not after.strip() else None
    return f"0.{'0' * len(match[1])}%" if match else "0%"


def _moment(text: str, shown: str | None) -> tuple[Kind, str, Typed, str | None]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Kind.TEXT, text, text, None
    value: date | datetime = moment.date() if moment.time() == time() else moment
    return day_as_shown(value.isoformat(), value, shown)


def _elapsed(text: str) -> tuple[Kind, str, Typed, str | None]:
    """Return a time of day, or an elapsed time of a day and more."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return Kind.TEXT, text, text, None
    days, hours, minutes = (int(part or 0) for part in match.groups()[1:4])
    seconds = float((match[5] or "0").replace(",", "."))
    since = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) * (-1 if match[1] else 1)
    if timedelta() <= since < timedelta(days=1):
        moment = (_MIDNIGHT + since).time()
        return Kind.DATE, moment.isoformat(), moment, None
    return Kind.DURATION, str(since), since, None
