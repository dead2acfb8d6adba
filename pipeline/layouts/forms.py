"""Forms: wordings that state several facts, each in a place of its own: ``pp_{indicator}_{period:yy}``.

What belongs here: what a form may say, and the ways in which a text splits into its parts. What does not: what a part
means (``keys``), which entry of a layout has a form (``read_fields``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.figures.periods import full_year
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary.typography import plain, seen
from pipeline.vocabulary.words import without_marks

PARTS = ("indicator", "territory", "period", "breakdown")
"""The facts that a form may state."""
ANYTHING = "*"
"""The name of a part that is not read."""
_LONGEST = 200  # characters: a longer text is a sentence
_MOST = 40
"""In how many places of a text what stands between two parts may be found: beyond, it is a sentence."""
_PART = re.compile(r"\{([^{}]*)\}|(\*)")
_DIGITS = re.compile(r"(yyyy|yy)(mm|q|s)?|(mm|q|s)(yyyy|yy)")
_UNITS = {"yyyy": "year", "yy": "year", "mm": "month", "q": "quarter", "s": "half_year"}
_SPACES = re.compile(r"\s+")
_TOKEN = re.compile(r" ?[^\w\s] ?| |\w+")
"""A sign with the spaces around it, a space, or a word."""


class Part(NamedTuple):
    """One part of a form."""

    name: str
    """The fact that it states, or ``*``."""
    digits: str = ""
    """For a period written in digits: which they are, as ``yy`` or ``yyyymm``."""


class Form(NamedTuple):
    """The parts of a form, and the patterns of what stands before, between and behind them."""

    parts: tuple[Part, ...]
    between: tuple[re.Pattern[str], ...]
    ends_in_words: bool
    """Whether something stands behind the last part."""


class Split(NamedTuple):
    """One way to split a text: what each part that is read means, and the texts of the parts."""

    meanings: tuple[object, ...]
    texts: tuple[str, ...]


@lru_cache(maxsize=1024)
def parse_form(text: str) -> Form:
    """Return the form that a layout declares.

    Raises:
        ValueError: it makes no sense; the message says what may stand in it.
    """
    found = list(_PART.finditer(text))
    ends = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    literals = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    parts = tuple(Part(ANYTHING) if match[2] else _part(match[1]) for match in found)
    names = [part.name for part in parts if part.name != ANYTHING]
    if any(sign in literal for literal in literals for sign in "{}"):
        raise ValueError(f"form {text!r}: a bracket is not closed, or opened twice")
    if not names:
        raise ValueError(f"form {text!r}: it has no part; write one as {{indicator}}")
    if len(set(names)) < len(names):
        raise ValueError(f"form {text!r}: a part stands in it twice")
    for at, literal in enumerate(literals[1:-1], 1):
        if not literal and not (parts[at - 1].digits or parts[at].digits):
            raise ValueError(f"form {text!r}: two parts stand side by side, and nobody can tell where one ends")
    return Form(parts, tuple(map(_pattern, literals)), bool(literals[-1].strip()))


def _part(text: str) -> Part:
    name, colon, digits = text.partition(":")
    if name not in PARTS:
        raise ValueError(f"a form has no part {name!r}; known: {', '.join(PARTS)}")
    if colon and (name != "period" or not _DIGITS.fullmatch(digits)):
        raise ValueError(
            f"{{{text}}}: only a period is in digits: yyyy or yy, alone or with mm, q or s, as {{period:yyyymm}}"
        )
    return Part(name, digits)


def _pattern(literal: str) -> re.Pattern[str]:
    """Return the pattern of what stands beside parts, in which spaces around signs do not count."""
    tokens = _TOKEN.findall(_flat(_SPACES.sub(" ", literal)))
    return re.compile("".join(map(_token_pattern, tokens)))


def _token_pattern(token: str) -> str:
    if token.isspace():
        return " "
    bare = re.escape(token.strip())
    return bare if token[0].isalnum() or token[0] == "_" else f" ?{bare} ?"


def _flat(text: str) -> str:
    """Return a text without accents and case, as long as it is."""
    return "".join(map(_flat_sign, text))


@lru_cache(maxsize=4096)
def _flat_sign(sign: str) -> str:
    bare = unicodedata.normalize("NFKD", plain(sign) or " ").casefold()
    return bare[0] if len(bare) else sign


def digits_of(text: str, digits: str) -> dict[str, int] | None:
    """Return the parts of a period that is written in digits: ``{"year": 2025}`` of ``25`` by ``yy``.

    A year of two digits is one from 1970 to 2069.
    """
    if len(text) != len(digits) or not (text.isascii() and text.isdecimal()):
        return None
    found: dict[str, int] = {}
    for match in re.finditer(r"y+|mm|q|s", digits):
        number = int(text[match.start() : match.end()])
        if match[0] == "yy":
            number = full_year(number)
        found[_UNITS[match[0]]] = number
    return found


def readings(text: str, form: Form, read: Callable[[int, str], object | None]) -> list[Split]:
    """Return the ways to split a text into the parts of a form of which each reads; two at most, of other meanings.

    A part is read once for each place where it may stand, and these are few, so that no text costs much.

    Args:
        text: the text, all of which the form must make.
        form: the form.
        read: what a part means, by its number in the form; ``None`` for nothing.
    """
    shown = " ".join(seen(without_marks(text) if form.ends_in_words else text).split())
    if len(shown) > _LONGEST:
        return []
    return _Splitting(shown, form, read).run()


def no_split(text: str, ways: Sequence[Sequence[str]], *, form: str) -> Rejection:
    """Return why a text is not read that does not split into the parts of a form, or that does in two ways."""
    if not ways:
        return reject("FORME_INCONNUE", raw_text=text, expected=form)
    shown = [" | ".join(texts) for texts in ways]
    both = Wording(" ou ".join(f"« {each} »" for each in shown), " or ".join(f"“{each}”" for each in shown))
    return reject("FORME_AMBIGUE", raw_text=text, readings=both)


class _Splitting:
    """One text being split."""

    def __init__(self, text: str, form: Form, read: Callable[[int, str], object | None]) -> None:
        self.text = text
        self.flat = _flat(text)
        self.form = form
        self.read = read
        self.stops = [self._stops(pattern) for pattern in form.between]
        self.known: dict[tuple[int, int], list[Split]] = {}

    def run(self) -> list[Split]:
        told = (stops for stops, between in zip(self.stops, self.form.between, strict=True) if between.pattern)
        if any(len(stops) > _MOST for stops in told):
            return []
        return next((self._rest(0, end) for start, end in self.stops[0] if start == 0), [])

    def _stops(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        found = (pattern.match(self.flat, at) for at in range(len(self.flat) + 1))
        return [match.span() for match in found if match is not None]

    def _rest(self, at: int, start: int) -> list[Split]:
        """Return the ways to split what stands from a place on into the parts from one on."""
        if at == len(self.form.parts):
            return [Split((), ())] if start == len(self.flat) else []
        key = at, start
        if key not in self.known:
            self.known[key] = self._split(at, start)
        return self.known[key]

    def _split(self, at: int, start: int) -> list[Split]:
        part, is_last = self.form.parts[at], at + 1 == len(self.form.parts)
        glued = bool(part.digits) and not is_last and not self.form.between[at + 1].pattern
        found: list[Split] = []
        for stop, end in self.stops[at + 1]:
            text = self.text[start:stop].strip()
            if stop <= start or not text or (is_last and end != len(self.flat)):
                continue
            if glued and len(text) != len(part.digits):
                continue
            rest = self._rest(at + 1, end)
            meaning = (self.read(at, text) if part.name != ANYTHING else ANYTHING) if rest else None
            if meaning is None:
                continue
            for split in rest:
                whole = Split((meaning, *split.meanings), (text, *split.texts))
                if all(whole.meanings != other.meanings for other in found):
                    found.append(whole)
            if len(found) > 1:
                break
        return found[:2]
