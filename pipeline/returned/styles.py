"""The styles that annotating adds: the format of a faulty cell is its own with another fill.

What belongs here: fonts, fills and formats added at the end of their lists, so that no existing number changes.
What does not: which cells have them (``sheets``).
"""

from __future__ import annotations

from pipeline.returned.splice import MAIN, Element, Splice, UnusualError, outline, prefix_of, spliced, with_attributes

FAULTY = "FFFFC7CE"
_INK = "FF9C0006"
_GREY = "FFF2F2F2"
_LINK = "FF0563C1"
_MOST_FORMATS = 64_000

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

# The looks of the list: font, fill, whether lines are wrapped. « text » is never read as a formula, even once edited.
_LOOKS = {
    "title": ("title", None, False),
    "plain": ("plain", None, False),
    "bold": ("bold", None, False),
    "header": ("bold", _GREY, True),
    "text": ("plain", None, True),
    "link": ("link", None, False),
}


class Styles:
    """The styles part, to which formats are added as cells ask for them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        top = {element.name: element for element in outline(data) if element.depth == 2}
        try:
            self._fonts, self._fills, self._formats = (top[f"{MAIN} {name}"] for name in ("fonts", "fills", "cellXfs"))
        except KeyError as error:
            raise UnusualError("styles inhabituels") from error
        self._prefix = prefix_of(self._formats.tag).decode()
        fonts, fills, self._existing = (
            self._children(element) for element in (self._fonts, self._fills, self._formats)
        )
        if not self._existing:
            raise UnusualError("styles inhabituels")
        self._font_of = {name: len(fonts) + number for number, name in enumerate(_FONTS)}
        self._fill_of = {rgb: len(fills) + number for number, rgb in enumerate((FAULTY, _GREY))}
        self._added: list[bytes] = []
        self._faulty: dict[int, int] = {}
        self.looks = {name: self._look(*look, quote=name == "text") for name, look in _LOOKS.items()}

    def _children(self, parent: Element) -> list[Element]:
        return [
            element
            for element in outline(self._data)
            if element.depth == parent.depth + 1 and parent.start < element.start < parent.close
        ]

    def _look(self, font: str, rgb: str | None, wrap: bool, *, quote: bool) -> int:  # noqa: FBT001 - one row of _LOOKS
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

    def faulty(self, style: int) -> int:
        """Return the format that is ``style`` with the fill of a faulty cell."""
        if style not in self._faulty:
            if style >= len(self._existing):
                raise UnusualError("une cellule porte un format inconnu")
            own = self._existing[style]
            tag = with_attributes(own.tag, fillId=self._fill_of[FAULTY], applyFill=1)
            self._faulty[style] = self._add(tag + self._data[own.opened : own.end(self._data)])
        return self._faulty[style]

    def _add(self, element: bytes) -> int:
        self._added.append(element)
        number = len(self._existing) + len(self._added) - 1
        if number >= _MOST_FORMATS:
            raise UnusualError("trop de formats de cellule")
        return number

    def data(self) -> bytes:
        """Return the part with what was added."""
        splices: list[Splice] = []
        fonts = [font.format(p=self._prefix).encode() for font in _FONTS.values()]
        fills = [_FILL.format(p=self._prefix, rgb=rgb).encode() for rgb in self._fill_of]
        for element, added in ((self._fonts, fonts), (self._fills, fills), (self._formats, self._added)):
            count = len(self._children(element)) + len(added)
            splices += element.appended(b"".join(added), count=count)
        return spliced(self._data, splices)
