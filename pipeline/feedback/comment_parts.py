"""Comments on cells: their texts, and the old drawings without which they are not seen.

What belongs here: making both parts, and adding to those that a sheet has. What does not: what a comment says.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.cells.xlsx.ooxml import unescape
from pipeline.feedback.splice import (
    MAIN,
    Element,
    Splice,
    UnusualError,
    outline,
    prefix_of,
    spliced,
    xml_text,
)
from pipeline.feedback.verdict import row_and_column
from pipeline.rejections.copies import AUTHOR, our_words, without_ours

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWINGS_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

NO_COMMENTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{MAIN}"><authors></authors>'
    "<commentList></commentList></comments>"
).encode()
_VML = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}
NO_DRAWINGS = (
    b"<xml %s>" % b" ".join(b'xmlns:%s="%s"' % item for item in _VML.items())
    + b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_NOTE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NOTE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:240pt;height:120pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 10, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPE_NUMBER = re.compile(rb'id\s*=\s*["\']_x0000_s(\d{1,9})["\']')
_NOTE_SHAPE = re.compile(
    rb"<(\w+:)?shape\b(?:(?!</?(?:\w+:)?shape\b).)*ObjectType\s*=\s*[\"']Note[\"'](?:(?!<(?:\w+:)?shape\b).)*?</(?:\w+:)?shape>",
    re.DOTALL,
)
_NOTE_ROW, _NOTE_COLUMN = (re.compile(rb"<(?:\w+:)?%s>\s*(\d{1,7})\s*<" % name) for name in (b"Row", b"Column"))
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<xml\b[^>]*?(?=\s*/?>)", re.DOTALL)
_BOUND = re.compile(rb"\sxmlns:(\w+)\s*=\s*[\"']([^\"']*)[\"']")
_PREFIXED = re.compile(r"(?<=[</ ])([vox])(?=:)")
_ROOT_END = re.compile(rb"</xml\s*>\s*\Z")
_RUN = '<{p}r><{p}rPr>{bold}<{p}sz val="9"/><{p}rFont val="Calibri"/><{p}family val="2"/></{p}rPr>{t}</{p}r>'


_Tree = dict[int, list[Element]]


class _Piece(NamedTuple):
    """A stretch of a comment's text: the run in which it stands, if any, the element that holds it, and the text."""

    run: Element | None
    t: Element
    text: str


class Commented(NamedTuple):
    """A comments part, and which cells have a comment that had none, or none any more."""

    data: bytes
    added: list[str]
    removed: list[str]


def commented(data: bytes, texts: Mapping[str, str]) -> Commented:
    """Say in a comments part what is wrong with each cell, and take back what an earlier check said.

    A cell that has a comment of its sender keeps it, and ours follows it. A conversation is left alone: its comment
    only stands in for it and nobody would see ours. The list tells what is wrong there.
    """
    elements = outline(data)
    root, authors, listed = _frame(elements)
    tree = _tree(elements)
    names = [_text(data, author) for author in _children(tree, authors, "author")]
    ours = names.index(AUTHOR) if AUTHOR in names else len(names)
    prefix = prefix_of(root.tag).decode()
    splices: list[Splice] = []
    removed: list[str] = []
    missing = dict(texts)
    for comment in _children(tree, listed, "comment"):
        address = comment.attributes.get("ref", "").replace("$", "").upper()
        number = comment.attributes.get("authorId", "")
        by = names[int(number)] if number.isdecimal() and int(number) < len(names) else ""
        message = missing.pop(address, "")
        if by.startswith("tc="):
            continue
        text = _only_text(tree, comment)
        pieces = _pieces(data, tree, text)
        whole = "".join(piece.text for piece in pieces)
        if whole and not without_ours(whole):  # whoever signs it: not every program keeps the author
            new = _comment(prefix, address, ours, message) if message else b""
            splices.append(Splice(comment.start, comment.end(data), new))
            removed += [] if message else [address]
        else:
            splices += _rewritten(data, text, pieces, message)
    if AUTHOR not in names:
        splices += authors.appended(f"<{prefix}author>{xml_text(AUTHOR)}</{prefix}author>".encode())
    added = sorted(missing, key=row_and_column)
    splices += listed.appended(b"".join(_comment(prefix, address, ours, missing[address]) for address in added))
    return Commented(spliced(data, splices), added, removed)


