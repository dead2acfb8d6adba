"""Which of several statements of one figure holds, and what becomes of the others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.stage_tables import rows

HEADER = "file | indicator | territory | period | value | precision | qualifier | raw_text | known_on | publisher\n"
AT_ONE_PLACE = """
    file | holds_from | place | ledger_event
    a    | 2022-01-01 | P     | 1
    b    | 2022-06-01 | P     | 2
"""


def said(*statements: str) -> str:
    """A table of statements of one figure, each as file, text, value, precision, qualifier, day, publisher."""
    lines = []
    for statement in statements:
        file, text, *others = (part.strip() for part in statement.split(","))
        value, precision, qualifier, day, publisher = others
        figure = f"{value} | {precision} | {qualifier} | {text} | {day} | {publisher}"
        lines.append(f"{file} | starts | 32 | 2021 | {figure}")
    return HEADER + "\n".join(lines)


def outcomes(observation: str, **tables: str) -> list[tuple[str, str]]:
    """The file of each statement in the last span, and what became of it."""
    found = rows("fact.statement", observation=observation, **tables)
    last = [row for row in found if row["span_until"] is None]
    return [(row["submission_id"].rpartition("/")[2], row["outcome"]) for row in last]


def holding(observation: str, **tables: str) -> dict[str, Any]:
    """The current figure."""
    (row,) = rows("fact.observation", observation=observation, **tables)
    return row


EXACT = "national_statement/exact, 42 484, 42484, 0, =, 2025-01-16, ·"


@pytest.mark.parametrize(
    "vaguer",
    [
        "national_statement/later, plus de 42 000, 42000, 0, >, 2025-02-01, ·",
        "national_statement/later, 42 500, 42500, 0, =, 2025-02-01, ·",
        "national_statement/later, environ 42 000, 42000, 0, ~, 2025-02-01, Un journal",
        "national_statement/later, 42 milliers, 42000, 500, =, 2025-02-01, ·",
        "national_statement/later, 42 484, 42484, 0, =, 2025-02-01, Un journal",
        "later, environ 42 500, 42500, 0, ~, 2025-02-01, ·",
    ],
)
def test_a_statement_that_is_vaguer_or_says_the_same_confirms_and_replaces_nothing(vaguer: str) -> None:
    stated = said(EXACT, vaguer)
    assert outcomes(stated) == [("exact", "is_first"), ("later", "confirms")]
    row = holding(stated)
    assert (row["raw_text"], row["known_on"], row["confirmed_on"]) == ("42 484", date(2025, 1, 16), date(2025, 2, 1))
    assert rows("audit.conflict", observation=stated) == []
    assert rows("audit.revision", observation=stated) == []
    (row,) = rows("audit.confirmation", observation=stated)
    assert (row["held_raw_text"], row["is_rounder"]) == ("42 484", "42 484" not in vaguer)


@pytest.mark.parametrize(
    "vaguer",
    [
        "national_statement/first, plus de 42 000, 42000, 0, >, 2025-01-01, ·",
        "social_stock/first, environ 42 000, 42000, 0, ~, 2025-01-01, ·",
        "national_statement/first, 42 000, 42000, 0, =, 2025-01-01, Un journal",
    ],
)
def test_a_more_precise_statement_holds_whatever_the_rank_of_the_vaguer_one(vaguer: str) -> None:
    stated = said(vaguer, EXACT)
    assert outcomes(stated) == [("first", "is_first"), ("exact", "is_more_precise")]
    assert (holding(stated)["raw_text"], holding(stated)["known_on"]) == ("42 484", date(2025, 1, 16))


def test_a_confirmation_that_came_later_is_not_known_on_an_earlier_day() -> None:
    stated = said(
        EXACT,
        "national_statement/later, plus de 42 000, 42000, 0, >, 2025-02-01, ·",
        "national_statement/last, plus de 42 000, 42000, 0, >, 2025-03-01, ·",
    )
    days = {"2025-01-31": None, "2025-02-15": date(2025, 2, 1), "2025-03-01": date(2025, 3, 1)}
    for day, confirmed in days.items():
        (row,) = rows("fact.observation_as_of", f"DATE '{day}'", observation=stated)
        assert (row["value"], row["confirmed_on"]) == (42484, confirmed)


def test_a_return_counts_so_that_its_round_figure_is_taken_at_its_word() -> None:
    stated = said("one, 33 965, 33965, 0, =, 2022-02-01, ·", "two, 34 000, 34000, 0, =, 2022-06-01, ·")
    assert outcomes(stated) == [("one", "is_first"), ("two", "restates")]
    assert holding(stated)["value"] == 34000


def test_of_two_that_cannot_both_be_true_rank_decides_then_the_later_one_marked_between_two_publishers() -> None:
    outranked = said(EXACT, "later, 41 111, 41111, 0, =, 2025-06-01, ·")
    assert outcomes(outranked) == [("exact", "is_first"), ("later", "is_outranked")]
    assert (holding(outranked)["value"], holding(outranked)["is_disputed"]) == (42484, False)
    other = said(EXACT, "national_statement/later, 41 111, 41111, 0, =, 2025-06-01, Un journal")
    assert outcomes(other) == [("exact", "is_first"), ("later", "contradicts")]
    assert (holding(other)["value"], holding(other)["is_disputed"]) == (41111, True)
    same = said(EXACT, "national_statement/later, 41 111, 41111, 0, =, 2025-06-01, ·")
    assert outcomes(same) == [("exact", "is_first"), ("later", "restates")]
    assert (holding(same)["value"], holding(same)["is_disputed"]) == (41111, False)
    one_day = said(EXACT, "national_statement/later, 41 111, 41111, 0, =, 2025-01-16, ·")
    assert outcomes(one_day) == [("exact", "is_first"), ("later", "contradicts")]


def test_at_one_place_the_last_file_speaks_however_vague_it_is() -> None:
    stated = said("a, 1 330, 1330, 0, =, 2022-01-01, ·", "b, plus de 1 000, 1000, 0, >, 2022-06-01, ·")
    assert outcomes(stated, stretch=AT_ONE_PLACE) == [("b", "is_first")]
    assert holding(stated, stretch=AT_ONE_PLACE)["raw_text"] == "plus de 1 000"


def test_what_a_place_says_again_confirms_it_and_is_known_as_before() -> None:
    stated = said("a, 1 330, 1330, 0, =, 2022-01-01, ·", "b, 1 330, 1330, 0, =, 2022-06-01, ·")
    row = holding(stated, stretch=AT_ONE_PLACE)
    assert (row["submission_id"], row["known_on"], row["confirmed_on"]) == ("b", date(2022, 1, 1), date(2022, 6, 1))


def test_nd_takes_nothing_back_but_at_its_own_place() -> None:
    stated = said("a, 1 331, 1331, 0, =, 2022-01-01, ·", "b, nd, ·, ·, =, 2022-06-01, ·")
    assert outcomes(stated) == [("a", "is_first"), ("b", "says_nothing")]
    assert holding(stated)["value"] == 1331
    assert holding(stated, stretch=AT_ONE_PLACE)["value"] is None
    # and where another place states it, that holds
    elsewhere = stated + "\nc | starts | 32 | 2021 | 1340 | 0 | = | 1 340 | 2022-02-01 | ·"
    stretch = AT_ONE_PLACE + "    c    | 2022-02-01 | Q     | 3\n"
    assert holding(elsewhere, stretch=stretch)["value"] == 1340


def test_a_secret_masks_the_figure_everywhere_from_its_day_on() -> None:
    header = "file | indicator | territory | period | value | missing_reason | raw_text | known_on\n"
    stated = header + "\n".join(
        [
            "a | starts | 32 | 2021 | 1331 | · | 1 331 | 2022-01-01",
            "b | starts | 32 | 2021 | · | secret | s | 2022-03-01",
            "national_statement/c | starts | 32 | 2021 | 1331 | · | 1 331 | 2022-06-01",
        ]
    )
    assert outcomes(stated) == [("a", "is_first"), ("b", "masks"), ("c", "masked")]
    (row,) = rows("fact.observation", observation=stated)
    assert (row["value"], row["missing_reason"]) == (None, "secret")
    (before,) = rows("fact.observation_as_of", "DATE '2022-02-01'", observation=stated)
    assert before["value"] == 1331


def test_what_was_withdrawn_gives_way_to_what_holds_without_it() -> None:
    stated = said(EXACT, "national_statement/later, 41 111, 41111, 0, =, 2025-06-01, ·")
    withdrawn = "file | known_on | withdrawn_on\nnational_statement/later | 2025-06-01 | 2025-09-01\n"
    history = rows("fact.observation_history", observation=stated, submission=withdrawn)
    spans = sorted((row["value"], row["holds_from"], row["superseded_on"]) for row in history)
    assert spans == [
        (41111, date(2025, 6, 1), date(2025, 9, 1)),
        (42484, date(2025, 1, 16), date(2025, 6, 1)),
        (42484, date(2025, 9, 1), None),
    ]
    for day, value in (("2025-05-31", 42484), ("2025-08-31", 41111), ("2025-09-01", 42484)):
        (row,) = rows("fact.observation_as_of", f"DATE '{day}'", observation=stated, submission=withdrawn)
        assert row["value"] == value


def test_two_populations_are_two_figures() -> None:
    stated = """
        file | indicator | population    | territory | period | value | known_on
        a    | starts    |               | 32        | 2021   | 70    | 2022-01-01
        b    | starts    | all_landlords | 32        | 2021   | 90    | 2022-02-01
    """
    found = {row["series_key"]: row["value"] for row in rows("fact.observation", observation=stated)}
    assert found == {"starts/REG-32": 70, "starts@all_landlords/REG-32": 90}
    assert rows("fact.statement", observation=stated) == []
    assert rows("audit.conflict", observation=stated) == []


def test_a_provisional_figure_that_is_said_again_as_final_is_final_and_known_since_it_was_first_said() -> None:
    stated = """
        file                 | indicator | territory | period | value | obs_status | known_on
        national_statement/p | starts    | FR        | 2021   | 1331  | P          | 2022-01-01
        national_statement/f | starts    | FR        | 2021   | 1331  | A          | 2022-06-01
    """
    assert outcomes(stated) == [("p", "is_first"), ("f", "confirms_as_final")]
    row = holding(stated)
    assert (row["obs_status"], row["known_on"]) == ("A", date(2022, 1, 1))


def test_a_file_that_is_replaced_on_the_day_on_which_it_came_never_holds() -> None:
    stated = said("a, 1 331, 1331, 0, =, 2022-01-01, ·", "b, 1 400, 1400, 0, =, 2022-06-01, ·")
    put_back = """
        file | holds_from | place | ledger_event
        a    | 2022-01-01 | P     | 1
        b    | 2022-06-01 | P     | 2
        a    | 2022-06-01 | P     | 3
    """
    assert holding(stated, stretch=put_back)["submission_id"] == "a"
    history = rows("fact.observation_history", observation=stated, stretch=put_back)
    never = [(row["holds_from"], row["superseded_on"]) for row in history if row["submission_id"] == "b"]
    assert never == [(date(2022, 6, 1), date(2022, 6, 1))]


def test_a_figure_that_is_stated_more_often_than_a_round_takes_is_gone_through_to_its_end() -> None:
    days = [date(2022, 1, 1) + timedelta(days=number) for number in range(150)]
    values = [7 if number % 3 else number for number in range(150)]
    stated = said(*(f"f{n:03}, {v}, {v}, 0, =, {day}, ·" for n, (v, day) in enumerate(zip(values, days, strict=True))))
    places = ["file | holds_from | place | ledger_event", *(f"f{n:03} | {d} | P{n} | {n}" for n, d in enumerate(days))]
    found = rows("fact.statement", observation=stated, stretch="\n".join(places))
    assert [row["step"] for row in found] == list(range(1, 151))
    holder = None
    for number, row in enumerate(found):
        confirms = holder is not None and values[number] == values[holder]
        assert row["outcome"] == ("confirms" if confirms else "restates" if number else "is_first")
        assert row["against_submission_id"] == (None if holder is None else f"f{holder:03}")
        holder = holder if confirms else number
        assert row["holder_submission_id"] == f"f{holder:03}"
