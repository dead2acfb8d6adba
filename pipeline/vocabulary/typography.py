"""How French text is typed: spaces, dashes, apostrophes, styled digits, accents and wrongly decoded bytes.

What belongs here: bringing the many ways of typing the same characters to one, without touching the words; writing a
number as spreadsheets and French readers do.
What does not: recognising wordings (``words``), figures (``figures``) and periods (``periods``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("’‘ʼ´`′", "'"),
        **dict.fromkeys('«»“”„"', ""),
        "×": "x",
    }
)
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Letters and signs that are blank by their design, the joiner that is none, the selectors of variants."""
_LINE_BREAK = re.compile(r"[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
# A terminal obeys these, and the first ones have a sign that shows them.
_CONTROLS = {0x7F: 0x2421, **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}}
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}
"""The categories of what shows as nothing and says more: controls, what turns the direction of a text, odd breaks."""
# Letters that show as a blank, and marks that choose between two forms of the sign before them, or show as nothing.
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_AROUND_BREAK = re.compile(r" ?\n[ \n]*")

_LEADERS = re.compile(r"(?<![\s.…_·])(?=[\s.…_·]*(?:\.\.|…|__|··|\. \.|· ·))[\s.…_·]+$")
_SHOWN_DIGITS = 15
"""As many digits spreadsheets show of a number, of which they store two more."""
_STORED = re.compile(r"-?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]{1,3})?")

# -- wrongly decoded bytes: what a program shows that took UTF-8 or Mac Roman for Windows-1252 or Latin-1.

# Windows-1252 differs from Latin-1 in these; what is left of its 32 places is decoded as it stands by most programs.
_AS_BYTES = str.maketrans(
    {bytes([b]).decode("cp1252"): chr(b) for b in range(0x80, 0xA0) if b not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}
)
# All that a text in French is made of, beside ASCII. A reading that holds anything else is not what was meant:
# "ACTIVITÉ²" is valid UTF-8 for "ACTIVITɲ".
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»’‘“”…–—·•°²³€§×\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
_UTF8_SIGN = re.compile("[ÂÃÅâ]")
# What no language writes: a control character, a lone circumflex, a quote or a sign inside a word, a capital inside a
# word in lower case, an accented capital between groups of digits, for a currency or for the apostrophe of an elision.
_MAC_SIGN = re.compile(
    r"[\x80-\x9f\u02c6]|(?<=[A-Za-z])[\u2030\u201d\u2122](?=[a-z])|(?<=[a-z])\u017d|(?<=[A-Za-z])\u017d(?=[a-z])"
    r"|\u0192(?=[A-Za-z])|(?<=\d)Ê(?=\d{3}(?!\d))|\d[ Ê]?[kM]?Û(?![A-Za-z])"
    r"|(?:(?<=\b[cdjlmnst])|(?<=[qQ]u))Õ(?=\w)"
)
# What a right character becomes when it is decoded once more: the text was only wrong in parts.
_TORN = re.compile(r"(?<=[a-zà-ÿ])[À-Þ]|(?<=[A-Za-z])[À-Þ](?=[a-z])|(?<=[A-Za-z])[«»…°](?=[A-Za-z])")


def plain(text: str) -> str:
    """Return the text on ASCII letters and digits where it has such: one kind of space, dash and apostrophe.

    Line breaks stay, because two figures on two lines are not one figure. Case stays, because ``M`` is a million.
    A superscript, subscript or circled digit is a note mark and becomes ``(1)``: ``8 311¹`` is never 83 111.
    """
    if not text.isascii():
        text = _ascii_where_possible(text)
    spaced = _SPACES.sub(" ", _LINE_BREAK.sub("\n", text.translate(_ALIKE)))
    return _AROUND_BREAK.sub("\n", spaced).strip()


def without_leaders(text: str) -> str:
    """Return the text without the dots that lead to a figure: ``mars`` of ``mars . . .`` and of ``mars……``."""
    return _LEADERS.sub("", text)


def seen(text: str) -> str:
    """Return the text without what shows as nothing: soft hyphens, zero-width spaces, byte order marks, directions.

    What is compared, or becomes a key, goes through here: « Agré\u00adments » is « Agréments ».
    """
    return text if text.isascii() else "".join(character for character in text if not _is_unseen(character))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character in _FILLERS


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: spaces of any kind, and signs without a shape."""
    return not seen(text).strip()


def visible(text: str) -> str:
    r"""Return the text with a sign or an escape for what shows as nothing and commands a terminal or fools the eye.

    ``12\u202e34`` looks like 1243 to whoever does not see what stands between; it is shown as it is written here.
    """
    shown = text.replace("\r\n", "\n").translate(_CONTROLS)
    return shown if shown.isascii() else "".join(map(_escaped, shown))


def _escaped(character: str) -> str:
    """Return a character, the escape that stands for it in its place where nobody would see it."""
    is_unseen = character not in "\t\n" and unicodedata.category(character) in _UNSEEN
    return ascii(character)[1:-1] if is_unseen or _BLANK.fullmatch(character) else character


def writable(text: str) -> str:
    """Return the text, with an escape for each byte of a file name that is not UTF-8, so that it can be written."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def as_shown(text: str) -> str:
    """Return a text, a number as spreadsheets show it that store more of it: ``4.4`` for ``4.4000000000000004``."""
    is_longer = len(text) > _SHOWN_DIGITS and _STORED.fullmatch(text)
    return f"{float(text):.{_SHOWN_DIGITS}g}" if is_longer else text


def french_number(number: float, decimals: int = 2) -> str:
    """Return a number as a French reader writes it: ``1 234,5``."""
    text = f"{number:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


def _ascii_where_possible(text: str) -> str:
    kept: list[str] = []
    for character in text.translate(_ALIKE).replace("m²", "m2").replace("M²", "m2"):
        if character.isascii():
            kept.append(character)
            continue
        if _is_unseen(character):
            continue
        category = unicodedata.category(character)
        bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        kept.append(f"({bare.strip('()')})" if category == "No" else bare)
    return "".join(kept).translate(_ALIKE)


@lru_cache(maxsize=16384)
def repair_mojibake(text: str) -> str | None:
    """Return the text as it was meant when its bytes were decoded with the wrong encoding, ``None`` otherwise.

    Only where it is certain, and the whole text makes sense as French: UTF-8 read as Windows-1252 or Latin-1, whose
    sequences do not arise by chance (``104,4 Mâ‚¬``), and Mac Roman read so, where it left what no language writes
    (``mŽnages``, ``8Ê311``). A text that mixes right and wrong characters is left as it is.
    """
    if _UTF8_SIGN.search(text):
        return _decoded(text, "utf-8")
    if _MAC_SIGN.search(text):
        meant = _decoded(text, "mac_roman")
        return None if meant is None or _TORN.search(meant) else meant
    return None


def _decoded(text: str, encoding: str) -> str | None:
    """Return the bytes behind a text, decoded anew; ``None`` where that is no text in French."""
    try:
        meant = text.translate(_AS_BYTES).encode("latin-1").decode(encoding)
    except UnicodeError:
        return None
    return meant if all(character.isascii() or character in _FRENCH for character in meant) else None
