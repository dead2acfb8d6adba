"""Number format codes, taken apart: their sections, which of them shows a number, and what it puts around the digits.

What belongs here: the grammar of format codes. What does not: what a cell shows by one (``shown``), and what its words
say of a figure (``pipeline.figures.display``).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\[\]]*)\]|(?P<end>;)'
    r"|(?P<general>General|Standard|@)|(?P<digits>[0#?][0#?,./ \u00a0\u202f]*(?:E[+-]0+)?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_CURRENCY = re.compile(r"\$([^-]*)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_NUMBER_SECTIONS = 3
_SCALING = re.compile(r"(?<=[0#?]),+(?![0#?])")
_SPACES = " \u00a0\u202f"
_MEANS_NOTHING = re.compile(r"[-()+\s\u00a0\u202f]")


class Section(NamedTuple):
    """What a format code says for some numbers, or for texts."""

    code: str
    """Without its condition."""
    condition: tuple[str, float] | None
    has_number: bool
    """Whether it shows the digits of the number, or the text, that is stored."""
    digits: str
    """The places of the digits, with their separators."""
    is_percent: bool
    before: str
    """What it shows before the digits, or instead of them."""
    after: str

    @property
    def literal(self) -> str:
        """What it shows besides, but for the percent sign."""
        return self.before + self.after

    @property
    def says(self) -> str:
        """What it puts beside the digits, but for signs: two sections of which this is the same say the same."""
        marks = "%" * self.is_percent + "".join(_SCALING.findall(self.code))
        return _MEANS_NOTHING.sub("", self.literal) + marks


@lru_cache(maxsize=4096)
def sections(code: str) -> tuple[Section, ...]:
    """Return the sections of a format code, at least one, in their order: positive, negative, zero, text.

    >>> [section.literal for section in sections('[<5]"s";0" k€"')]
    ['s', ' k€']
    """
    found: list[Section] = []
    tokens: list[re.Match[str]] = []
    for token in _TOKEN.finditer(code):
        if token["end"]:
            found.append(_section(tokens))
            tokens = []
        else:
            tokens.append(token)
    return (*found, _section(tokens))


def _section(tokens: list[re.Match[str]]) -> Section:
    """Return the section that some tokens make."""
    condition: tuple[str, float] | None = None
    kept, digits, literals, has_number = "", "", ["", ""], False
    for token in tokens:
        if match := _CONDITION.fullmatch((token["bracket"] or "").strip()):
            condition = match[1], float(match[2])
            continue
        kept += token[0]
        digits += token["digits"] or ""
        has_number = has_number or bool(token["digits"] or token["general"])
        literals[has_number] += _shown_by(token)
    return Section(kept, condition, has_number, digits, any(token["other"] == "%" for token in tokens), *literals)


def _shown_by(token: re.Match[str]) -> str:
    """Return what a token shows beside the digits and the percent sign.

    The quoted ``"$"`` of the built-in formats means the reader's own currency, so it says nothing; ``[$$-409]`` is the
    dollar.
    """
    if digits := token["digits"]:
        return digits[len(digits.rstrip(_SPACES)) :]
    currency = _CURRENCY.match(token["bracket"] or "")
    written = token["other"] or ""
    return (
        (currency[1] if currency else "")
        or (token["quoted"] or "").replace("$", "")
        or token["escaped"]
        or ("" if written == "%" else written)
    )


def section_for(code: str, value: float) -> Section | None:
    """Return the section by which a number is shown; ``None`` where its only condition does not hold."""
    found = sections(code)[:_NUMBER_SECTIONS]
    if len(found) == 1 and "@" in found[0].code:
        return None  # it says nothing of numbers
    if len(found) == 1:
        condition = found[0].condition
        return found[0] if condition is None or _holds(condition, value) else None
    defaults = [(">=", 0.0)] if len(found) == 2 else [(">", 0.0), ("<", 0.0)]
    for section, default in zip(found[:-1], defaults, strict=True):
        if _holds(section.condition or default, value):
            return section
    last = found[-1]
    return last if last.condition is None or _holds(last.condition, value) else None


def text_section(code: str) -> Section | None:
    """Return the section by which a text is shown; ``None`` where texts are shown as they are."""
    found = sections(code)
    if len(found) > _NUMBER_SECTIONS:
        return found[_NUMBER_SECTIONS]
    return found[-1] if "@" in found[-1].code else None


def _holds(condition: tuple[str, float], value: float) -> bool:
    return _COMPARE[condition[0]](value, condition[1])
