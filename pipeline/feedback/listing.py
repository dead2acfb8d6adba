"""The list that a sender reads: a line for each thing to correct and to look at again, then what was accepted.

What belongs here: the lines, and writing them as a sheet's XML or as a workbook of their own.
What does not: the workbook as sent (``annotate``).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.cells.workbook import a1
from pipeline.feedback.splice import MAIN, UNWRITABLE, xml_text
from pipeline.feedback.verdict import Accepted, Verdict, in_reading_order
from pipeline.rejections import Message
from pipeline.rejections.copies import HEADING, TO_CHECK
from pipeline.vocabulary.typography import as_shown

SHEET = HEADING
TITLE = f"{HEADING} dans"
"""How the first cell of the list begins, by which a list of an earlier check is recognised."""
LISTED = 10_000
"""How many rejections, remarks and accepted figures each are listed one by one; the rest is counted."""
_LONGEST = 1_000
WIDTHS = (6, 20, 10, 30, 90, 26)
FONT = "Calibri"
A4 = 9
TITLE_HEIGHT = 24
"""The height of a title's row, in points."""
_LINE, _TALLEST = 15, 409
"""Heights of one line of text and of the tallest row that there can be, in points."""


class Line(NamedTuple):
    """One row of the list: its style, its texts from column A on, and the cell that column C leads to."""

    style: str
    texts: tuple[str, ...]
    link: tuple[str, str] | None = None


def lines(verdict: Verdict, sheets: Collection[str] = (), notes: Collection[str] = ()) -> Iterator[Line]:
    """Yield the rows of the list.

    Args:
        verdict: what was found.
        sheets: the sheets beside which the list stands, to whose cells it may lead.
        notes: what the sender must know of this copy.
    """
    rejections, accepted = verdict.rejections, verdict.accepted
    yield Line("title", (f"{TITLE} « {verdict.file} »",))
    to_check = f" ; {_counted(len(verdict.remarks), 'point')} à vérifier" if verdict.remarks else ""
    to_correct = f"{_counted(len(rejections), 'point')} à corriger"
    yield Line("plain", (f"{to_correct}{to_check} ; {_counted(len(accepted), 'chiffre accepté')}.",))
    yield Line("plain", ("Corrigez les cellules indiquées, enregistrez le fichier sous le même nom et renvoyez-le.",))
    yield from (Line("bold", (note,)) for note in notes)
    yield Line("plain", ())
    yield from _messages(rejections, "Ce qui ne va pas et ce qui est attendu", sheets)
    if verdict.remarks:
        yield Line("bold", (f"{TO_CHECK} : ce qui suit n'a pas été refusé, et peut être juste",))
        yield from _messages(in_reading_order(verdict.remarks), "Ce qui est à vérifier", sheets)
    yield Line("bold", ("Ce qui a été accepté",))
    for sheet, figures in groupby(accepted[:LISTED], key=lambda figure: figure.sheet):
        total = sum(figure.sheet == sheet for figure in accepted)
        yield Line("bold", (f"Feuille « {sheet} » : {_counted(total, 'chiffre')}",))
        yield Line("header", ("", "Feuille", "Cellule", "Contenu trouvé", "Lu comme", ""))
        for figure in figures:
            texts = ("", sheet, figure.cell, as_shown(figure.raw_text), figure.reading, "")
            yield Line("item", texts, _link(figure, sheets))
    yield from _not_listed(len(accepted))
    if not accepted:
        yield Line("plain", ("Rien n'a été accepté dans ce fichier.",))


def _messages(found: Sequence[Message], what: str, sheets: Collection[str]) -> Iterator[Line]:
    yield Line("header", ("N°", "Feuille", "Cellule", "Contenu trouvé", what, "Motif"))
    for number, each in enumerate(found[:LISTED], start=1):
        texts = (str(number), each.sheet, each.cell, as_shown(each.raw_text), each.message_fr, each.reason)
        yield Line("item", texts, _link(each, sheets))
    yield from _not_listed(len(found))
    yield Line("plain", ())


def _counted(number: int, noun: str) -> str:
    """Return a number of things, every word of which takes the plural: ``2 chiffres acceptés``."""
    return f"{number} {noun.replace(' ', 's ')}s" if number > 1 else f"{number} {noun}"


