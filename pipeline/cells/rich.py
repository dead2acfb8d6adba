"""The text of a cell whose characters are formatted one by one.

What belongs here: joining runs so that a raised note mark does not become a part of the word or of the number, and so
that what is struck through is no part of the text.
What does not: removing the mark behind a wording, which ``pipeline.vocabulary.words`` and ``pipeline.figures`` do where
they compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_MARKS = re.compile(r"[\d*(),;\s]+")
_MARK = re.compile(r"\d{1,2}|\*{1,3}")
_FOLLOWING = re.compile(r"[^\W_]|[)\]]")
_BEGINNING = re.compile(r"[^\W_]|[(\[«]")
_POWERS = (
    (re.compile(r"(?:^|[\W\d_])(?:(?:da|[kdchm])?m|M)$"), re.compile(r"[23](?=$|[\s(*])")),
    (re.compile(r"(?<![\d.,])(?<!\d[ \u00a0\u202f])10$"), re.compile(r"(?:12|[369])(?=$|[\s(*])")),
)
"""A metre and its powers, ten and those that units are counted in: thousands, millions and so on."""
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Run(NamedTuple):
    """Characters of a text that follow each other and are formatted alike."""

    text: str
    is_raised: bool = False
    is_struck: bool | None = None
    """Whether they are struck through; ``None`` where they are if their cell is."""


def meant_text(runs: Sequence[Run], *, is_struck: bool) -> tuple[str, str | None]:
    """Return the text of a cell without what is struck through, and what was: ``None`` where nothing is.

    That is ``""``, and the text the whole, where all of it is struck, and where nobody can tell what is left: the mark
    of a note without what it belongs to, or digits on both sides of what is struck, which make a number of two.

    Args:
        runs: its characters.
        is_struck: whether the font of the cell is struck.
    """
    if not is_struck and not any(run.is_struck for run in runs):
        return join_runs((run.text, run.is_raised) for run in runs), None
    pieces = [(run.text, run.is_raised, is_struck if run.is_struck is None else run.is_struck) for run in runs]
    struck = "".join(text for text, _, struck in pieces if struck).strip()
    if not struck:
        return join_runs((text, raised) for text, raised, _ in pieces), None
    if not any(text.strip() for text, raised, struck in pieces if not (raised or struck)) or _makes_a_number(pieces):
        return join_runs((text, raised) for text, raised, _ in pieces), ""
    return join_runs((text, raised) for text, raised, struck in pieces if not struck).strip(), struck


def _makes_a_number(pieces: Iterable[tuple[str, bool, bool]]) -> bool:
    """Return whether digits stand on both sides of what is struck."""
    ends_in_digit = follows_struck = False
    for text, _, struck in pieces:
        kept = text.strip()
        if struck:
            follows_struck = follows_struck or bool(kept)
        elif kept:
            if follows_struck and ends_in_digit and kept[0].isdigit():
                return True
            ends_in_digit, follows_struck = kept[-1].isdigit(), False
    return False


def join_runs(runs: Iterable[tuple[str, bool]]) -> str:
    """Return the text of runs ``(text, raised)``.

    A raised run that holds only note marks is set apart: ``Logements`` + raised ``1`` → ``Logements (1)``, so that
    it is not read as ``Logements1``, nor 8 311 + raised ``1`` as 83 111. Within a wording, nothing that compares it
    would find the number of a note: ``Logements`` + raised ``1`` + ``agréés`` → ``Logements agréés``. ``m`` + raised
    ``2`` is ``m²``, ``10`` + raised ``6`` is ``10⁶``, and raised letters (1ᵉʳ) are plain letters.
    """
    pieces = list(runs)
    if not any(raised for _, raised in pieces):
        return "".join(run for run, _ in pieces)
    text, is_after_mark = "", False
    for place, (run, raised) in enumerate(pieces, 1):
        if not (raised and _is_mark(run)):
            text += f" {run}" if is_after_mark and _BEGINNING.match(run) else run
            is_after_mark = is_after_mark and not run
            continue
        power = _power(text, run)
        text += power.translate(_RAISED_DIGITS)
        marks = _marks(run.strip()[len(power) :])
        if power and not marks:
            text += run[len(run.rstrip()) :]
            continue
        if not _begins_line(text) and _goes_on(pieces[place:]):
            marks = [mark for mark in marks if mark.startswith("*")]
        text = text + " ".join(marks) if _begins_line(text) else " ".join([text.rstrip(), *marks])
        is_after_mark = True
    return text


def _is_mark(run: str) -> bool:
    return _MARKS.fullmatch(run) is not None and _MARK.search(run) is not None


def _power(text: str, run: str) -> str:
    """Return the digits at the beginning of a raised run to which a unit is raised, ``""`` where it is a note mark."""
    for base, exponents in _POWERS:
        if base.search(text) and (match := exponents.match(run.strip())):
            return match[0]
    return ""


def _goes_on(pieces: Iterable[tuple[str, bool]]) -> bool:
    """Return whether the wording goes on behind a mark, with more than other marks."""
    return any(_FOLLOWING.search(run) for run, raised in pieces if not (raised and _is_mark(run)))


def _marks(run: str) -> list[str]:
    return [found if found.startswith("*") else f"({found})" for found in _MARK.findall(run)]


def _begins_line(text: str) -> bool:
    """Return whether what is put behind a text begins a line: such a mark is that of the note itself."""
    return not text.rpartition("\n")[2].strip()
