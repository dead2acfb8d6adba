"""What people wrote beside the cells of an xlsx: notes, and the conversations that newer versions of Excel hold.

What belongs here: from the parts of one sheet to its comments. What does not: what a comment is taken for
(``pipeline.layouts.comment_remarks``), writing comments (``pipeline.feedback.comment_parts``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from pipeline.cells.damage import damaged_part
from pipeline.cells.limits import COMMENTS, check_count
from pipeline.cells.workbook import Comment, position
from pipeline.cells.xlsx.ooxml import RelatedPart, named, related_parts, runs_of, string
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import Wording
from pipeline.settings import Limits

_TALK = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_NOTES, _LISTS, _NOTE, _AUTHOR, _TEXT = map(named, ("comments", "commentList", "comment", "author", "text"))
_AUTHORS = named("authors")
_TALKS, _PEOPLE = (frozenset({f"{{{_TALK}}}{name}"}) for name in ("ThreadedComments", "personList"))
_STANDS_IN = "tc="
"""How the author of a note begins that only tells older programs that there is a conversation."""


def read_people(archive: ZipArchive, relations: Iterable[RelatedPart]) -> dict[str, str]:
    """Return the name of everybody who takes part in conversations, by identifier."""
    parts = [relation.target for relation in relations if relation.kind == "person"]
    people = (element for part in parts for element in archive.elements(part, _PEOPLE))
    return {person.get("id", ""): person.get("displayName", "") for person in people}


def read_comments(archive: ZipArchive, sheet: str, people: Mapping[str, str], limits: Limits) -> list[Comment]:
    """Return the comments of a sheet: its notes, then its conversations, voice by voice.

    Args:
        archive: the package.
        sheet: the name of the sheet's part.
        people: who takes part in conversations.
        limits: a sheet has no more comments than a workbook may have cells.

    Raises:
        FileRefusedError: a part is absent or damaged, or a limit is crossed.
    """
    parts: dict[str, list[str]] = {}
    for relation in related_parts(archive, sheet).values():
        parts.setdefault(relation.kind, []).append(relation.target)
    talks = list(_counted(_talks(archive, parts.get("threadedComment", ()), people), limits))
    talked_about = {(voice.row, voice.column) for voice in talks}
    notes = _counted(_notes(archive, parts.get("comments", ())), limits)
    notes_left = [
        note._replace(author="") if note.author.startswith(_STANDS_IN) else note
        for note in notes
        if not (note.author.startswith(_STANDS_IN) and (note.row, note.column) in talked_about)
    ]
    return notes_left + talks


def _notes(archive: ZipArchive, parts: Iterable[str]) -> Iterator[Comment]:
    for part in parts:
        authors: list[str] = []
        for element in archive.elements(part, _NOTES, _AUTHORS | _LISTS):
            if element.tag in _AUTHOR:
                authors.append((element.text or "").strip())
            elif element.tag in _NOTE:
                number = element.get("authorId", "")
                author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
                text = "".join(string(runs_of(child))[0] for child in element if child.tag in _TEXT)
                yield _comment(part, element, author, text)


def _talks(archive: ZipArchive, parts: Iterable[str], people: Mapping[str, str]) -> Iterator[Comment]:
    for part in parts:
        for element in archive.elements(part, _TALKS):
            author = people.get(element.get("personId", ""), "")
            yield _comment(part, element, author, element.findtext(f"{{{_TALK}}}text", ""))


def _comment(part: str, element: Element, author: str, text: str) -> Comment:
    at = position(element.get("ref", ""))
    if at is None:
        raise damaged_part(part, Wording("commente une cellule impossible", "comments an impossible cell"))
    return Comment(*at, author, text)


def _counted(comments: Iterator[Comment], limits: Limits) -> Iterator[Comment]:
    for number, comment in enumerate(comments, start=1):
        check_count(COMMENTS, number, limits.cells)
        yield comment