def _not_listed(number: int) -> Iterator[Line]:
    if number > LISTED:
        yield Line("bold", (f"… et {number - LISTED} autres, qui ne sont pas listés ici.",))


def _link(of: Message | Accepted, sheets: Collection[str]) -> tuple[str, str] | None:
    return (of.sheet, of.cell or "A1") if of.sheet in sheets else None


def cell_texts(line: Line) -> list[str]:
    """Return the texts of a line, a sheet's worth of any of them cut; a link without an address leads to its sheet."""
    texts = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in line.texts]
    if line.link and not texts[2]:
        texts[2] = "→"
    return texts


def location(sheet: str, cell: str) -> str:
    """Return a place in the workbook as links write it: ``'Activité'!C7``."""
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}"


def height(line: Line) -> int:
    """Return the height of the row of a line, in points."""
    if line.style == "title":
        return TITLE_HEIGHT
    return fitted(
        (text, WIDTHS[at]) for at, text in enumerate(cell_texts(line)) if _cell_style(line, at + 1) in _WRAPPED
    )


def fitted(wrapped: Iterable[tuple[str, int]]) -> int:
    """Return the height in points of a row of wrapped texts, each with the width of its column in characters.

    Not every program finds it by itself when it opens a workbook.
    """
    deepest = max(
        (sum(ceil(max(len(row), 1) / width) for row in text.split("\n")) for text, width in wrapped), default=1
    )
    return min(_TALLEST, _LINE * deepest)


def _cell_style(line: Line, column: int) -> str:
    if line.style != "item":
        return line.style
    return "link" if column == 3 and line.link else "text"


_WRAPPED = {"text", "header"}


def sheet_xml(listed: Iterator[Line], formats: Mapping[str, int]) -> bytes:
    """Return the list as a sheet part; ``formats`` gives the number of the cell format of each style."""
    rows: list[str] = []
    links: list[str] = []
    for row, line in enumerate(listed, start=1):
        cells = ""
        for column, text in enumerate(cell_texts(line), start=1):
            cell_format = formats[_cell_style(line, column)]
            content = f'<is><t xml:space="preserve">{xml_text(text)}</t></is>'
            cells += f'<c r="{a1(row, column)}" s="{cell_format}" t="inlineStr">{content}</c>' if text else ""
        rows.append(f'<row r="{row}" ht="{height(line)}" customHeight="1">{cells}</row>')
        if line.link:
            links.append(f'<hyperlink ref="{a1(row, 3)}" location="{xml_text(location(*line.link))}"/>')
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(WIDTHS, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{_LINE}"/>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f"{f'<hyperlinks>{chr(10).join(links)}</hyperlinks>' if links else ''}"
        f'<pageSetup paperSize="{A4}" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


_FONTS = {
    "title": Font(FONT, 16, bold=True, color="FF9C0006"),
    "bold": Font(FONT, 11, bold=True),
    "header": Font(FONT, 11, bold=True),
    "link": Font(FONT, 11, underline="single", color="FF0563C1"),
}
_TEXT_FONT = Font(FONT, 11)
_HEADER_FILL = PatternFill("solid", fgColor="FFF2F2F2")


def fill_sheet(sheet: Worksheet, listed: Iterator[Line]) -> None:
    """Write the list on a sheet that openpyxl holds."""
    sheet.title = SHEET
    sheet.sheet_properties.tabColor = "FFC00000"
    sheet.sheet_view.showGridLines = False
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight = A4, "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for row, line in enumerate(listed, start=1):
        sheet.row_dimensions[row].height = height(line)
        for column, text in enumerate(cell_texts(line), start=1):
            style = _cell_style(line, column)
            cell = write_text(sheet, row, column, text)
            cell.font = _FONTS.get(style, _TEXT_FONT)
            cell.alignment = Alignment(vertical="top", wrap_text=style in _WRAPPED)
            if style == "header":
                cell.fill = _HEADER_FILL
            if style == "link" and line.link:
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location(*line.link))


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write a text that is never read as a formula, whatever it begins with; return its cell."""
    cell: Any = sheet.cell(row, column)
    cell.value = UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@"
    return cell


def save(workbook: Workbook, path: Path) -> None:
    """Save a workbook of openpyxl so that the same content gives the same bytes."""
    loose = io.BytesIO()
    workbook.properties.creator = None
    workbook.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
