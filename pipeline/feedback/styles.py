"""The styles that annotating adds: a marked cell gets a cell format that differs from its former one by the fill.

The former format is kept as a named style of ours, « À corriger 1 (Normal) », over which the fill lies. Named styles
outlive whatever program saves the workbook next, so that the cells of a copy that comes back can be given their former
format again.

What belongs here: fonts, fills, cell formats (``xf``) and named styles added at the end of their lists, so that no
existing number changes. What does not: which cells have them (``sheet_parts``).
"""

from __future__ import annotations

import re
from functools import cached_property

from pipeline.feedback.splice import (
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
from pipeline.rejections.copies import HEADING

MARKED_RGB = "FFFFC7CE"
REMARKED_RGB = "FFBDD7EE"
"""The fills of a cell that is to be corrected, and of one to look at again."""
_INK = "FF9C0006"
_GREY = "FFF2F2F2"
_LINK = "FF0563C1"
_MOST_FORMATS = 64_000
_FILLS = (MARKED_RGB, REMARKED_RGB, _GREY)
_NORMAL = "Normal"
_OUR_STYLE = re.compile(rf"{HEADING} (\d+) \((.*)\)", re.DOTALL)
"""Our named styles, each with the name of the one that its cells had before."""

_FONTS = {
    "plain": '<{p}font><{p}sz val="11"/><{p}name val="Calibri"/><{p}family val="2"/></{p}font>',
    "bold": '<{p}font><{p}b/><{p}sz val="11"/><{p}name val="Calibri"/><{p}family val="2"/></{p}font>',
    "title": '<{p}font><{p}b/><{p}sz val="16"/><{p}color rgb="' + _INK + '"/><{p}name val="Calibri"/>'
    '<{p}family val="2"/></{p}font>',
    "link": '<{p}font><{p}u/><{p}sz val="11"/><{p}color rgb="' + _LINK + '"/><{p}name val="Calibri"/>'
    '<{p}family val="2"/></{p}font>',
}
_FILL = (
    '<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{rgb}"/><{p}bgColor indexed="64"/></{p}patternFill>'
    "</{p}fill>"
)
_FORMAT = (
    '<{p}xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0"{quote} applyFont="1" '
    'applyFill="1" applyAlignment="1"><{p}alignment vertical="top"{wrap}/></{p}xf>'
)

# The styles of the list: font, fill, whether lines are wrapped. « text » is never read as a formula, even once edited.
_LIST_STYLES = {
    "title": ("title", None, False),
    "plain": ("plain", None, False),
    "bold": ("bold", None, False),
    "header": ("bold", _GREY, True),
    "text": ("plain", None, True),
    "link": ("link", None, False),
}


class Styles:
    """The styles part, to which cell formats are added as cells ask for them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._elements = outline(data)
        self._top = {element.name.rpartition(" ")[2]: element for element in self._elements if element.depth == 2}
        if not {"fonts", "fills", "cellXfs"} <= self._top.keys():
            raise UnusualError("styles inhabituels")
        self._prefix = prefix_of(self._top["cellXfs"].tag).decode()
        self._existing = self._children("cellXfs")
        self._named = self._children("cellStyleXfs")
        self._names = {
            int(style.attributes["xfId"]): style.attributes.get("name", "")
            for style in self._children("cellStyles")
            if style.attributes.get("xfId", "").isdecimal()
        }
        if not self._existing:
            raise UnusualError("styles inhabituels")
        self._font_of = {name: len(self._children("fonts")) + number for number, name in enumerate(_FONTS)}
        self._fill_of = {rgb: len(self._children("fills")) + number for number, rgb in enumerate(_FILLS)}
        self._added: dict[str, list[bytes]] = {"cellStyleXfs": [], "cellXfs": [], "cellStyles": []}
        if not self._named:
            self._added["cellStyleXfs"].append(self._element("xf", numFmtId=0, fontId=0, fillId=0, borderId=0))
        if not self._names:
            self._names = {0: _NORMAL}
            self._added["cellStyles"].append(self._element("cellStyle", name=_NORMAL, xfId=0, builtinId=0))
        ours = filter(None, map(_OUR_STYLE.fullmatch, self._names.values()))
        self._last = max((int(match[1]) for match in ours), default=0)
        self._marked: dict[tuple[int, str], int] = {}
        self._restored: dict[int, int] = {}
        self.stale = frozenset(number for number, each in enumerate(self._existing) if self._is_marked(each))
        """The numbers of the cell formats that an earlier check of ours gave to cells."""
        self.list_formats = {
            name: self._list_format(*style, quote=name == "text") for name, style in _LIST_STYLES.items()
        }
        """The number of the cell format of each style of the list."""

    def _children(self, name: str) -> list[Element]:
        parent = self._top.get(name)
        if parent is None:
            return []
        return [e for e in self._elements if e.depth == parent.depth + 1 and parent.start < e.start < parent.close]

    def _element(self, name: str, /, **attributes: object) -> bytes:
        return with_attributes(f"<{self._prefix}{name}/>".encode(), **attributes)

    def _list_format(self, font: str, rgb: str | None, wrap: bool, *, quote: bool) -> int:  # noqa: FBT001 - a row
        return self._add(
            _FORMAT.format(
                p=self._prefix,
                number=49 if quote else 0,
                font=self._font_of[font],
                fill=self._fill_of[rgb] if rgb else 0,
                quote=' quotePrefix="1"' if quote else "",
                wrap=' wrapText="1"' if wrap else "",
            ).encode()
        )

    # -- marked cells ------------------------------------------------------------------------------------------

    def marked(self, number: int, rgb: str) -> int:
        """Return the cell format that is the one of a number with one of the fills of marked cells."""
        if number in self.stale and self._fill_number(self._existing[number]) in self._mark_fills[rgb]:
            return number
        if (number, rgb) not in self._marked:
            if number >= len(self._existing):
                raise UnusualError("une cellule porte un format inconnu")
            xf = self._existing[number]
            style = _style_of(xf) if self._is_ours(xf) else self._add_style(xf)
            twin = self._twin(xf, fillId=self._fill_of[rgb], applyFill=1, xfId=style)
            self._marked[number, rgb] = self._add(twin)
        return self._marked[number, rgb]

    def restored(self, number: int) -> int:
        """Return the cell format that a cell had before an earlier check of ours gave it the one of a number."""
        if number not in self._restored:
            xf = self._existing[number]
            former = self._named[_style_of(xf)].attributes
            match = _OUR_STYLE.fullmatch(self._names[_style_of(xf)])
            assert match is not None  # noqa: S101 - only formats of our styles are stale
            style = next((each for each, name in self._names.items() if name == match[2]), 0)
            self._restored[number] = self._add(
                self._twin(xf, fillId=former.get("fillId", 0), applyFill=former.get("applyFill"), xfId=style)
            )
        return self._restored[number]

    def _add_style(self, xf: Element) -> int:
        """Add a named style of ours that keeps a cell format; return its number."""
        self._last += 1
        name = f"{HEADING} {self._last} ({self._names.get(_style_of(xf), _NORMAL)})"
        number = len(self._named) + len(self._added["cellStyleXfs"])
        self._added["cellStyleXfs"].append(self._twin(xf, xfId=None))
        self._added["cellStyles"].append(self._element("cellStyle", name=xml_text(name), xfId=number))
        return number

    def _is_ours(self, xf: Element) -> bool:
        style = _style_of(xf)
        return style < len(self._named) and _OUR_STYLE.fullmatch(self._names.get(style, "")) is not None

    def _is_marked(self, xf: Element) -> bool:
        """Whether it is a named style of ours with a fill of ours, and not one that the sender has filled since."""
        return self._is_ours(xf) and any(self._fill_number(xf) in fills for fills in self._mark_fills.values())

    @staticmethod
    def _fill_number(xf: Element) -> int:
        return int(xf.attributes.get("fillId", 0))

    @cached_property
    def _mark_fills(self) -> dict[str, set[int]]:
        """The numbers of the fills that have each of our colours of marked cells."""
        colours = [e for e in self._elements if e.name == f"{MAIN} fgColor"]
        found: dict[str, set[int]] = {MARKED_RGB: set(), REMARKED_RGB: set()}
        for number, fill in enumerate(self._children("fills")):
            for colour in colours:
                rgb = colour.attributes.get("rgb", "").upper()
                if fill.start < colour.start < fill.close and rgb in found:
                    found[rgb].add(number)
        return found

    def _twin(self, xf: Element, **attributes: object) -> bytes:
        return with_attributes(xf.tag, **attributes) + self._data[xf.opened : xf.end(self._data)]

    def _add(self, element: bytes) -> int:
        self._added["cellXfs"].append(element)
        number = len(self._existing) + len(self._added["cellXfs"]) - 1
        if number >= _MOST_FORMATS:
            raise UnusualError("trop de formats de cellule")
        return number

    def data(self) -> bytes:
        """Return the part with what was added."""
        fonts = [font.format(p=self._prefix).encode() for font in _FONTS.values()]
        fills = [_FILL.format(p=self._prefix, rgb=rgb).encode() for rgb in self._fill_of]
        splices: list[Splice] = []
        for name, added in {"fonts": fonts, "fills": fills, **self._added}.items():
            if not added:
                continue
            if name in self._top:
                count = len(self._children(name)) + len(added)
                splices += self._top[name].appended(b"".join(added), count=count)
            else:
                splices.append(self._new_list(name, added))
        return spliced(self._data, splices)

    def _new_list(self, name: str, added: list[bytes]) -> Splice:
        """Return a list that the part does not have: those of named styles before cell formats, their names after."""
        formats = self._top["cellXfs"]
        at = formats.start if name == "cellStyleXfs" else formats.end(self._data)
        opening = f'<{self._prefix}{name} count="{len(added)}">'.encode()
        return Splice(at, at, opening + b"".join(added) + f"</{self._prefix}{name}>".encode())


def _style_of(xf: Element) -> int:
    """Return the number of the named style that a cell format goes back to."""
    return int(xf.attributes.get("xfId", 0))
