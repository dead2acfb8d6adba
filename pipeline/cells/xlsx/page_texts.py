"""What is printed above and below the pages of a worksheet, without the codes by which it is written.

What belongs here: the language of these texts. What does not: what they say of the figures (``layouts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.cells.xlsx.ooxml import TRUE, unescaped

LONGEST = 4_096
"""Characters of such a text that are looked at; Excel allows 255."""
_CODE = re.compile(
    r'&(?:(?P<section>[LCR])|(?P<amp>&)|(?P<strike>[Ss])|"[^"]*"|\d{1,3}|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})'
    r"|[PN](?:[+-]\d{1,5})?|.)",
    re.DOTALL,
)
_PLACES = (
    *(("oddHeader", ""), ("evenHeader", "differentOddEven"), ("firstHeader", "differentFirst")),
    *(("oddFooter", ""), ("evenFooter", "differentOddEven"), ("firstFooter", "differentFirst")),
)
"""The texts in the order in which they are told, each with the attribute without which it is not printed."""


def page_texts(element: Element) -> list[str]:
    """Return the texts of a ``<headerFooter>``, those of the header first, each section of it by itself, each once."""
    by_place = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
    printed = [by_place.get(place, "") for place, needed in _PLACES if not needed or element.get(needed) in TRUE]
    texts = (" ".join(text.split()) for written in printed for text in _sections(unescaped(written[:LONGEST])))
    return list(dict.fromkeys(filter(None, texts)))


def _sections(written: str) -> Iterator[str]:
    """Yield the text of each section without its codes, and without what is struck through."""
    text, at, is_struck = "", 0, False
    for code in _CODE.finditer(written):
        text += "" if is_struck else written[at : code.start()]
        at = code.end()
        if code["section"]:
            yield text
            text, is_struck = "", False
        elif code["strike"]:
            is_struck = not is_struck
        elif code["amp"] and not is_struck:
            text += "&"
    yield text if is_struck else text + written[at:]
