"""Changing a few bytes of an XML part and leaving all others as they are.

What belongs here: finding where elements stand in the bytes, and putting other bytes there.
What does not: what the elements mean (``styles``, ``sheet_parts``, ``comment_parts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from pipeline.cells.zip_archive import refuse_document_type

Attributes = dict[str, str]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_ATTRIBUTE = re.compile(rb"(?<!\s)\s+([^\s=>/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_TAG_NAME = re.compile(rb"<((?:[^\s:>/]+:)?)[^\s>/]+")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
_READABLE = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML can hold, and the carriage return, which it does not keep."""
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class UnusualError(Exception):
    """The workbook has something that cannot be annotated without a risk; the message says what, in French."""


class Splice(NamedTuple):
    """Bytes that replace those between two positions."""

    start: int
    end: int
    content: bytes


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """Return the data with every splice done; those at one position come in the order in which they are given."""
    pieces: list[bytes] = []
    done = 0
    for start, end, content in sorted(splices, key=lambda splice: splice.start):
        if start < done:
            raise UnusualError("deux modifications au même endroit")
        pieces += [data[done:start], content]
        done = end
    return b"".join([*pieces, data[done:]])


def walk(
    data: bytes,
    start: Callable[[str, Attributes, int, int], object],
    end: Callable[[str, int, int], object] = lambda *_: None,
) -> None:
    """Parse a part, calling ``start`` (name, attributes, depth, position) and ``end`` (name, depth, position).

    Names are ``"<namespace> <name>"``; positions count bytes, that of an empty element's end being its own end.

    Raises:
        UnusualError: the part is no UTF-8, or no XML.
        FileRefusedError: it has a document type.
    """
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (declared and declared[1].lower() not in _READABLE):
        raise UnusualError("codage inhabituel")
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartDoctypeDeclHandler = refuse_document_type
    depth = 0

    def on_start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        start(name, attributes, depth, parser.CurrentByteIndex)

    def on_end(name: str) -> None:
        nonlocal depth
        end(name, depth, parser.CurrentByteIndex)
        depth -= 1

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keyword
    except expat.ExpatError as error:
        raise UnusualError(f"XML inhabituel, {error}") from error


@dataclass(slots=True)
class Element:
    """One element of a small part, and where it stands."""

    name: str
    attributes: Attributes
    depth: int
    start: int
    tag: bytes
    close: int = 0
    """Where its end tag starts; where it ends, for an empty element."""

    @property
    def is_empty(self) -> bool:
        """Whether it is written as one tag."""
        return self.tag.endswith(b"/>")

    @property
    def opened(self) -> int:
        """Where its content starts."""
        return self.start + len(self.tag)

    def end(self, data: bytes) -> int:
        """Return where it ends."""
        return self.opened if self.is_empty else data.index(b">", self.close) + 1

    def appended(self, content: bytes, **attributes: object) -> list[Splice]:
        """Return the splices that add content at its end, and set attributes."""
        tag = with_attributes(self.tag, **attributes)
        if self.is_empty:
            opening, closing = opened(tag), b"</" + tag_name(tag) + b">"
            return [Splice(self.start, self.opened, opening + content + closing)]
        return [Splice(self.start, self.opened, tag), Splice(self.close, self.close, content)]


def opened(tag: bytes) -> bytes:
    """Return the start tag of an element that is written as one tag."""
    return tag.removesuffix(b"/>").rstrip() + b">" if tag.endswith(b"/>") else tag


def outline(data: bytes) -> list[Element]:
    """Return every element of a small part, in the order in which they start."""
    found: list[Element] = []
    open_elements: list[Element] = []

    def start(name: str, attributes: Attributes, depth: int, position: int) -> None:
        element = Element(name, attributes, depth, position, tag_at(data, position))
        found.append(element)
        open_elements.append(element)

    def end(_name: str, _depth: int, position: int) -> None:
        open_elements.pop().close = position

    walk(data, start, end)
    return found


def tag_at(data: bytes, position: int) -> bytes:
    """Return the tag that starts at a position."""
    match = _TAG.match(data, position)
    if match is None:
        raise UnusualError("balise inhabituelle")
    return match[0]


def tag_name(tag: bytes) -> bytes:
    """Return the name in a start tag, its prefix included."""
    match = _TAG_NAME.match(tag)
    if match is None:
        raise UnusualError("balise inhabituelle")
    return match[0][1:]


def prefix_of(tag: bytes) -> bytes:
    """Return the prefix of a tag with its colon, ``b""`` where it has none."""
    name, colon, _ = tag_name(tag).partition(b":")
    return name + colon if colon else b""


def with_attributes(tag: bytes, **attributes: object) -> bytes:
    """Return a start tag with attributes set; one set to ``None`` is taken out."""
    name = tag_name(tag)
    start = 1 + len(name)
    ending = b"/>" if tag.endswith(b"/>") else b">"
    wanted = {key.encode(): value for key, value in attributes.items()}
    kept = b""
    for match in _ATTRIBUTE.finditer(tag, start):
        if match[1] in wanted:
            value = wanted.pop(match[1])
            kept += b"" if value is None else b' %s="%s"' % (match[1], str(value).encode())
        else:
            kept += match[0]
    added = b"".join(b' %s="%s"' % (key, str(value).encode()) for key, value in wanted.items() if value is not None)
    return b"<" + name + kept + added + ending


def xml_text(text: str) -> str:
    """Return a text as it is written in a spreadsheet's XML, between tags or between double quotes.

    What XML cannot hold is escaped as spreadsheets do (``_x0007_``), and what looks like such an escape is protected.
    """
    escaped = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    escaped = UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", escaped)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
