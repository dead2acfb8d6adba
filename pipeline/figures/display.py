"""What a number format adds to a stored number: a percent sign, decimals, a unit in quotes, a display in thousands.

What belongs here: what a format code makes visible of a figure.
What does not: the grammar of codes (``pipeline.cells.format_codes``), telling dates from numbers (``cells.formats``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.cells.format_codes import sections
from pipeline.vocabulary.typography import plain

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
    """Return how a number appears under a format code; as it is stored when the code is unknown or conditional."""
    found = sections(code or "")
    if any(section.condition for section in found):
        return Display()
    first = found[0]  # the others are for negative numbers, zero and texts
    decimals = _DECIMALS.search(first.digits) if "/" not in first.digits else None
    hidden = _THOUSANDS_HIDDEN.search(first.digits)
    return Display(
        first.is_percent,
        len(decimals[1]) if decimals else 0,
        1000 ** len(hidden[1]) if hidden else 1,
        plain(first.literal.replace("()", "")),
    )
