"""How French text is typed: spaces, dashes, apostrophes, styled digits, accents and wrongly decoded bytes.

What belongs here: bringing the many ways of typing the same characters to one, without touching the words; writing a
number as French readers do.
What does not: recognising wordings (``words``), figures (``figures``) and periods (``periods``).
"""

from __future__ import annotations

import re
import unicodedata

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("’‘ʼ´`′", "'"),
        **dict.fromkeys('«»“”„"', ""),
        "×": "x",
    }
)
_LINE_BREAK = re.compile(r"[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_BREAK = re.compile(r" ?\n[ \n]*")
_MAC_SPACE = re.compile(r"(?<=\d)Ê(?=\d{3}(?!\d))")


def plain(text: str) -> str:
    """Return the text on ASCII letters and digits where it has such: one kind of space, dash and apostrophe.

    Line breaks stay, because two figures on two lines are not one figure. Case stays, because ``M`` is a million.
    A superscript, subscript or circled digit is a note mark and becomes ``(1)``: ``8 311¹`` is never 83 111.
    """
    if not text.isascii():
        text = _ascii_where_possible(repair_mojibake(text) or text)
    spaced = _SPACES.sub(" ", _LINE_BREAK.sub("\n", text.translate(_ALIKE)))
    return _AROUND_BREAK.sub("\n", spaced).strip()


def french_number(number: float) -> str:
    """Return a number as a French reader writes it: ``1 234,5``."""
    text = f"{number:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


def _ascii_where_possible(text: str) -> str:
    kept: list[str] = []
    for character in text.translate(_ALIKE).replace("m²", "m2"):
        if character.isascii():
            kept.append(character)
            continue
        category = unicodedata.category(character)
        if category == "Cf":  # soft hyphens, zero-width spaces, byte order marks: nothing that a reader sees
            continue
        bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        kept.append(f"({bare.strip('()')})" if category == "No" else bare)
    return "".join(kept).translate(_ALIKE)


def repair_mojibake(text: str) -> str | None:
    """Return the text as it was meant when its bytes were decoded with the wrong encoding, ``None`` otherwise.

    Only where it is certain: UTF-8 read as Windows-1252 or Latin-1, whose multi-byte sequences do not arise by
    chance (``104,4 Mâ‚¬``), and the no-break space of Mac Roman between two groups of digits (``8Ê311``).
    """
    for encoding in ("cp1252", "latin-1"):
        try:
            repaired = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if repaired != text:
            return repaired
    repaired = _MAC_SPACE.sub(" ", text)
    return repaired if repaired != text else None
