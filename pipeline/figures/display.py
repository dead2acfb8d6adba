"""What a number format adds to a stored number: a percent sign, decimals, a unit in quotes, a display in thousands.

What belongs here: reading format codes for what they make visible.
What does not: telling dates from numbers (``pipeline.cells.formats``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.vocabulary.typography import plain

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\[\]-]*)[^\[\]]*\]|\[[^\[\]]*\]'
    r"|(?P<digits>[0#?][0#?,./ \u00a0\u202f]*(?:E[+-]0+)?)|(?P<general>General|Standard|@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[[<>=]")
_DECIMALS = re.compile(r"\.([0#?]*)")
_THOUSANDS_HIDDEN = re.compile(r"(?<!,)(,+)[. \u00a0\u202f]*$")


@dataclass(frozen=True, slots=True)
class Display:
    """How a stored number appears."""

    percent: bool = False
    decimals: int = 0
    divisor: int = 1
    """1000 for each comma after the digits: the number is shown in thousands."""
    words: str = ""
    """What stands beside the digits, as plain text: ``M€``."""


@lru_cache(maxsize=4096)
def display_of(code: str | None) -> Display:
    """Return how a number appears under a format code; as it is stored when the code is unknown or conditional.

    The quoted ``"$"`` of the built-in formats means the reader's own currency, so it says nothing; ``[$$-409]`` is the
    dollar.
    """
    if not code or _CONDITION.search(code):
        return Display()
    words, digits, percent = "", "", False
    for token in _TOKEN.finditer(code):
        if token["other"] == ";":  # what follows is for negative numbers, zero and texts
            break
        words += (token["quoted"] or "").replace("$", "") or token["escaped"] or token["currency"] or ""
        digits += token["digits"] or ""
        if token["other"] == "%":
            percent = True
        elif token["other"]:
            words += token["other"]
        elif token["digits"]:
            words += token["digits"][len(token["digits"].rstrip(" \u00a0\u202f")) :]
    decimals = _DECIMALS.search(digits) if "/" not in digits else None
    hidden = _THOUSANDS_HIDDEN.search(digits)
    return Display(
        percent,
        len(decimals[1]) if decimals else 0,
        1000 ** len(hidden[1]) if hidden else 1,
        plain(words.replace("()", "")),
    )