def drawn(data: bytes, added: Iterable[str], removed: Iterable[str] = ()) -> bytes:
    """Add a note to the drawings of a sheet for each address, and take those away that no comment has any more.

    Raises:
        UnusualError: the drawings are not written as spreadsheets write them.
    """
    opening, closing = _ROOT.match(data), _ROOT_END.search(data)
    if opening is None or closing is None:
        raise UnusualError("dessins inhabituels")
    bound = {namespace: prefix for prefix, namespace in _BOUND.findall(opening[0])}
    missing = {prefix: namespace for prefix, namespace in _VML.items() if namespace not in bound}
    if not missing.keys().isdisjoint(bound.values()):
        raise UnusualError("dessins inhabituels")
    declared = b"".join(b' xmlns:%s="%s"' % item for item in missing.items())
    notes = ["" if b'"_x0000_t202"' in data else _NOTE_TYPE]
    last = max((int(found) for found in _SHAPE_NUMBER.findall(data)), default=1024)
    for number, address in enumerate(added, start=last + 1):
        row, column = row_and_column(address)
        top = max(0, row - 2)
        place = {"left": column, "right": column + 5, "top": top, "bottom": top + 8}
        notes.append(_NOTE.format(number=number, row=row - 1, column=column - 1, **place))
    prefixes = {prefix.decode(): bound.get(namespace, prefix).decode() for prefix, namespace in _VML.items()}
    named = _PREFIXED.sub(lambda match: prefixes[match[1]], "".join(notes)).encode()
    gone = {(row - 1, column - 1) for row, column in map(row_and_column, removed)}
    return spliced(
        data,
        [
            Splice(opening.end(), opening.end(), declared),
            *(Splice(*shape.span(), b"") for shape in _NOTE_SHAPE.finditer(data) if _place(shape[0]) in gone),
            Splice(closing.start(), closing.start(), named),
        ],
    )


def _place(shape: bytes) -> tuple[int, int] | None:
    """Return the row and the column, counted from zero, of the cell that a drawn note is about."""
    row, column = _NOTE_ROW.search(shape), _NOTE_COLUMN.search(shape)
    return (int(row[1]), int(column[1])) if row and column else None


def _frame(elements: list[Element]) -> tuple[Element, Element, Element]:
    found = {element.name: element for element in elements if element.depth <= 2}
    try:
        root, authors, listed = (found[f"{MAIN} {name}"] for name in ("comments", "authors", "commentList"))
    except KeyError as error:
        raise UnusualError("commentaires inhabituels") from error
    return root, authors, listed


def _tree(elements: list[Element]) -> _Tree:
    """Return the children of each element, by where it starts."""
    tree: _Tree = {}
    above: list[Element] = []
    for element in elements:
        del above[element.depth - 1 :]
        if above:
            tree.setdefault(above[-1].start, []).append(element)
        above.append(element)
    return tree


def _children(tree: _Tree, parent: Element, name: str) -> list[Element]:
    return [element for element in tree.get(parent.start, ()) if element.name == f"{MAIN} {name}"]


def _text(data: bytes, element: Element) -> str:
    """Return the text of an element, entities and escapes resolved."""
    return "" if element.is_empty else unescape(html.unescape(data[element.opened : element.close].decode()))


def _only_text(tree: _Tree, comment: Element) -> Element:
    found = _children(tree, comment, "text")
    if len(found) != 1:
        raise UnusualError("commentaires inhabituels")
    return found[0]


def _pieces(data: bytes, tree: _Tree, text: Element) -> list[_Piece]:
    """Return the pieces of the text of a comment, in their order."""
    without_run = [_Piece(None, t, _text(data, t)) for t in _children(tree, text, "t")]
    in_runs = [_Piece(run, t, _text(data, t)) for run in _children(tree, text, "r") for t in _children(tree, run, "t")]
    return sorted([*without_run, *in_runs], key=lambda piece: piece.t.start)


def _rewritten(data: bytes, text: Element, pieces: list[_Piece], message: str) -> list[Splice]:
    """Return the splice that leaves the sender's words in a comment, as they look, with ours after them."""
    start, end = our_words("".join(piece.text for piece in pieces))
    if not (message or end):
        return []
    prefix = prefix_of(text.tag).decode()
    if text.is_empty:
        return text.appended(_runs(prefix, message).encode())
    runs = b""
    done = 0
    for run, t, piece in pieces:
        kept = piece[: max(0, start - done)] + piece[max(0, end - done) :]
        done += len(piece)
        if kept:
            properties = data[run.opened : t.start] if run is not None else b""
            runs += f"<{prefix}r>".encode() + properties + _t(prefix, kept).encode() + f"</{prefix}r>".encode()
    runs += _runs(prefix, message, before="\n").encode() if message else b""
    return [Splice(text.opened, text.close, runs)]


def _comment(prefix: str, address: str, author: int, text: str) -> bytes:
    runs = _runs(prefix, text)
    return (
        f'<{prefix}comment ref="{address}" authorId="{author}"><{prefix}text>{runs}</{prefix}text></{prefix}comment>'
    ).encode()


def _runs(prefix: str, text: str, *, before: str = "") -> str:
    """Return a text whose first line is bold."""
    title, _, rest = text.partition("\n")
    bold = _RUN.format(p=prefix, bold=f"<{prefix}b/>", t=_t(prefix, f"{before}{title}\n"))
    return bold + _RUN.format(p=prefix, bold="", t=_t(prefix, rest))


def _t(prefix: str, text: str) -> str:
    return f'<{prefix}t xml:space="preserve">{xml_text(text)}</{prefix}t>'
