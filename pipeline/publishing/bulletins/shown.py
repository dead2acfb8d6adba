"""Figures as the site shows them: the number as French readers write it, its hedge, its marks, and the way to its cell.

What belongs here: from a row of a relation to what is read. What does not: the words of marks (``vocabulary``), which
figures a page shows (``territory_pages``, ``other_pages``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.vocabulary.mark_words import HEDGES, INTERVAL, MISSING, NOT_KNOWN, SIGNS, hedged, words
from pipeline.vocabulary.typography import french_number
from pipeline.vocabulary.units import unit

_THIN, _FIXED = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_SCALES = ((1e9, "Md€"), (1e6, "M€"))
_EXACT_DECIMALS = 3
"""An amount is written in millions or billions where so many decimals say it whole."""
_SHORT = {">": ">", "<": "<", "~": "≈"}
"""Signs for the words of hedges."""
_SIGNED = {"percent": "%", "per_mille": "‰", "percent_per_year": "% par an", "m2": "m²", "hectares": "ha"}
"""Units that are written beside each number; what is counted is said by the label of its row."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it is read."""

    text: str
    value: float | None = None
    """The number that the text says; ``None`` where there is none."""
    link: str = ""
    """The page of its cells."""
    marks: tuple[str, ...] = ()
    """Keys of ``mark_words.SIGNS``."""
    why: str = ""
    """Where there is no figure: why."""

    @property
    def signs(self) -> tuple[tuple[str, str], ...]:
        """The short signs of the marks, each with what it means."""
        return tuple((SIGNS[mark], words(mark)) for mark in self.marks)

    @property
    def in_words(self) -> str:
        """The figure with its marks in words, for who hears it: ``plus de 42 000, provisoire``."""
        return ", ".join((self.text, *map(words, self.marks)))


Sentence = tuple[str | Shown, ...]
"""A sentence of text and figures, each figure with its marks and its link."""


def page_name(*codes: object) -> str:
    """Return the name of a page, made of codes alone; what is neither letter nor digit is written as its number.

    >>> page_name("chiffre", "approvals", "DEP-2A", 2021)
    'chiffre-approvals-DEP-2A-2021.html'
    """
    return "-".join(map(_safe, map(str, codes))) + ".html"


def _safe(code: str) -> str:
    return "".join(c if c in "-_" or (c.isascii() and c.isalnum()) else f"~{ord(c):x}~" for c in code)


def cell_page(row: Row) -> str:
    """Return the name of the page of the cells of a row of ``kpi.annual``."""
    return page_name("chiffre", row["indicator"], row["territory_id"], row["year"])


def number(value: float, unit_code: str) -> str:
    """Return a number with the unit that belongs to it: ``104,4 M€``, ``12,5 %``, ``6 800``."""
    if unit_code == "EUR":
        for factor, name in _SCALES:
            scaled = value / factor
            if abs(scaled) >= 1 and round(scaled, _EXACT_DECIMALS) * factor == value:
                return f"{_signed(french_number(scaled, _EXACT_DECIMALS))}{_FIXED}{name}"
        return f"{_signed(french_number(value))}{_FIXED}€"
    sign = _SIGNED.get(unit_code)
    return _signed(french_number(value, 4)) + (f"{_FIXED}{sign}" if sign else "")


def _signed(text: str) -> str:
    return text.replace("-", _MINUS)


def unit_words(unit_code: str) -> str:
    """Return the unit as the head of a table says it."""
    return unit(unit_code).label_fr


def figure(row: Row) -> Shown:
    """Return the figure of a row of ``kpi.annual``; where there is none, why, and never a partial sum."""
    link = cell_page(row)
    if row["value"] is None:
        return Shown(NOT_KNOWN, None, link, why=_why_partial(row))
    return Shown(_text(row), row["value"], link, marks_of(row))


def stated(row: Row, link: str) -> Shown:
    """Return the figure of a row of ``fact.observation_history``, with its hedge and its marks."""
    return Shown(_text(row), row["value"], link, _marks_of_cell(row))


def made_of_cells(value: float, unit_code: str, cells: Sequence[Row], link: str) -> Shown:
    """Return a figure that cells make up, with what is to be known of any of them."""
    if len(cells) == 1 and cells[0]["value"] == value:
        return stated(cells[0], link)
    hedges = {cell["qualifier"] for cell in cells} - {"=", None}
    hedge = hedges.pop() if len(hedges) == 1 else "~" if hedges else "="
    marks = dict.fromkeys(mark for cell in cells for mark in _marks_of_cell(cell))
    return Shown(hedged(number(value, unit_code), hedge), value, link, tuple(marks))


def _marks_of_cell(row: Row) -> tuple[str, ...]:
    return marks_of({**row, "is_disputed": False})  # who disagrees is told of what holds


def _text(row: Row) -> str:
    code, least, most = row["unit"], row["at_least"], row["at_most"]
    if row["qualifier"] == "interval" and least is not None and most is not None:
        return INTERVAL.format(number(least, code), number(most, code))
    return hedged(number(row["value"], code), row["qualifier"])


def short(shown: Shown) -> str:
    """Return a figure where there is room for few letters: ``> 42 000``, ``70–84``."""
    for qualifier, sign in _SHORT.items():
        before = HEDGES[qualifier].format("")
        if shown.text.startswith(before):
            return f"{sign}{_THIN}{shown.text.removeprefix(before)}"
    start, middle, _ = INTERVAL.split("{}")
    return shown.text.removeprefix(start).replace(middle, "–") if shown.text.startswith(start) else shown.text


def marks_of(row: Row) -> tuple[str, ...]:
    """Return the marks of a row of ``kpi.annual``, beside its hedge."""
    notes = {
        "early": row["known_before_period_end"],
        "disputed": row["is_disputed"],
        "population": row["population"],
    }
    status = row["obs_status"] if row["obs_status"] in SIGNS else None
    return (*filter(None, [status]), *(mark for mark, holds in notes.items() if holds))


def _why_partial(row: Row) -> str:
    known, expected = row["parts_reporting"], row["parts_expected"]
    of = "région" if row["territory_level"] == "national" else "département"
    if known and expected:
        return f"{known} {of}{'s' if known > 1 else ''} sur {expected}"
    return why_missing("")


def why_missing(reason: str | None) -> str:
    """Return why there is no figure, by the reason that a sender gave; none where nobody said anything."""
    return MISSING.get(reason or "", "aucun chiffre reçu" if not reason else "non renseigné")


def missing(why: str) -> Shown:
    """Return what stands where there is no figure."""
    return Shown(NOT_KNOWN, why=why)


def percent(value: float | None, link: str, *, signed: bool = False, marks: tuple[str, ...] = ()) -> Shown | None:
    """Return a derived percentage, to one decimal: ``+ 12,3 %``; ``None`` where there is none."""
    if value is None:
        return None
    text = french_number(abs(value), 1)
    sign = "" if text == "0" else _MINUS + _THIN if value < 0 else "+" + _THIN if signed else ""
    return Shown(f"{sign}{text}{_FIXED}%", value, link, marks)


def ordinal(rank: int) -> str:
    """Return a rank: ``1er``, ``2e``."""
    return "1er" if rank == 1 else f"{rank}e"


def day(value: date) -> str:
    """Return a day as it is said: ``1er mars 2026``."""
    return f"{'1er' if value.day == 1 else value.day} {MONTHS[value.month - 1]} {value.year}"


MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
