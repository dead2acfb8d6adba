"""The parts of an Office Open XML package: how they are named, and how they refer to each other.

What belongs here: relationships, qualified names, strings. What does not: inflating and parsing safely
(``cells.zip_archive``), what a part says (``reader``, ``worksheet``, ``comments``).
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipeline.cells.rich import join_runs
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


_TEXT, _RUN, _RAISED = map(named, ("t", "r", "vertAlign"))


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


def string(item: Element) -> str:
    """Return the text of one string, shared or inline; phonetic readings are no part of it."""
    runs: list[tuple[str, bool]] = []
    for child in item:
        if child.tag in _TEXT:
            runs.append((child.text or "", False))
        elif child.tag in _RUN:
            runs.append(_run(child))
    text = runs[0][0] if len(runs) == 1 else join_runs(runs)
    return unescaped(text)


def _run(element: Element) -> tuple[str, bool]:
    """Return the text of a run of equally formatted characters and whether it is raised."""
    text, raised = "", False
    for child in element.iter():
        if child.tag in _TEXT:
            text += child.text or ""
        elif child.tag in _RAISED:
            raised = child.get("val") == "superscript"
    return text, raised


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
