"""The parts of an Office Open XML package: how they are named, and how they refer to each other.

What belongs here: relationships, qualified names, strings. What does not: inflating and parsing safely
(``cells.zip_archive``), what a part says (``reader``, ``worksheet``, ``comments``).
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipeline.cells.rich import Run, meant_text
from pipeline.cells.zip_archive import Names, ZipArchive

_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_RELATED = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

RELATION_IDS = tuple(f"{{{namespace}}}id" for namespace in _RELATED)
"""The attributes by which an element names a relationship, transitional and strict."""
_RELATIONS = frozenset({f"{{{_PACKAGE}}}Relationships"})
TRUE = frozenset({"1", "true"})
"""How an attribute says yes."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class RelatedPart(NamedTuple):
    """What a part refers to: the last word of the relationship's type, and the name of the part."""

    kind: str
    target: str


def named(*names: str) -> Names:
    """Return the qualified names of elements, in the transitional and in the strict namespace."""
    return frozenset(f"{{{namespace}}}{name}" for namespace in _MAIN for name in names)


_TEXT, _RUN, _RAISED, _FORMAT = map(named, ("t", "r", "vertAlign", "rPr"))
_STRUCK = named("strike", "dstrike")


def related_parts(archive: ZipArchive, part: str) -> dict[str, RelatedPart]:
    """Return what a part refers to, by identifier; the whole package for the part ``""``."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, RelatedPart] = {}
    if listing in archive:
        for relation in archive.elements(listing, _RELATIONS):
            target = relation.get("Target", "").replace("\\", "/")
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[relation.get("Id", "")] = RelatedPart(relation.get("Type", "").rpartition("/")[2], target)
    return found


def runs_of(item: Element) -> list[Run]:
    """Return the characters of one string, shared or inline; phonetic readings are no part of it."""
    runs: list[Run] = []
    for child in item:
        if child.tag in _TEXT:
            runs.append(Run(child.text or ""))
        elif child.tag in _RUN:
            runs.append(_run(child))
    return runs


def string(runs: list[Run], *, is_struck: bool = False) -> tuple[str, str | None]:
    """Return the text of one string and what of it is struck through (``meant_text``), in a cell that is or is not."""
    if len(runs) == 1 and not (is_struck or runs[0].is_struck):
        return unescaped(runs[0].text), None
    text, struck = meant_text(runs, is_struck=is_struck)
    return unescaped(text), struck and unescaped(struck)


def _run(element: Element) -> Run:
    """Return a run; one that says nothing of its format has that of its cell."""
    text, raised, struck = "", False, None
    for child in element.iter():
        if child.tag in _TEXT:
            text += child.text or ""
        elif child.tag in _RAISED:
            raised = child.get("val") == "superscript"
        elif child.tag in _FORMAT:
            struck = strikes(child)
    return Run(text, raised, struck)


def strikes(font: Element) -> bool:
    """Return whether a font strikes its characters through."""
    return any(child.tag in _STRUCK and child.get("val", "1") in TRUE for child in font)


def unescaped(text: str) -> str:
    """Return a text with the characters that its escapes stand for, if it has any."""
    return unescape(text) if "_x" in text else text


def unescape(text: str) -> str:
    """``_x000D_`` stands for a character that XML cannot hold, and ``_x005F_`` for an underscore that is one."""
    unescaped = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if not _SURROGATE.search(unescaped):
        return unescaped
    # two of them stand for one character; one alone stands for none
    return unescaped.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
