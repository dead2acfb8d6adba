"""Each rule of the comment speaks on a series, and is silent on its neighbour that it must not speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from pipeline.publishing.bulletins import comment
from pipeline.publishing.bulletins.shown import Row, Sentence, Shown
from tests.unit.publishing.bulletins.rows import annual, said

Changes = Mapping[str, Any]
Rule = Callable[[Sequence[Row]], Sentence | None]


def series(*values: float, first: int = 2018, **last: Any) -> list[Row]:
    """Annual figures, a year each; what else is given is said of the last one."""
    rows = [annual(year=first + at, value=value) for at, value in enumerate(values)]
    for before, row in pairwise(rows):
        row["change_percent"] = 100 * (row["value"] / before["value"] - 1)
    rows[-1].update(last)
    return list(rows)


@pytest.mark.parametrize(
    ("rule", "speaks", "sentence"),
    [
        (
            comment.change,
            series(1000, 1123),
            "Agréments : 1 123 en 2019, soit + 12,3 % sur un an (1 000 en 2018).",
        ),
        (
            comment.change,
            series(1000, 1010),
            "Agréments : 1 010 en 2019, presque autant que l'année précédente (1 000).",
        ),
        (
            comment.change,
            series(1000, 500, obs_status="P"),
            "Agréments : 500 (p) en 2019, soit − 50 % sur un an (1 000 en 2018).",
        ),
        (
            comment.extreme,
            series(5, 9, 7, 12),
            "Agréments : avec 12, 2021 est le point le plus haut des 4 années connues depuis 2018.",
        ),
        (
            comment.extreme,
            series(5, 9, 7, 4),
            "Agréments : avec 4, 2021 est le point le plus bas des 4 années connues depuis 2018.",
        ),
        (comment.run, series(5, 6, 7, 8), "Agréments : troisième année de hausse, de 5 en 2018 à 8 en 2021."),
        (comment.run, series(9, 8, 7, 6), "Agréments : troisième année de baisse, de 9 en 2018 à 6 en 2021."),
        (
            comment.leading,
            series(5, rank=2, ranked=9),
            "Agréments : 2e rang des 9 régions connues en 2018, avec 5.",
        ),
    ],
)
def test_a_rule_speaks(rule: Rule, speaks: Sequence[Row], sentence: str) -> None:
    assert said(rule(speaks)) == sentence


def gap(rows: list[Row]) -> list[Row]:
    """The same years but the one before the last."""
    return [*rows[:-2], rows[-1]]


@pytest.mark.parametrize(
    ("rule", "silent"),
    [
        (comment.change, series(1000)),
        (comment.change, gap(series(900, 1000, 1123))),
        (comment.change, series(1000, 1123, qualifier=">")),
        (comment.change, series(1000, 1123, obs_status="B")),
        (comment.change, series(1000, 1123, is_disputed=True)),
        (comment.change, series(1000, 1123, population="all_landlords")),
        (comment.change, series(1000, 1123, change_percent=None)),
        (comment.extreme, series(5, 9, 12)),
        (comment.extreme, series(5, 12, 7, 12)),
        (comment.extreme, series(5, 9, 7, 12, qualifier="~")),
        (comment.run, series(5, 6, 7)),
        (comment.run, series(5, 6, 6, 8)),
        (comment.run, gap(series(4, 5, 6, 7, 8))),
        (comment.run, series(5, 6, 7, 8, obs_status="B")),
        (comment.leading, []),
        (comment.leading, series(5, rank=4, ranked=9)),
        (comment.leading, series(5, rank=1, ranked=4)),
        (comment.leading, series(5, rank=1, ranked=9, qualifier="<")),
        (comment.leading, series(5, rank=None, ranked=None)),
    ],
)
def test_a_rule_is_silent(rule: Rule, silent: Sequence[Row]) -> None:
    assert rule(silent) is None


def due(year: int, status: str) -> Row:
    return {"year": year, "status": status, "is_expected": True, "due_on": date(year + 1, 6, 30)}


def test_what_is_late_is_said_of_the_last_year_that_was_due_alone() -> None:
    sentence = comment.late([due(2024, "late"), due(2023, "accepted"), due(2025, "awaited")], "Bretagne")
    assert said(sentence) == "Bretagne : les chiffres 2024, attendus le 30 juin 2025, ne sont pas parvenus."
    assert comment.late([due(2024, "accepted"), due(2023, "late")], "Bretagne") is None
    assert comment.late([due(2024, "late") | {"is_expected": False}], "Bretagne") is None  # type: ignore[operator]
    assert comment.late([], "Bretagne") is None


@pytest.mark.parametrize(
    ("status", "elapsed", "sentence"),
    [
        ("behind", 2, "L'engagement « loger » (Plan) est en retard : 5 pour une cible de 9."),
        ("behind", 5, "L'engagement « loger » (Plan) n'est pas tenu : 5 pour une cible de 9."),
        ("on_track", 2, None),
        ("unknown", 2, None),
    ],
)
def test_a_commitment_is_named_where_it_is_behind_for_certain(status: str, elapsed: int, sentence: str | None) -> None:
    row = {"status": status, "years_elapsed": elapsed, "years_in_period": 5, "label": "loger", "plan": "Plan"}
    found = comment.commitment(row, Shown("9", 9), Shown("5", 5))
    assert (said(found) if found else None) == sentence
    assert comment.commitment(row, Shown("9", 9), None) is None


def test_a_comment_has_three_sentences_at_most_the_most_recent_first_and_what_is_beside_last() -> None:
    many = [series(1000, 1123, first=first) for first in (2010, 2020, 2015, 2012)]
    sentences = [said(each) for each in comment.comment(many, [None, ("Rien.",), ("Trop.",)])]
    assert [text[-6:-2] for text in sentences[:2]] == ["2020", "2015"]
    assert sentences[2:] == ["Rien."]
    assert comment.comment([series(1)]) == []
