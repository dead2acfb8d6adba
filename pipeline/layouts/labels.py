"""The wording of labels: what leads from one to its figure, what stands between its brackets, what repeats another.

What belongs here: taking a label apart. What does not: what it means (``keys``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.figures import states_unit
from pipeline.figures.suffixes import read_stated
from pipeline.vocabulary.typography import seen, without_leaders

_REPETITION = re.compile(r"\s*(?:-\s*)?(?:[\"“”„‟〃″]|''|´´|``|,,|idem|id|dito|ditto)\.?(?:\s*-)?\s*", re.IGNORECASE)


def bare_text(text: str) -> str | None:
    """Return a label without its indent and the dots that lead to the figure: ``  Livraisons ......``."""
    return " ".join(without_leaders(seen(text)).split()) or None


def split_brackets(text: str) -> tuple[str, str]:
    """Split ``Montant (M€)`` into what it is and what it says between brackets, and so ``Montant en M€``."""
    bare, opened, tail = text.partition("(")
    if opened and tail.rstrip().endswith(")"):
        return bare, tail.rstrip().removesuffix(")")
    bare, said, unit = " ".join(text.split()).rpartition(" en ") if "en" in text else (text, "", "")
    return (bare, unit) if said and states_unit(unit) else (text, "")


_OF_WHAT_IT_NAMES = frozenset({"duration", "factor", "points"})
"""Families of units that a label states of what it names: « 18 à 24 (ans) » says nothing of its figures."""


@lru_cache(maxsize=4096)
def unit_beside(label: str) -> str:
    """Return the unit that a label states of the figures beside it: ``k€`` of ``Montant (k€)``; empty for none.

    >>> unit_beside("Taux de vacance (en %)"), unit_beside("Ménages (4 filiales)"), unit_beside("18 à 24 (ans)")
    ('en %', '', '')
    """
    said = split_brackets(label)[1].strip()
    if not said or not states_unit(said):
        return ""
    measure = read_stated(said).unit
    return "" if measure is not None and measure.family in _OF_WHAT_IT_NAMES else said


def is_repetition(text: str) -> bool:
    """Whether a text stands for what the cell above says: ``"``, ``idem``."""
    return _REPETITION.fullmatch(text) is not None
