"""Rows of ``kpi.annual`` for the tests of the site, and what a sentence says."""

from __future__ import annotations

from typing import Any

from pipeline.publishing.bulletins.shown import Sentence


def annual(**changes: Any) -> dict[str, Any]:
    """One figure, plain but for what is given."""
    row = {
        "indicator": "approvals",
        "label_fr": "Agréments",
        "territory_id": "REG-53",
        "territory_level": "region",
        "territory": "Bretagne",
        "year": 2021,
        "value": 77.0,
        "unit": "dwellings",
        "qualifier": "=",
        "at_least": None,
        "at_most": None,
        "obs_status": "A",
        "is_disputed": False,
        "known_before_period_end": False,
        "population": "",
        "parts_reporting": 0,
        "parts_expected": 4,
        "change_percent": None,
        "rank": None,
        "ranked": None,
    }
    return row | changes


def said(sentence: Sentence | None) -> str:
    """The words of a sentence, each figure with the signs of its marks; spaces as typed by anyone."""
    assert sentence is not None
    parts = [
        part if isinstance(part, str) else " ".join((part.text, *(sign for sign, _ in part.signs))) for part in sentence
    ]
    return "".join(parts).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
