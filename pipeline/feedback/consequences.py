"""One fault told once: a key that cannot be read costs the values of its row, and its sender corrects the key alone.

The stage and ``fact.rejection`` keep a rejection for each value, since every cell has an end there. Its sender would
count two faults and look for a second one.

What belongs here: which rejections of a row follow from another. What does not: refusing (``pipeline.layouts``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.cells.workbook import position
from pipeline.layouts.products import in_words
from pipeline.rejections import Message

_CONSEQUENCE = "CLE_ABSENTE"
_SHOWN = 5
"""As many values are named, and the rest is counted."""

# What the values of a row lack where one of its keys was refused for a reason.
_INDICATOR = ("indicator", "unit")
_TERRITORY = ("territory_level", "territory_code")
_PERIOD = ("period_start", "period_end")
_LACKED = {
    "INDICATEUR_INCONNU": _INDICATOR,
    "TERRITOIRE_INCONNU": _TERRITORY,
    "TERRITOIRE_HORS_REGION": _TERRITORY,
    "TERRITOIRE_AUTRE_NIVEAU": _TERRITORY,
    "TERRITOIRE_PARTAGE": _TERRITORY,
    "PERIODE_ILLISIBLE": _PERIOD,
    "ANNEE_AFFICHEE": _PERIOD,
    "DATE_ILLISIBLE": _PERIOD,
    "OBJECTIF": (*_PERIOD, "breakdown"),
    "REPETITION": (*_INDICATOR, *_TERRITORY, *_PERIOD, "breakdown"),
}


def told_once(rejections: Iterable[Message]) -> list[Message]:
    """Return rejections without those that follow from another of the same row, which names the values that it costs.

    A value that lacks something else than what its row's refused keys would say is told by itself.
    """
    kept: list[Message] = []
    consequences: list[Message] = []
    for each in rejections:
        (consequences if each.reason == _CONSEQUENCE else kept).append(each)
    causes: dict[tuple[str, int], list[int]] = {}
    for place, each in enumerate(kept):
        if each.reason in _LACKED and (row := _row(each)):
            causes.setdefault((each.sheet, row), []).append(place)
    costs: dict[int, list[str]] = {}
    for each in consequences:
        of_row = causes.get((each.sheet, _row(each)), ())
        cause = next((place for place in of_row if _explains(kept[place], each)), None)
        if cause is None:
            kept.append(each)
        else:
            costs.setdefault(cause, []).append(each.cell)
    return [_with_cost(each, costs[place]) if place in costs else each for place, each in enumerate(kept)]


def _row(message: Message) -> int:
    """Return the row of a message, 0 where it is about no cell of any."""
    row, _ = position(message.cell) or (0, 0)
    return row


def _explains(cause: Message, consequence: Message) -> bool:
    return any(in_words(field).fr in consequence.message_fr for field in _LACKED[cause.reason])


def _with_cost(cause: Message, cells: list[str]) -> Message:
    shown = ", ".join(cells[:_SHOWN]) + (f" (+ {len(cells) - _SHOWN})" if len(cells) > _SHOWN else "")
    return replace(
        cause,
        message_fr=f"{cause.message_fr} De ce fait, n'a pas été lu non plus : {shown}.",
        message_en=f"{cause.message_en} Not read for this either: {shown}.",
    )
