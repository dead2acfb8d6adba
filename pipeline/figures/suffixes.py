"""Suffixes: the wordings and scales that stand for a unit, behind a number or at the head of a column.

What belongs here: reading them. What does not: the units (``pipeline.vocabulary.units``), the number itself
(``numbers``) and which of two statements wins (``statements``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.figures.figure import UnreadableError, illegible
from pipeline.figures.numbers import is_number_word
from pipeline.rejections import Wording
from pipeline.vocabulary.declarations import DeclarationError
from pipeline.vocabulary.typography import plain
from pipeline.vocabulary.units import UNITS, DeclaredUnit, Unit, declared_units

# Wordings on plain text, tried in this order: the longer one first where one begins another.
_WORDINGS = {
    "percent_per_year": r"(?:%|pour cent)\s?(?:par an|/\s?an|chaque annee)",
    "percent": r"%|pour cent|p\. ?100|pct",
    "per_mille": r"‰|pour mille",
    "per_100k": r"(?:pour|/)\s?100[ .]?000(?: (?:habitants?|menages?|personnes?|hab\.?))?",
    "points": r"points?(?: de pourcentage)?|pts?",
    "persons_per_dwelling": r"(?:personnes?|habitants?)(?: par |/)(?:logement|menage|residence principale)",
    "factor": r"fois",
    "years": r"ans?|annees?",
    "months": r"mois",
    "m2": r"m2|metres? carres?",
    "hectares": r"hectares?|ha",
    "EUR": r"€|euros?|eur",
}
_UNIT = re.compile(
    "(?:d' ?|de )?(?:" + "|".join(f"(?P<{code}>{wording})" for code, wording in _WORDINGS.items()) + ")(?![a-z0-9])",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"(?:d' ?|de )?(?P<scale>milliards?|millions?|milliers?|mille|mrds?|mds?|m|k)"
    r"(?:(?![a-z0-9])|(?=(?:euros?|eur)(?![a-z]))|(?P<euro>e)(?![a-z0-9]))",
    re.IGNORECASE,
)
_BEHIND_SCALE = re.compile(r"\s*")
_SCALES = {"mille": 3, "millier": 3, "k": 3, "million": 6, "m": 6, "milliard": 9, "mrd": 9, "md": 9}
_PER_PERIOD = re.compile(
    r"(?:^|\s|/)(?:(?:par|/)? ?(?:an|mois|trimestre|semestre|jour|semaine)|chaque \w+|annuel\w*|mensuel\w*)\b", re.I
)

# Words after which a figure is no longer the figure of its label.
_TURNING = frozenset(
    {"hors", "sans", "sauf", "dont", "mais", "contre", "puis", "moins", "sous", "dans"}
    | {"certain", "certaine", "certains", "certaines"}
    | {"baisse", "recul", "perte", "pertes", "chute", "deficit"}
)
_NOUN = re.compile(r"(?:de |d'|des |du )?([a-z]{3,})(?:[ '\-]+[a-z]+){0,9}", re.IGNORECASE)
_ABBREVIATED = re.compile(r"(?:log|lgt|logt|men)s?\.?", re.IGNORECASE)
_IN_HEADER = re.compile(r"^(?:unites? ?:? ?)?(?:en )?(?:nombre de )?", re.IGNORECASE)
_LONGEST = 300
"""Characters of a text that may state a unit; a longer one is a remark."""
_IN_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")


@dataclass(frozen=True, slots=True)
class Suffix:
    """What follows a number: a scale, a unit, and the words after them."""

    scale: int | None = None
    unit: Unit | None = None
    noun: str = ""
    wording: str = ""

    @property
    def multiplier(self) -> int:
        """The scale as a number, 1 without one."""
        return self.scale or 1


def read_suffix(text: str) -> Suffix:
    """Return the scale, the unit and the noun of the plain text that follows a number: ``M d'€``, ``logements``."""
    rest = text.strip()
    measure = measure_at(rest)
    if measure is None:
        return Suffix(None, None, rest.strip(" \n.,"), rest)
    found, end = measure
    if found.unit is None and found.wording == "m":  # without a unit, a small m is a metre as well as a million
        raise illegible()
    return Suffix(found.scale, found.unit, rest[end:].strip(" \n.,"), rest)


