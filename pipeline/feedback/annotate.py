"""Annotating a file: the workbook as sent with the rejected cells marked, or the list alone where that is not possible.

An xlsx or xlsm package is patched: only the parts that must change are written anew, so that formulas keep their stored
values, and charts, images, validations and macros survive. A text becomes a workbook. For everything else, for what
cannot be read and for what is too unusual to be changed without a risk, the list is a workbook of its own.

What belongs here: which way a file goes, and the parts of a package that a new sheet concerns.
What does not: bytes of one kind of part (``splice``, ``styles``, ``sheet_parts``, ``comment_parts``), the list
(``listing``), what is said beside which cell (``marks``).

What a patch cannot keep: the digital signature of the package, which no longer fits; the list says so.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from pipeline.cells import guard, sniff
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import LAST_COLUMN, LAST_ROW, Extra, Sheet, column_letters
from pipeline.cells.workbook import Workbook as ReadWorkbook
from pipeline.cells.zip_archive import ZipArchive
from pipeline.feedback import comment_parts
from pipeline.feedback.listing import SHEET, TITLE, fill_sheet, lines, save, sheet_xml, write_text
from pipeline.feedback.marks import Mark, marks_by_cell
from pipeline.feedback.patched_package import PatchedPackage, Relationship
from pipeline.feedback.sheet_parts import SheetPatch
from pipeline.feedback.splice import (
    MAIN,
    RELATED,
    Element,
    Splice,
    UnusualError,
    outline,
    prefix_of,
    spliced,
    with_attributes,
    xml_text,
)
from pipeline.feedback.styles import Styles
from pipeline.feedback.verdict import Verdict
from pipeline.rejections import FileRefusedError
from pipeline.rejections.copies import AUTHOR, HEADING, TEXT_SHEET, TO_CHECK, list_name, without_ours
from pipeline.settings import Limits

# A file that was refused for one of these is not opened again.
UNREADABLE = frozenset(
    {"FICHIER_VIDE", "TYPE_FICHIER", "PASSWORD", "CORROMPU", "DANGEREUX", "LIMITE_DEPASSEE", "LECTEUR_INTERROMPU"}
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MACRO_TYPE = b"macroEnabled.main"
_NARROWEST, _WIDEST = 10, 60
_FORMATS = {"xls": ".xls", "xlsb": ".xlsb", "ods": ".ods"}
_SIGNED = "La signature numérique du classeur ne vaut plus pour cette copie annotée ; l'original signé reste inchangé."
_ALONE = "Le fichier d'origine n'est pas annoté ({}) : voici la liste de ce qu'il faut y corriger."


def annotate(content: Path, verdict: Verdict, folder: Path, limits: Limits) -> str:
    """Write the annotated copy of a file into a folder, or the list alone; return the name of what was written.

    Call it through ``pipeline.cells.isolation``: the file is as hostile as when it was first read.

    Args:
        content: the bytes as sent.
        verdict: what was found in them.
        folder: an existing, empty folder.
        limits: what reading may cost.
    """
    if any(rejection.reason in UNREADABLE for rejection in verdict.rejections):
        return list_alone(verdict, folder, "il ne peut pas être lu")
    try:
        with guard.inspected(content, limits) as archive:
            found = sniff.detect(content, archive)
        if found == "text":
            return _annotate_text(content, verdict, folder, limits)
        if found == "xlsx":
            return _annotate_package(content, verdict, folder, limits)
        return list_alone(verdict, folder, f"format {_FORMATS[found]}")
    except UnusualError as reason:
        return list_alone(verdict, folder, str(reason))
    except FileRefusedError:
        return list_alone(verdict, folder, "il ne peut pas être lu")


def list_alone(verdict: Verdict, folder: Path, why: str) -> str:
    """Write the list as a workbook of its own, in the place of whatever an attempt left in the folder; return its name.

    The file that it is about is not opened.
    """
    for left in folder.iterdir():
        left.unlink()
    workbook = Workbook()
    fill_sheet(workbook.worksheets[0], lines(verdict, notes=[_ALONE.format(why)]))
    name = list_name(verdict.file)
    save(workbook, folder / name)
    return name


# -- texts -------------------------------------------------------------------------------------------------------


def _annotate_text(content: Path, verdict: Verdict, folder: Path, limits: Limits) -> str:
    (read,) = read_workbook(content, limits, verdict.file).sheets
    if any(cell.row > LAST_ROW or cell.column > LAST_COLUMN for cell in read.cells):
        raise UnusualError("plus grand qu'une feuille de classeur")
    workbook = Workbook()
    listing, sheet = workbook.worksheets[0], workbook.create_sheet()
    sheet.title = TEXT_SHEET
    widths: dict[int, int] = {}
    for cell in read.cells:
        write_text(sheet, cell.row, cell.column, cell.text).number_format = "@"
        widths[cell.column] = max(widths.get(cell.column, _NARROWEST), len(cell.text) + 1)
    for column, width in widths.items():
        sheet.column_dimensions[column_letters(column)].width = min(width, _WIDEST)
    for address, mark in marks_by_cell(verdict, [read]).get(read.name, {}).items():
        sheet[address].fill = PatternFill("solid", fgColor=mark.rgb)
        sheet[address].comment = Comment(mark.text, AUTHOR, height=160, width=320)
    rejections, remarks = (
        [replace(each, sheet=sheet.title) if each.sheet else each for each in messages]
        for messages in (verdict.rejections, verdict.remarks)
    )
    accepted = (replace(figure, sheet=sheet.title) for figure in verdict.accepted)
    note = "Ce classeur reprend le texte envoyé ; corrigez-le ici, ou corrigez le fichier d'origine."
    fill_sheet(listing, lines(Verdict.of(verdict.file, rejections, accepted, remarks), [sheet.title], [note]))
    name = f"{PurePosixPath(verdict.file).stem}.xlsx"
    save(workbook, folder / name)
    return name


# -- packages ----------------------------------------------------------------------------------------------------


def _annotate_package(content: Path, verdict: Verdict, folder: Path, limits: Limits) -> str:
    sent = read_workbook(content, limits, extra=Extra.COMMENTS)
    earlier = _earlier_list(sent)
    with ZipArchive(content, limits) as archive:
        package = PatchedPackage(archive)
        book = _Book(package)
        extension = ".xlsm" if _MACRO_TYPE in package.read("[Content_Types].xml") else ".xlsx"
        sent_as = PurePosixPath(verdict.file)
        name = sent_as.name if sent_as.suffix.lower() == extension else f"{sent_as.stem}{extension}"
        marks = marks_by_cell(verdict, sent.sheets)
        for sheet, part in book.parts.items():
            if sheet != earlier:
                _annotate_sheet(package, book.styles, part, marks.get(sheet, {}))
        notes = [_SIGNED] if any(r.kind == "origin" for r in package.relationships("")) else []
        listed = lines(verdict, set(book.parts) - {earlier}, notes)
        book.add_list(sheet_xml(listed, book.styles.list_formats), replacing=earlier)
        package.put(book.styles_part, book.styles.data())
        package.save(folder / name)
    _check_nothing_is_lost(sent, folder / name, earlier, limits)
    return name


def _annotate_sheet(package: PatchedPackage, styles: Styles, part: str, marks: dict[str, Mark]) -> None:
    related = {each.kind: each.target for each in package.relationships(part)}
    existing = related.get("comments")
    has_ours = existing is not None and _has_ours(package.read(existing))
    if not marks and not has_ours and not styles.stale:
        return
    patch = SheetPatch(package.read(part), {cell: mark.rgb for cell, mark in marks.items()}, styles)
    if marks or has_ours:
        _write_comments(package, part, patch, existing, {cell: mark.text for cell, mark in marks.items()})
    package.put(part, patch.data())


def _has_ours(comments: bytes) -> bool:
    return any(heading.encode() in comments for heading in (HEADING, TO_CHECK))


def _write_comments(
    package: PatchedPackage, part: str, patch: SheetPatch, existing: str | None, comments: dict[str, str]
) -> None:
    """Say beside the cells of a sheet what is wrong with them, and take back what is answered."""
    target = existing or package.free_name("xl/comments{}.xml")
    before = package.read(target) if existing else comment_parts.NO_COMMENTS
    after, added, removed = comment_parts.commented(before, comments)
    package.put(target, after)
    if not existing:
        package.announce(target, comment_parts.COMMENTS_TYPE)
        package.relate(part, "comments", target)
    if added or patch.drawings is not None:
        drawings = _drawings(package, part, patch)
        package.put(drawings, comment_parts.drawn(package.read(drawings), added, removed))


def _drawings(package: PatchedPackage, part: str, patch: SheetPatch) -> str:
    """Return the part of a sheet's comment drawings: the one that the sheet names, since a header image has its own."""
    if patch.drawings is not None:
        for relationship in package.relationships(part):
            if relationship.identifier == patch.drawings:
                return relationship.target
        raise UnusualError("dessins inhabituels")
    drawings = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.put(drawings, comment_parts.NO_DRAWINGS)
    package.announce_extension("vml", comment_parts.DRAWINGS_TYPE)
    patch.draw(package.relate(part, "vmlDrawing", drawings))
    return drawings


