"""Our own reader of xlsx and xlsm, which keeps what others lose.

That is: errors, formulas without a value, number formats, what is hidden, the digits as they are stored.

What belongs here: the parts of a SpreadsheetML package, from its relationships to its sheets, and defined names.
What does not: inflating and parsing safely (``cells.zip_archive``), the sheets themselves (``worksheet``).
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from pipeline.cells.damage import damaged_part
from pipeline.cells.limits import SHEETS, check_count
from pipeline.cells.uncalculated import settle_formulas
from pipeline.cells.workbook import Cells, Extra, Name, Sheet, Workbook, span
from pipeline.cells.xlsx.comments import read_comments, read_people
from pipeline.cells.xlsx.ooxml import RELATION_IDS, TRUE, named, related_parts
from pipeline.cells.xlsx.shared_parts import SharedParts, complete_styles, read_shared_strings, read_styles
from pipeline.cells.xlsx.worksheet import read_sheet
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import Wording, refuse_file
from pipeline.settings import Limits

_WORKBOOK, _PROPERTIES, _SHEET = map(named, ("workbook", "workbookPr", "sheet"))
_NAME, _CALCULATION = map(named, ("definedName", "calcPr"))
_WORKBOOK_LISTS = named("sheets", "definedNames")

_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\](),]+))!([$A-Za-z0-9]+(?::[$A-Za-z0-9]+)?)")
"""A sheet and a range, as a defined name writes them: ``'Une feuille'!$A$1:$B$2``."""
_VISIBILITY = {"hidden": "hidden", "veryHidden": "very_hidden"}
_WITHOUT_CELLS = {"chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}
_REMARKS = {
    "externalLink": "LIEN_EXTERNE",
    "vbaProject": "MACROS_IGNOREES",
    "xlMacrosheet": "MACROS_IGNOREES",
    "xlIntlMacrosheet": "MACROS_IGNOREES",
}


def read(archive: ZipArchive, limits: Limits, extra: Extra = Extra.NONE) -> Workbook:
    """Return the cells of all worksheets; chart sheets, macro sheets and dialogs hold none.

    Args:
        archive: the package.
        limits: what it may cost.
        extra: what is wanted beside the cells.

    Raises:
        FileRefusedError: a part is absent or damaged, or a limit is crossed.
    """
    book = SharedParts(archive, limits)
    part = _workbook_part(archive)
    relations = related_parts(archive, part)
    entries, ranges = _read_workbook_part(book, part)
    check_count(SHEETS, len(entries), limits.sheets)
    for kind, read_part in (("styles", read_styles), ("sharedStrings", read_shared_strings)):
        for relation in relations.values():
            if relation.kind == kind:
                read_part(book, relation.target)
    complete_styles(book)
    people = read_people(archive, relations.values()) if Extra.COMMENTS in extra else {}
    sheets, passed_over = [], []
    for attributes in entries:
        name = attributes.get("name", "")
        related = next((relations[i] for key in RELATION_IDS if (i := attributes.get(key)) in relations), None)
        if related is not None and related.kind == "worksheet" and related.target in archive:
            visibility = _VISIBILITY.get(attributes.get("state", ""), "visible")
            sheet = Sheet(name, Cells(number_formats=book.number_formats), visibility=visibility)
            read_sheet(book, related.target, sheet)
            if Extra.COMMENTS in extra:
                sheet.comments = read_comments(archive, related.target, people, limits)
            sheets.append(sheet)
        elif related is None or related.kind not in _WITHOUT_CELLS:
            passed_over.append(name)
    _note_passed_over(book, sheets, passed_over)
    if book.awaits_calculation:
        book.remarks |= settle_formulas(sheets)
    names = _names(ranges, entries) if Extra.NAMES in extra else None
    kinds = {relation.kind for relation in relations.values()}
    book.remarks |= {remark for kind, remark in _REMARKS.items() if kind in kinds}
    return Workbook("xlsx", sheets, sorted(book.remarks), names)


def _note_passed_over(book: SharedParts, sheets: list[Sheet], names: list[str]) -> None:
    """Remark that sheets have no part, as modules have none; refuse the workbook where nothing else holds anything."""
    if not names:
        return
    if not any(sheet.cells for sheet in sheets):
        what = f"la feuille « {names[0]} » ne renvoie à aucune partie", f"the sheet “{names[0]}” refers to no part"
        raise refuse_file("CORROMPU", found=Wording(*what))
    book.remarks.add("FEUILLE_SANS_CONTENU")


def _workbook_part(archive: ZipArchive) -> str:
    for relation in related_parts(archive, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    return "xl/workbook.xml"


def _read_workbook_part(book: SharedParts, part: str) -> tuple[list[dict[str, str]], list[Element]]:
    """Return the attributes of each sheet, in order, and the defined names; note which calendar is used."""
    sheets: list[dict[str, str]] = []
    names: list[Element] = []
    for element in book.archive.elements(part, _WORKBOOK, _WORKBOOK_LISTS):
        if element.tag in _SHEET:
            sheets.append(element.attrib)
        elif element.tag in _PROPERTIES:
            book.date1904 = element.get("date1904") in TRUE
        elif element.tag in _CALCULATION:
            book.awaits_calculation = element.get("fullCalcOnLoad") in TRUE
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
