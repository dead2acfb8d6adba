"""Reading the binary formats through the library that keeps most of each.

What belongs here: xls (xlrd, which keeps formats, merges, comments and what is hidden) and xlsb (calamine).
What does not: xlsx and ods, which have their own readers. What a library cannot tell stays ``None`` in the cell.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import python_calamine as calamine
import xlrd
from xlrd.formula import oREF

from pipeline.cells import formats
from pipeline.cells.damage import UNREADABLE
from pipeline.cells.limits import CELLS, SHEETS, check_count
from pipeline.cells.rich import Run, meant_text
from pipeline.cells.uncalculated import settle_zeros
from pipeline.cells.workbook import Cell, Comment, Extra, Kind, Name, Sheet, Span, Typed, Workbook
from pipeline.cells.xls_book import open_book, workbook_stream
from pipeline.cells.xls_records import SheetRecords, announced, fits_grid, sheet_records
from pipeline.cells.xlsx.ooxml import related_parts
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import FileRefusedError, refuse_file
from pipeline.settings import Limits

_XLS_VISIBILITY = {0: "visible", 1: "hidden", 2: "very_hidden"}
_RAISED = 1
_XLSB_BOOK = "xl/workbook.bin"
_ROW, _BUNDLED_SHEET = 0, 156
_NO_TEXT = 0xFFFFFFFF
_ERRORS = {3, 11}
"""The records of a cell that is an error, and of a formula that results in one."""


def read_xls(path: Path, limits: Limits, extra: Extra = Extra.NONE) -> Workbook:
    """Return the cells of an xls workbook, and what is wanted beside them.

    Formulas are not kept by xlrd: only their stored results are. Those that no program has calculated are found beside
    it. What xlrd cannot read, calamine may: then the values are known, and little else.
    """
    for mends in (False, True):
        workbook = _by_xlrd(path, limits, extra, mends=mends)
        if workbook is not None:
            return workbook
    return _by_calamine(path, limits)


def _by_xlrd(path: Path, limits: Limits, extra: Extra, *, mends: bool) -> Workbook | None:
    """Return a workbook as xlrd reads it, ``None`` where it cannot."""
    try:
        with Path(os.devnull).open("w") as nowhere:
            book = open_book(path, nowhere, mends=mends)
            check_count(SHEETS, book.nsheets, limits.sheets)
            sources = book.sheets()
            # xlrd has no other word for where a sheet begins; those of the years before workbooks are not looked at
            places = book._sh_abs_posn if book.on_demand else []
            records = [sheet_records(book.mem, at) for at in places] or [SheetRecords() for _ in sources]
            workbook = _xls_workbook(book, sources, records, limits, extra)
            book.release_resources()
    except (FileRefusedError, MemoryError, OSError):
        raise
    except Exception as error:
        if "encrypted" in str(error).lower():
            raise refuse_file("PASSWORD") from error
        return None
    workbook.remarks += ["XLS_REPARE"] if mends else []
    return workbook


def _xls_workbook(
    book: xlrd.Book, sources: list[xlrd.sheet.Sheet], records: list[SheetRecords], limits: Limits, extra: Extra
) -> Workbook:
    styles = {
        i: _Style(formats.known(book.format_map[style.format_key].format_str), _is_struck(book, style.font_index))
        for i, style in enumerate(book.xf_list)
    }
    sheets: list[Sheet] = []
    cells = 0
    for source in sources:
        sheet = Sheet(source.name, visibility=_XLS_VISIBILITY.get(source.visibility, "visible"))
        sheet.merges = [Span(top + 1, left + 1, bottom, right) for top, bottom, left, right in source.merged_cells]
        sheet.cells.extend(_xls_cells(book, source, styles))
        cells += len(sheet.cells)
        check_count(CELLS, cells, limits.cells)
        if Extra.COMMENTS in extra:
            sheet.comments = _xls_comments(source)
        sheets.append(sheet)
    names = _xls_names(book) if Extra.NAMES in extra else None
    return Workbook("xls", sheets, _settle(sheets, records), names)


def _settle(sheets: list[Sheet], records: list[SheetRecords]) -> list[str]:
    """Settle the zeros that await a calculation; return what is to be remarked."""
    zeros = [
        (sheet.cells, position)
        for sheet, found in zip(sheets, records, strict=True)
        if found.zeros
        for position, cell in enumerate(sheet.cells)
        if (cell.row - 1, cell.column - 1) in found.zeros
    ]
    return sorted(settle_zeros(zeros, is_calculated=any(found.has_results for found in records)))


class _Style(NamedTuple):
    """What the style of a cell says of what it holds."""

    code: str | None
    is_struck: bool


_UNKNOWN_STYLE = _Style(None, is_struck=False)


def _xls_cells(book: xlrd.Book, source: xlrd.sheet.Sheet, styles: dict[int, _Style]) -> Iterator[Cell]:
    hidden_rows = {row for row, info in source.rowinfo_map.items() if info.hidden}
    hidden_columns = {column for column, info in source.colinfo_map.items() if info.hidden}
    for row in range(source.nrows):
        for column, cell in enumerate(source.row(row)):
            style = styles.get(cell.xf_index, _UNKNOWN_STYLE)
            found = _xls_typed(book, source, row, column, cell, style)
            if found is not None:
                kind, text, value, struck = found
                hidden = row in hidden_rows or column in hidden_columns
                yield Cell(row + 1, column + 1, kind, text, value, style.code, None, hidden, struck)


def _xls_typed(
    book: xlrd.Book, source: xlrd.sheet.Sheet, row: int, column: int, cell: xlrd.sheet.Cell, style: _Style
) -> tuple[Kind, str, Typed, str | None] | None:
    whole = "" if style.is_struck else None
    if cell.ctype == xlrd.XL_CELL_TEXT:
        runs = _xls_runs(book, cell.value, source.rich_text_runlist_map.get((row, column)))
        text, struck = meant_text(runs, is_struck=style.is_struck)
        return (Kind.TEXT, text, text, struck) if text else None
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        text, number = formats.digits_and_value(cell.value)
        kind, value = formats.typed(number, formats.temporal(style.code or ""), date1904=bool(book.datemode))
        return kind, text, value, whole
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return Kind.BOOLEAN, "TRUE" if cell.value else "FALSE", bool(cell.value), whole
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Kind.ERROR, xlrd.error_text_from_code.get(cell.value, "#ERR!"), None, whole
    return None


def _xls_comments(source: xlrd.sheet.Sheet) -> list[Comment]:
    notes = sorted(source.cell_note_map.items())
    return [Comment(row + 1, column + 1, note.author.strip(), note.text) for (row, column), note in notes]


def _xls_names(book: xlrd.Book) -> list[Name]:
    """Return the names that stand for one rectangle of cells of one sheet."""
    found: list[Name] = []
    for name in book.name_obj_list:
        places = name.result.value if name.result is not None and name.result.kind == oREF else None
        if places is None or len(places) != 1:
            continue
        sheet, end, top, bottom, left, right = places[0].coords
        if 0 <= sheet == end - 1:
            scope = book.sheet_names()[name.scope] if 0 <= name.scope < book.nsheets else ""
            found.append(Name(name.name, book.sheet_names()[sheet], Span(top + 1, left + 1, bottom, right), scope))
    return found


def _xls_runs(book: xlrd.Book, text: str, changes: list[tuple[int, int]] | None) -> list[Run]:
    """Return a text whose font changes at the given offsets; before the first one, it is that of the cell."""
    if not changes:
        return [Run(text)]
    starts = [0, *(offset for offset, _ in changes)]
    ends = [*starts[1:], len(text)]
    raised = [False, *(_is_raised(book, font) for _, font in changes)]
    struck = [None, *(_is_struck(book, font) if font < len(book.font_list) else None for _, font in changes)]
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    return [Run(*run) for run in zip(pieces, raised, struck, strict=True) if run[0]]


def _is_raised(book: xlrd.Book, font: int) -> bool:
    """Return whether a font is raised; one that there is not is taken for that of the cell, as Excel does."""
    return font < len(book.font_list) and book.font_list[font].escapement == _RAISED


def _is_struck(book: xlrd.Book, font: int) -> bool:
    return font < len(book.font_list) and bool(book.font_list[font].struck_out)


def _by_calamine(path: Path, limits: Limits) -> Workbook:
    """Return a workbook that xlrd cannot read: its values and its merged ranges, the rest being unknown.

    Calamine reads on where a file is cut off, returns errors as blanks, and the zeros of nobody as zeros: the records
    tell.
    """
    try:
        stream = workbook_stream(path)
        places = [at for at, is_worksheet in announced(stream) if is_worksheet]
        records = [sheet_records(stream, at) for at in places]
        is_sound = bool(records) and all(sheet.is_whole for sheet in records)
        is_sound = is_sound and all(fits_grid(stream, at) for at in places)
    except (KeyError, struct.error) as error:
        raise refuse_file("CORROMPU", found=UNREADABLE) from error
    if not is_sound:
        raise refuse_file("CORROMPU", found=UNREADABLE)
    workbook = _read_calamine("xls", path, limits)
    if len(workbook.sheets) != len(records):
        raise refuse_file("CORROMPU", found=UNREADABLE)
    for sheet, known in zip(workbook.sheets, records, strict=True):
        _add_errors(sheet, (_error(row, column, code) for (row, column), code in known.errors.items()))
    workbook.remarks = ["XLS_LU_EN_PARTIE", *_settle(workbook.sheets, records)]
    return workbook


def read_xlsb(archive: ZipArchive, limits: Limits) -> Workbook:
    """Return the cells of an xlsb workbook: values and errors, number formats, formulas and merges being unknown."""
    workbook = _read_calamine("xlsb", archive.path, limits)
    parts, is_complete = _xlsb_parts(archive)
    workbook.remarks += [] if is_complete else ["FEUILLE_SANS_CONTENU"]
    for sheet in workbook.sheets:
        _add_errors(sheet, _xlsb_errors(b"".join(archive.chunks(parts[sheet.name]))))
    return workbook


def _add_errors(sheet: Sheet, errors: Iterable[Cell]) -> None:
    """Add the cells that hold an error, which calamine returns as blanks: none may go unseen."""
    before = len(sheet.cells)
    sheet.cells.extend(errors)
    if len(sheet.cells) > before:
        sheet.cells = sheet.cells.in_order()


def _error(row: int, column: int, code: int) -> Cell:
    """Return the cell of an error, at a place counted from zero."""
    return Cell(row + 1, column + 1, Kind.ERROR, xlrd.error_text_from_code.get(code, "#ERR!"), None)


def _xlsb_parts(archive: ZipArchive) -> tuple[dict[str, str], bool]:
    """Return the part of each sheet by its name, and whether every sheet has one: modules have none."""
    relations = related_parts(archive, _XLSB_BOOK)
    found: dict[str, str] = {}
    is_complete = True
    for identifier, content in _records(b"".join(archive.chunks(_XLSB_BOOK))):
        if identifier == _BUNDLED_SHEET:
            relation, end = _wide(content, 8)
            name, _ = _wide(content, end)
            if relation in relations:
                found[name] = relations[relation].target
            else:
                is_complete = False
    return found, is_complete


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """Return a text, whose length stands before it, and where it ends; ``""`` where there is none."""
    (length,) = struct.unpack_from("<I", data, at)
    if length == _NO_TEXT:
        return "", at + 4
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le"), end


def _xlsb_errors(data: bytes) -> Iterator[Cell]:
    """Yield the cells of a sheet that hold an error."""
    row = 0
    for identifier, content in _records(data):
        if identifier == _ROW:
            (row,) = struct.unpack_from("<I", content)
        elif identifier in _ERRORS:
            (column,) = struct.unpack_from("<I", content)
            yield _error(row, column, content[8])


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a binary part: what each is, and its content."""
    at = 0
    while at < len(data):
        identifier, at = _packed(data, at)
        size, at = _packed(data, at)
        yield identifier, data[at : at + size]
        at += size