class _Book:
    """The workbook part: its sheets, and the list that becomes the first of them."""

    def __init__(self, package: PatchedPackage) -> None:
        self._package = package
        self._part = next(
            (r.target for r in package.relationships("") if r.kind == "officeDocument"), "xl/workbook.xml"
        )
        self._data = package.read(self._part)
        self._elements = outline(self._data)
        if self._elements[0].name != f"{MAIN} workbook":
            raise UnusualError("format Strict Open XML")
        relationships = {each.identifier: each for each in package.relationships(self._part)}
        if any(each.kind == "revisionHeaders" for each in relationships.values()):
            raise UnusualError("classeur partagé, avec suivi des modifications")
        self._sheets = self._named("sheet")
        self._relationship_of = {
            sheet.attributes.get("name", ""): relationships.get(sheet.attributes.get(f"{RELATED} id", ""))
            for sheet in self._sheets
        }
        self.parts = {name: r.target for name, r in self._relationship_of.items() if r and r.kind == "worksheet"}
        self.styles_part = _only(relationships.values(), "styles")
        self.styles = Styles(package.read(self.styles_part))

    def _named(self, name: str) -> list[Element]:
        return [element for element in self._elements if element.name == f"{MAIN} {name}"]

    def add_list(self, data: bytes, *, replacing: str) -> None:
        """Add the list as the first sheet, or put it in the place of an earlier one."""
        if replacing:
            self._package.put(self.parts[replacing], data)
            self._put_first(replacing)
            return
        folder = posixpath.dirname(next(iter(self.parts.values()), "xl/worksheets/sheet.xml"))
        part = self._package.free_name(folder + "/sheet{}.xml")
        self._package.put(part, data)
        self._package.announce(part, _SHEET_TYPE)
        identifier = self._package.relate(self._part, "worksheet", part)
        first = self._sheets[0]
        number = 1 + max(int(sheet.attributes.get("sheetId", 0)) for sheet in self._sheets)
        prefix = prefix_of(first.tag).decode()
        entry = (
            f'<{prefix}sheet xmlns:r="{RELATED}" name="{xml_text(self._free_title())}" sheetId="{number}" '
            f'r:id="{identifier}"/>'
        )
        splices = [Splice(first.start, first.start, entry.encode()), *self._moved(len(self._sheets))]
        self._package.put(self._part, spliced(self._data, splices))

    def _put_first(self, name: str) -> None:
        """Let a sheet that was moved or hidden stand first and be seen."""
        position = next(n for n, sheet in enumerate(self._sheets) if sheet.attributes.get("name", "") == name)
        first, sheet = self._sheets[0], self._sheets[position]
        entry = with_attributes(sheet.tag, state=None) + self._data[sheet.opened : sheet.end(self._data)]
        taken, put = Splice(sheet.start, sheet.end(self._data), b""), Splice(first.start, first.start, entry)
        self._package.put(self._part, spliced(self._data, [put, taken, *self._moved(position)]))

    def _free_title(self) -> str:
        taken = {name.casefold() for name in self._relationship_of}
        titles = [SHEET, *(f"{SHEET} ({number})" for number in range(2, len(taken) + 3))]
        return next(title for title in titles if title.casefold() not in taken)

    def _moved(self, position: int) -> Iterable[Splice]:
        """Yield what follows from a sheet coming first from a position: names of one sheet, the tab that is open.

        The sheets that stood before it stand one place further.
        """
        for name, attribute in (("definedName", "localSheetId"), ("workbookView", "activeTab")):
            for element in self._named(name):
                stated = element.attributes.get(attribute, "0" if name == "workbookView" else None)
                if stated is not None:
                    stood = int(stated)
                    stands = 0 if stood == position else stood + (stood < position)
                    tag = with_attributes(element.tag, **{attribute: stands})
                    yield Splice(element.start, element.opened, tag)


