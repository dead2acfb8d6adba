"""The text of a cell whose characters are formatted one by one.

What belongs here: joining runs so that a raised note mark does not become a part of the word or of the number.
What does not: removing the mark behind a wording, which ``pipeline.vocabulary.words`` and ``pipeline.figures`` do where
they compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARKS = re.compile(r"[\d*(),;\s]+")
_MARK = re.compile(r"\d{1,2}|\*{1,3}")
_FOLLOWING = re.compile(r"[^\W_]|[)\]]")
_BEGINNING = re.compile(r"[^\W_]|[(\[«]")
_POWERS = (
    (re.compile(r"(?:^|[\W\d_])(?:da|[kdchm])?m$"), re.compile(r"[23](?=$|[\s(*])")),
    (re.compile(r"(?<![\d.,])(?<!\d[ \u00a0\u202f])10$"), re.compile(r"(?:12|[369])(?=$|[\s(*])")),
)
"""A metre and its powers, ten and those that units are counted in: thousands, millions and so on."""
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


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