def measure_at(text: str) -> tuple[Suffix, int] | None:
    """Return the scale and the unit that a plain text begins with, and where they end; ``None`` for neither."""
    if measured := _unit_at(text):
        return Suffix(None, measured[0], wording=text[: measured[1]]), measured[1]
    match = _SCALE.match(text)
    if match is None:
        return None
    scale, end = 10 ** _SCALES[match["scale"].lower().rstrip("s")], match.end()
    if match["euro"]:
        return Suffix(scale, UNITS["EUR"], wording=match[0]), end
    behind = _BEHIND_SCALE.match(text, end)
    measured = _unit_at(text, behind.end() if behind else end)
    if measured is None:
        return Suffix(scale, None, wording=match[0]), end
    return Suffix(scale, measured[0], wording=text[: measured[1]]), measured[1]


def _unit_at(text: str, start: int = 0) -> tuple[Unit, int] | None:
    """Return the unit whose wording stands in a plain text from a place on, and where it ends: the longest one."""
    found = [(UNITS[str(match.lastgroup)], match.end())] if (match := _UNIT.match(text, start)) else []
    for wording, declared in declared_wordings():
        if match := wording.match(text, start):
            found.append((declared, match.end()))
    return max(found, key=lambda each: each[1], default=None)


@cache
def declared_wordings() -> tuple[tuple[re.Pattern[str], Unit], ...]:
    """Return the wordings of the units that sources declare, each with its unit.

    Raises:
        DeclarationError: a wording stands for another unit already, or for a scale.
    """
    owners: dict[str, DeclaredUnit] = {}
    for declared in declared_units().values():
        for wording in declared.wordings:
            text = plain(wording)
            first = owners.setdefault(text.lower(), declared)
            is_ours = _is_read_by_product(text)
            if is_ours or first is not declared:
                where = f"by {Path(__file__)}" if is_ours else f"for {first.code}, {first.file},"
                raise DeclarationError(
                    f"« {wording} », a wording of the unit {declared.code!r} in {declared.file}, is read {where} "
                    "already; take it out of one of the two"
                )
    return tuple((_wording(text), declared.unit) for text, declared in owners.items())


def _is_read_by_product(text: str) -> bool:
    """Whether a plain text is a unit or a scale of the product, or one before the other."""
    scale = _SCALE.match(text)
    rest = text[scale.end() :].strip() if scale else text
    return bool(scale and not rest) or _UNIT.fullmatch(rest) is not None


def _wording(text: str) -> re.Pattern[str]:
    """Return the pattern of a wording, which a letter or a digit does not continue."""
    return re.compile(f"(?:d' ?|de )?{re.escape(text)}(?![a-z0-9])", re.IGNORECASE)


def names_declared_unit(text: str) -> bool:
    """Whether the wording of a declared unit stands somewhere in a text."""
    return any(wording.search(plain(text)) for wording, _ in declared_wordings())


def check_noun(noun: str, *, singular: bool) -> None:
    """Refuse the words after a figure unless they merely name what is counted.

    Args:
        noun: ``logements produits``, ``temps forts``; empty is fine.
        singular: whether the first word may be in the singular (``un logement``); ``12 kWh`` is no count.

    Raises:
        UnreadableError: the words hold a symbol, another number, a restriction (``hors Visale``) or a rhythm.
    """
    if not noun or _ABBREVIATED.fullmatch(noun):
        return
    if _PER_PERIOD.search(noun):
        expected = Wording("total sur la période", "total over the period")
        raise UnreadableError("UNITE_INATTENDUE", unit=noun, expected=expected)
    match = _NOUN.fullmatch(noun)
    words = re.findall(r"[a-z]+", noun.lower())
    elsewhere = _TURNING.intersection(words) or any(map(is_number_word, words))
    if match is None or elsewhere or not (singular or match[1].lower()[-1] in "sx"):
        raise illegible()


@lru_cache(maxsize=4096)
def read_stated(text: str) -> Suffix:
    """Return what a header, a unit column or a line above the table says: ``en milliers (1)``, ``Montant (M€)``."""
    wording = plain(text[:_LONGEST]).rstrip(" *")
    while match := _IN_PARENTHESES.search(wording):
        within = _read_header(match[1])
        if within.scale or within.unit:
            return within
        wording = wording[: match.start()].rstrip(" *")
    return _read_header(wording)


def states_unit(text: str) -> bool:
    """Whether a wording states a scale or a unit of measure: ``M€``, ``en milliers``; ``4 filiales`` does not."""
    try:
        stated = read_stated(text)
    except UnreadableError:
        return False  # a small m may be a metre, or a million
    return stated.scale is not None or stated.unit is not None


def _read_header(wording: str) -> Suffix:
    suffix = read_suffix(_IN_HEADER.sub("", wording.strip(), count=1))
    return Suffix(suffix.scale, suffix.unit, suffix.noun, wording)
