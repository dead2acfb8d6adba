"""The wording of labels: what leads from one to its figure, what stands between its brackets, what repeats another.

What belongs here: taking a label apart. What does not: what it means (``keys``).
"""

from __future__ import annotations

import re

from pipeline.figures import states_unit
from pipeline.vocabulary.typography import seen

_REPETITION = re.compile(r"\s*(?:-\s*)?(?:[\"“”„‟〃″]|''|´´|``|,,|idem|id|dito|ditto)\.?(?:\s*-)?\s*", re.IGNORECASE)
_LEADERS = re.compile(r"(?<![\s.…_])(?=[\s.…_]*(?:\.\.|…|__|\. \. ))[\s.…_]+$")


def bare_text(text: str) -> str | None:
    """Return a label without its indent and the dots that lead to the figure: ``  Livraisons ......``."""
    return " ".join(_LEADERS.sub("", seen(text)).split()) or None


def split_brackets(text: str) -> tuple[str, str]:
    """Split ``Montant (M€)`` into what it is and what it says between brackets, and so ``Montant en M€``."""
    bare, opened, tail = text.partition("(")
    if opened and tail.rstrip().endswith(")"):
        return bare, tail.rstrip().removesuffix(")")
    bare, said, unit = " ".join(text.split()).rpartition(" en ") if "en" in text else (text, "", "")
    return (bare, unit) if said and states_unit(unit) else (text, "")


def is_repetition(text: str) -> bool:
    """Whether a text stands for what the cell above says: ``"``, ``idem``."""
    return _REPETITION.fullmatch(text) is not None
