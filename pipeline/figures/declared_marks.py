"""Marks as one source declares them, and as the notes of one file explain them.

``2003**`` is provisional to one source and revised to another. What a layout declares holds wherever the mark stands:
behind a figure, a period, a label or a territory, or in a cell of its own.

What belongs here: taking a declared mark off a text, what a note says of a mark, and what is read where nothing is
declared. What does not: the marks that every source may write (``marks``), which cells are looked at (``layouts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from pipeline.figures.figure import UnreadableError
from pipeline.figures.marks import take_status
from pipeline.figures.periods import period_status
from pipeline.rejections import Wording
from pipeline.vocabulary.typography import plain

NOTE = "note"
"""What a mark means that refers to a note and says nothing of the figure."""
Marks = tuple[tuple[str, str], ...]
"""Each mark with what it means: ``note`` or a status; the longest first."""


def ordered(*declared: Mapping[str, str]) -> Marks:
    """Return what some tables of marks declare together, of which the last wins, in the order of trying."""
    together = {mark: meaning for each in declared for mark, meaning in each.items()}
    return tuple(sorted(together.items(), key=lambda item: (-len(item[0]), item[0])))


class Marked(NamedTuple):
    """A text without the declared marks that ended it."""

    bare: str
    status: str
    """What they say of the figure: a status, ``note``, empty where the text bears none of them."""


@lru_cache(maxsize=16384)
def take_declared(text: str, marks: Marks) -> Marked:
    """Return a text without the declared marks that end it, and what they mean; a status wins over a note.

    A run of one sign is a mark of its own (``**`` is not ``*`` twice), and a letter is one only where no word ends.

    >>> take_declared("2003**", (("**", "note"), ("*", "P"))), take_declared("2003 **", (("*", "P"),)).status
    (Marked(bare='2003', status='note'), '')
    """
    rest, status = text.rstrip(), ""
    while True:
        found = next(((mark, meaning) for mark, meaning in marks if _ends_with(rest, mark)), None)
        if found is None:
            return Marked(rest if status else text, status)
        rest = rest[: len(rest) - len(found[0])].rstrip(" \t\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE},")
        if status in {"", NOTE}:
            status = found[1]


@lru_cache(maxsize=1024)
def status_alone(text: str, marks: Marks) -> str:
    """Return what a text says that is a mark and nothing else: a status, ``note``; empty for any other text."""
    bare, declared = take_declared(f"0 {text.strip()}", marks)
    if declared:
        return declared if bare == "0" else ""
    try:
        rest, status = take_status(plain(f"0 {text.strip()}"))
    except UnreadableError:
        return ""
    return status if rest == "0" and status != "A" else ""


def is_mark(text: str, mark: str) -> bool:
    """Whether a text is a mark and nothing else."""
    return text.strip().casefold() == mark.casefold()


def _ends_with(text: str, mark: str) -> bool:
    at = len(text) - len(mark)
    if at <= 0 or text[at:].casefold() != mark.casefold():
        return False
    before = text[at - 1]
    if mark[0].isalnum():
        return not before.isalpha() and not (mark[0].isdigit() and before.isdigit())
    return before != mark[0]


# -- what is read where nothing is declared ------------------------------------------------------------------------

_NAMES = {
    "P": Wording("provisoire", "provisional"),
    "E": Wording("estimé", "estimated"),
    "R": Wording("révisé", "revised"),
    "B": Wording("rupture de série", "break in the series"),
    "A": Wording("une simple note", "a mere note"),
}
_STATUS_WORDS = (
    ("A", r"definiti(?:f|ve)s?|consolidee?s?"),
    ("P", r"provisoires?|prov\.?|non definiti(?:f|ve)s?"),
    ("R", r"revisee?s?|rev\.?|rectifiee?s?|corrigee?s?"),
    ("E", r"estimee?s?|estimations?|est\."),
    ("B", r"ruptures? de series?"),
)
_SUBJECT = r"(?:(?:les |des )?(?:donnees?|chiffres?|valeurs?|resultats?|montants?|annees?|periodes?|series?) )?"
_SAYS = tuple(
    (status, re.compile(rf"{_SUBJECT}(?:est |sont |encore |a ete |ont ete )*(?:{words})(?![a-z])", re.IGNORECASE))
    for status, words in sorted(_STATUS_WORDS, key=lambda item: item[0] != "P")
)
_EXPLAINED = re.compile(
    r"(?P<mark>([*†‡#§°¤])\2*|[(\[](?:[a-z]{1,3}|\d{1,2}|[*†‡#§°¤]{1,3})[)\]]|[a-z]{1,2}(?= ?[:=]))"
    r" ?(?:[:=.-] ?)?(?P<words>.*)",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"(?:notes?|legende|lecture|signes? conventionnels?|marques?|nb) ?: ?", re.IGNORECASE)
_PARTS = re.compile(r"[;\n]| - (?=[(\[*†‡#§°¤])|, (?=[(\[*†‡#§°¤])")


@lru_cache(maxsize=4096)
def explained_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return each mark that a note explains as a status, with the status.

    >>> explained_in("* données provisoires ; (r) : révisé"), explained_in("(1) Y compris les aides")
    ((('*', 'P'), ('(r)', 'R')), ())
    """
    return tuple(_explained_in(text))


def _explained_in(text: str) -> Iterator[tuple[str, str]]:
    for part in _PARTS.split(_BEGINNING.sub("", plain(text), count=1)):
        explained = _EXPLAINED.fullmatch(part.strip())
        says = explained and next((status for status, words in _SAYS if words.match(explained["words"])), None)
        if explained and says:
            yield explained["mark"], says


def status_of(mark: str, marks: Marks) -> str:
    """Return the status that a mark behind a period or a figure is read as; ``A`` where it is a mere note."""
    declared = take_declared(f"2000 {mark}", marks).status
    if declared:
        return "A" if declared == NOTE else declared
    of_period = period_status(f"2000 {mark}")
    if of_period != "A":
        return of_period
    try:
        return take_status(f"2000 {mark}")[1]
    except UnreadableError:
        return "A"


def in_words(status: str) -> Wording:
    """Return what a message calls a status that is read."""
    return _NAMES[status]


def bears(text: str, mark: str) -> bool:
    """Whether a text ends with a mark, or is it; ``(p)``, ``p`` and ``¹`` are found as they are typed."""
    bare = plain(text)
    within = mark.strip("()[]")
    forms = (mark,) if not within.isalpha() else (f"({within})", f"[{within}]", within)
    return any(is_mark(bare, form) or _ends_with(bare, form) for form in forms)