def _only(relationships: Iterable[Relationship], kind: str) -> str:
    found = [each.target for each in relationships if each.kind == kind]
    if len(found) != 1:
        raise UnusualError("styles inhabituels")
    return found[0]


def _earlier_list(sent: ReadWorkbook) -> str:
    """Return the name of the sheet on which an earlier check left its list, ``""`` where there is none."""
    for sheet in sent.sheets:
        if sheet.name.startswith(SHEET) and sheet.cells and sheet.cells[0].text.startswith(TITLE):
            return sheet.name
    return ""


def _check_nothing_is_lost(sent: ReadWorkbook, annotated: Path, earlier: str, limits: Limits) -> None:
    """Read the annotated copy: every cell and every comment must be what it was, or else the list alone is sent.

    Raises:
        UnusualError: they differ.
    """
    copy = read_workbook(annotated, limits, extra=Extra.COMMENTS)
    after = {sheet.name: _senders_content(sheet) for sheet in copy.sheets}
    if any(after.get(sheet.name) != _senders_content(sheet) for sheet in sent.sheets if sheet.name != earlier):
        raise UnusualError("contenu inhabituel")


def _senders_content(sheet: Sheet) -> tuple[object, ...]:
    """Return what of a sheet is its sender's and not ours."""
    theirs = [c._replace(text=text) for c in sheet.comments or () if (text := without_ours(c.text))]
    return sheet.cells, sheet.merges, sheet.visibility, sorted(theirs)
