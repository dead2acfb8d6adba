"""Comments on cells: their texts, and the old drawings without which they are not seen.

What belongs here: making both parts, and adding to those that a sheet has. What does not: what a comment says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.returned.splice import (
    MAIN,
    Element,
    Splice,
    UnusualError,
    outline,
    prefix_of,
    spliced,
    with_attributes,
    xml_text,
)
from pipeline.returned.verdict import position

AUTHOR = "Contrôle des données"
ANSWERED = "Rien à corriger ici au dernier contrôle."
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
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<xml\b[^>]*?(?=\s*/?>)", re.DOTALL)
_BOUND = re.compile(rb"\sxmlns:(\w+)\s*=\s*[\"']([^\"']*)[\"']")
_PREFIXED = re.compile(r"(?<=[</ ])([vox])(?=:)")
_ROOT_END = re.compile(rb"</xml\s*>\s*\Z")
_RUN = (
    '<{p}r><{p}rPr>{bold}<{p}sz val="9"/><{p}rFont val="Calibri"/><{p}family val="2"/></{p}rPr>'
    '<{p}t xml:space="preserve">{text}</{p}t></{p}r>'
)


def commented(data: bytes, texts: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """Add comments to a comments part; return it, and the addresses that had none.

    A cell that has a comment keeps it, and ours follows it. What an earlier check said in a cell is replaced.

    Raises:
        UnusualError: a cell holds a conversation, whose comment only stands in for it.
    """
    elements = outline(data)
    root, authors, listed = _frame(elements)
    names = _texts(data, elements, authors, "author")
    author = names.index(AUTHOR) if AUTHOR in names else len(names)
    prefix = prefix_of(root.tag).decode()
    splices: list[Splice] = []
    missing = dict(texts)
    for comment in _children(elements, listed):
        address = comment.attributes.get("ref", "").replace("$", "").upper()
        by = names[int(comment.attributes.get("authorId", -1))] if names else ""
        said = missing.pop(address, None)
        if by == AUTHOR:
            new = _comment(prefix, address, author, said or ANSWERED)
            splices.append(Splice(comment.start, comment.end(data), new))
        elif said is not None:
            if by.startswith("tc="):
                raise UnusualError("une cellule à corriger porte déjà une conversation")
            splices += _joined(data, elements, comment, said)
    if AUTHOR not in names:
        splices += authors.appended(f"<{prefix}author>{xml_text(AUTHOR)}</{prefix}author>".encode())
    added = sorted(missing, key=position)
    splices += listed.appended(b"".join(_comment(prefix, address, author, missing[address]) for address in added))
    return spliced(data, splices), added


def drawn(data: bytes, addresses: list[str]) -> bytes:
    """Add a note to the drawings of a sheet for each address.

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
    for number, address in enumerate(addresses, start=last + 1):
        row, column = position(address)
        top = max(0, row - 2)
        place = {"left": column, "right": column + 5, "top": top, "bottom": top + 8}
        notes.append(_NOTE.format(number=number, row=row - 1, column=column - 1, **place))
    prefixes = {prefix.decode(): bound.get(namespace, prefix).decode() for prefix, namespace in _VML.items()}
    named = _PREFIXED.sub(lambda match: prefixes[match[1]], "".join(notes)).encode()
    return spliced(
        data, [Splice(opening.end(), opening.end(), declared), Splice(closing.start(), closing.start(), named)]
    )


def _frame(elements: list[Element]) -> tuple[Element, Element, Element]:
    found = {element.name: element for element in elements if element.depth <= 2}
    try:
        root, authors, listed = (found[f"{MAIN} {name}"] for name in ("comments", "authors", "commentList"))
    except KeyError as error:
        raise UnusualError("commentaires inhabituels") from error
    return root, authors, listed


def _children(elements: list[Element], parent: Element) -> list[Element]:
    return [e for e in elements if e.depth == parent.depth + 1 and parent.start < e.start < parent.close]


def _texts(data: bytes, elements: list[Element], parent: Element, name: str) -> list[str]:
    """Return the plain contents of the children of an element, entities resolved."""
    found = [element for element in _children(elements, parent) if element.name == f"{MAIN} {name}"]
    return [
        "" if e.is_empty else data[e.opened : e.close].decode().replace("&lt;", "<").replace("&amp;", "&")
        for e in found
    ]


def _comment(prefix: str, address: str, author: int, text: str) -> bytes:
    runs = _runs(prefix, text)
    return (
        f'<{prefix}comment ref="{address}" authorId="{author}"><{prefix}text>{runs}</{prefix}text></{prefix}comment>'
    ).encode()


def _runs(prefix: str, text: str, *, before: str = "") -> str:
    """Return a text whose first line is bold."""
    title, _, rest = text.partition("\n")
    bold = _RUN.format(p=prefix, bold=f"<{prefix}b/>", text=xml_text(f"{before}{title}\n"))
    return bold + _RUN.format(p=prefix, bold="", text=xml_text(rest))


def _joined(data: bytes, elements: list[Element], comment: Element, said: str) -> list[Splice]:
    """Return the splices that let our text follow that of a comment, whose plain text becomes a run."""
    texts = [element for element in _children(elements, comment) if element.name == f"{MAIN} text"]
    if not texts:
        raise UnusualError("commentaires inhabituels")
    (text, *_) = texts
    prefix = prefix_of(text.tag).decode()
    splices = []
    for plain in _children(elements, text):
        if plain.name == f"{MAIN} t":
            tag = with_attributes(plain.tag, **{"xml:space": "preserve"})
            whole = tag + data[plain.opened : plain.end(data)]
            run = f"<{prefix}r>".encode() + whole + f"</{prefix}r>".encode()
            splices.append(Splice(plain.start, plain.end(data), run))
    return [*splices, *text.appended(_runs(prefix, said, before="\n").encode())]
