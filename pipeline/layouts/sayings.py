"""What a text says of figures: that they are targets, which are no results, provisional, summed over months; whose.

What belongs here: recognising such words in one text. What does not: of which tables they are said (``nature``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures.marks import names_no_result
from pipeline.figures.spans import months_said
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.populations import population_in
from pipeline.vocabulary.words import fold

_RESULT_AFTER_ALL = re.compile(
    r"\bobjectifs? (?:\w+ ){0,2}(?:atteints?|depasses?|tenus?|remplis?|realises?)\b|\batteintes? des objectifs\b"
    r"|\b(?:conventions?|contrats?) (?:\w+ ){0,3}(?:d )?objectifs?\b|\bhors (?:objectifs?|previsions?|budget)\b"
    r"|\b(?:direction|loi|ministere|commission) (?:du |des |de la )?(?:budget|finances)\b"
)
_PROVISIONAL = re.compile(
    r"(?<!logement )(?<!logements )(?<!hebergement )(?<!hebergements )(?<!solution )(?<!solutions )(?<!habitat )"
    r"\b(?<!non )provisoires?\b|\bnon (?:definiti(?:f|ve)s?|consolidee?s?)\b"
    r"|\bsous reserve de (?:consolidation|confirmation)\b"
)


@lru_cache(maxsize=4096)
def says_no_result(text: str) -> bool:
    """Whether a title or a name says that what it is about are targets, forecasts or a budget.

    >>> says_no_result("Objectifs 2022"), says_no_result("Bilan prévisionnel"), says_no_result("Objectifs atteints")
    (True, True, False)
    """
    return names_no_result(_RESULT_AFTER_ALL.sub(" ", fold(text)))


@lru_cache(maxsize=4096)
def says_provisional(text: str) -> bool:
    """Whether a title or a name says that figures are provisional."""
    return _PROVISIONAL.search(fold(text)) is not None


def says_other_figures(label: Cell) -> Rejection | None:
    """Return why the figures below a label that stands alone are no results of their period; else ``None``."""
    if label.kind is not Kind.TEXT or not label.text.strip():
        return None
    if months := months_said(label.text):
        return reject("PERIODE_CUMULEE", raw_text=label.text, months=months)
    return reject("OBJECTIF", raw_text=label.text) if says_no_result(label.text) else None


def says_something(text: str) -> bool:
    """Whether a text says any of it."""
    return says_no_result(text) or says_provisional(text) or population_in(text) != "" or months_said(text) > 0
