"""What a sender is told of one file: each fault once, and each figure as it was read, with its hedge."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.feedback.verdict import Verdict, accepted_row
from pipeline.rejections import Message, Rejection
from tests.support.sheets import BLOCK, Rows, apply

READ: dict[str, Any] = {
    "sheet": "Activité",
    "cell": "C7",
    "raw_text": "x",
    "label": "Livraisons",
    "unit": "dwellings",
    "qualifier": "=",
    "value_low": None,
    "value_high": None,
    "obs_status": "A",
    "missing_reason": None,
}


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ({"value": 33_500}, "33 500 logements"),
        ({"value": 33_500, "qualifier": "~"}, "environ 33 500 logements"),
        ({"value": 42_000, "qualifier": ">", "value_low": 42_000}, "plus de 42 000 logements"),
        ({"value": 42_000, "qualifier": "<", "value_high": 42_000}, "moins de 42 000 logements"),
        (
            {"value": 3_000, "qualifier": "interval", "value_low": 3_000, "value_high": 4_000},
            "entre 3 000 et 4 000 logements",
        ),
        ({"value": 7, "qualifier": "~", "obs_status": "P"}, "environ 7 logements (provisoire)"),
        ({"value": 7, "obs_status": "E"}, "7 logements (estimé)"),
        ({"value": None, "missing_reason": "not_available", "obs_status": "O"}, "valeur non indiquée"),
        ({"value": None, "missing_reason": "secret", "obs_status": "Q"}, "valeur non indiquée (secret)"),
        ({"value": None}, ""),
    ],
)
def test_a_figure_is_listed_with_its_hedge_its_unit_and_its_status(read: dict[str, Any], shown: str) -> None:
    told = accepted_row(READ | read).reading.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert told == (f"Livraisons : {shown}" if shown else "Livraisons")


def told(rows: Rows) -> tuple[list[Rejection], tuple[Message, ...]]:
    """Return what is refused in a sheet, and what its sender is told of it."""
    found = apply(rows).rejections
    return found, Verdict.of("bilan.xlsx", [each.message() for each in found], []).rejections


HEADER = ["Indicateur", "Année", "Valeur", "Territoire"]


@pytest.mark.parametrize(
    ("row", "reason", "cell"),
    [
        (["Ménages lgés", 2021, 5], "INDICATEUR_INCONNU", "A6"),
        (["Livraisons", "31/02/2021", 5, "Bretagne"], "PERIODE_ILLISIBLE", "B6"),
        (["Livraisons", 2021, 5, "Atlantide"], "TERRITOIRE_INCONNU", "D6"),
    ],
)
def test_a_key_that_cannot_be_read_is_told_once_and_names_the_values_that_it_costs(
    row: list[object], reason: str, cell: str
) -> None:
    found, sent = told([*BLOCK, HEADER, row])
    assert {(each.reason, each.cell) for each in found} == {(reason, cell), ("CLE_ABSENTE", "C6")}
    assert [(each.reason, each.cell) for each in sent] == [(reason, cell)]
    assert sent[0].message_fr.endswith(" De ce fait, n'a pas été lu non plus : C6.")
    assert sent[0].message_en.endswith(" Not read for this either: C6.")


def test_a_value_that_lacks_something_else_or_stands_in_another_row_is_told() -> None:
    refused = Message("INDICATEUR_INCONNU", "Indicateur inconnu.", "", "Activité", "A6", "x")
    place = Message("CLE_ABSENTE", "La ligne de « 5 » ne dit pas un territoire connu.", "", "Activité", "C6", "5")
    below = Message("CLE_ABSENTE", "La ligne de « 5 » ne dit pas un indicateur connu.", "", "Activité", "C7", "5")
    assert Verdict.of("b.xlsx", [refused, place, below], []).rejections == (refused, place, below)


def test_of_many_values_a_few_are_named() -> None:
    refused = Message("INDICATEUR_INCONNU", "Indicateur inconnu.", "", "Activité", "A6", "x")
    values = [
        Message("CLE_ABSENTE", "La ligne de « 5 » ne dit pas un indicateur connu.", "", "Activité", f"{column}6", "5")
        for column in "CDEFGHIJ"
    ]
    (sent,) = Verdict.of("b.xlsx", [*values, refused], []).rejections
    assert sent.message_fr.endswith(" : C6, D6, E6, F6, G6 (+ 3).")
