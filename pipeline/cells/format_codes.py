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
    r"|(?P<general>General|Standard|@)|(?P<digits>[0#?])|(?P<other>.)",
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
_MEANS_NOTHING = re.compile(r"[-()+\s\u00a0\u202f]")


class Section(NamedTuple):
    """What a format code says for some numbers, or for texts."""

    code: str
    """Without its condition."""
    condition: tuple[str, float] | None
    has_number: bool
    """Whether it shows the digits of the number, or the text, that is stored."""
    before: str
    """What it shows before them, or instead of them."""
    after: str

    @property
    def literal(self) -> str:
        """What it shows besides."""
        return self.before + self.after

    @property
    def says(self) -> str:
        """What it puts beside the digits, but for signs: two sections of which this is the same say the same."""
        return _MEANS_NOTHING.sub("", self.literal) + "".join(_SCALING.findall(self.code))


@lru_cache(maxsize=4096)
def sections(code: str) -> tuple[Section, ...]:
    """Return the sections of a format code, at least one, in their order: positive, negative, zero, text.

    >>> [section.literal for section in sections('[<5]"s";0" k€"')]
    ['s', ' k€']
    """
    found: list[Section] = []
    condition: tuple[str, float] | None = None
    kept, literals, has_number = "", ["", ""], False
    for token in [*_TOKEN.finditer(code), None]:
        if token is None or token["end"]:
            found.append(Section(kept, condition, has_number, *literals))
            condition, kept, literals, has_number = None, "", ["", ""], False
        elif match := _CONDITION.fullmatch((token["bracket"] or "").strip()):
            condition = match[1], float(match[2])
        else:
            kept += token[0]
            has_number = has_number or bool(token["digits"] or token["general"])
            literals[has_number] += _shown_by(token)
    return tuple(found)


def _shown_by(token: re.Match[str]) -> str:
    """Return what a token shows beside digits; separators and exponents are a part of the number."""
    if token[0].startswith("_"):
        return " "
    currency = _CURRENCY.match(token["bracket"] or "")
    written = token["other"] or ""
    return (
        (currency[1] if currency else "")
        or token["quoted"]
        or token["escaped"]
        or ("" if written in ",./E" else written)
    )


def section_for(code: str, value: float) -> Section | None:
    """Return the section by which a number is shown; ``None`` where its only condition does not hold."""
    all_sections = sections(code)
    found = all_sections[:_NUMBER_SECTIONS]
    if not has_number_sections(all_sections):
        return None
    if len(found) == 1:
        condition = found[0].condition
        return found[0] if condition is None or _holds(condition, value) else None
    defaults = [(">=", 0.0)] if len(found) == 2 else [(">", 0.0), ("<", 0.0)]
    for section, default in zip(found[:-1], defaults, strict=True):
        if _holds(section.condition or default, value):
            return section
    last = found[-1]
    return last if last.condition is None or _holds(last.condition, value) else None


def has_number_sections(found: tuple[Section, ...]) -> bool:
    """Whether a code says anything of numbers: ``@`` alone does not."""
    return not (len(found) == 1 and "@" in found[0].code)


def text_section(code: str) -> Section | None:
    """Return the section by which a text is shown; ``None`` where texts are shown as they are."""
    found = sections(code)
    if len(found) > _NUMBER_SECTIONS:
        return found[_NUMBER_SECTIONS]
    return found[-1] if "@" in found[-1].code else None


def _holds(condition: tuple[str, float], value: float) -> bool:
    return _COMPARE[condition[0]](value, condition[1])