def _packed(data: bytes, at: int) -> tuple[int, int]:
    """Return a number that takes as many bytes as it needs, seven bits in each, and where it ends."""
    number = shift = 0
    while data[at] & 0x80:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1


def _read_calamine(found_format: str, path: Path, limits: Limits) -> Workbook:
    try:
        # from_path would believe the name of the file; from_filelike looks at its content
        with path.open("rb") as stream, calamine.CalamineWorkbook.from_filelike(stream) as book:
            check_count(SHEETS, len(book.sheet_names), limits.sheets)
            sheets: list[Sheet] = []
            cells = 0
            for position, metadata in enumerate(book.sheets_metadata):
                if metadata.typ is calamine.SheetTypeEnum.WorkSheet:
                    sheet = Sheet(metadata.name, visibility=_visibility(metadata.visible))
                    source = book.get_sheet_by_index(position)
                    sheet.cells.extend(_calamine_cells(source))
                    sheet.merges = [
                        Span(top + 1, left + 1, bottom + 1, right + 1)
                        for (top, left), (bottom, right) in source.merged_cell_ranges or ()
                    ]
                    sheets.append(sheet)
                    cells += len(sheet.cells)
                    check_count(CELLS, cells, limits.cells)
    except calamine.PasswordError as error:
        raise refuse_file("PASSWORD") from error
    except calamine.CalamineError as error:
        raise refuse_file("CORROMPU", found=UNREADABLE) from error
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise refuse_file("CORROMPU", found=UNREADABLE) from None
    return Workbook(found_format, sheets)


def _visibility(visible: calamine.SheetVisibleEnum) -> str:
    if visible is calamine.SheetVisibleEnum.Hidden:
        return "hidden"
    return "very_hidden" if visible is calamine.SheetVisibleEnum.VeryHidden else "visible"


def _calamine_cells(source: calamine.CalamineSheet) -> Iterator[Cell]:
    if source.start is None:
        return
    first_row, first_column = source.start
    # not iter_rows, which begins at the first row of the sheet and at the first column of the cells
    for row, values in enumerate(source.to_python(), first_row + 1):
        for column, value in enumerate(values, first_column + 1):
            if value != "":
                yield Cell(row, column, *_calamine_typed(value))


def _calamine_typed(value: str | float | datetime | date | time | timedelta) -> tuple[Kind, str, Typed]:
    if isinstance(value, str):
        return Kind.TEXT, value, value
    if isinstance(value, bool):
        return Kind.BOOLEAN, "TRUE" if value else "FALSE", value
    if isinstance(value, int | float):
        text, number = formats.digits_and_value(float(value))
        return Kind.NUMBER, text, number
    if isinstance(value, timedelta):
        return Kind.DURATION, str(value), value
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return Kind.DATE, value.isoformat(), value
