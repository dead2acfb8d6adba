"""From which day a file speaks for its place."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.submissions import Stretch, Submission
from pipeline.warehouse.stretches import stretches_frame

Told = list[tuple[str, str, str]]
"""A day of March 2022, a file, the place where it was seen: in the order of the ledger."""


def stretches(dated: dict[str, str], told: Told) -> list[tuple[str, str]]:
    """Return the days from which files hold, each with the file; what is dated is a day of March 2022."""
    submissions = [
        Submission(
            name * 16,
            tuple(place for _, file, place in told if file == name),
            1,
            datetime(2022, 3, 1, tzinfo=UTC),
            stretches=tuple(
                Stretch(place, datetime(2022, 3, int(day), 12, tzinfo=UTC), at)
                for at, (day, file, place) in enumerate(told, 1)
                if file == name
            ),
        )
        for name in dated
    ]
    known_on = {name * 16: date(2022, 3, int(day)) for name, day in dated.items()}
    frame = stretches_frame(submissions, known_on).sort("ledger_event")
    return [(f"{row['holds_from']:%d}", row["submission_id"][0]) for row in frame.iter_rows(named=True)]


def test_a_later_date_holds_from_that_date_and_an_earlier_one_from_the_day_of_receipt() -> None:
    told = [("01", "a", "P"), ("10", "b", "P"), ("20", "c", "P")]
    assert stretches({"a": "01", "b": "05", "c": "03"}, told) == [("01", "a"), ("05", "b"), ("20", "c")]


def test_a_file_put_back_holds_again_from_the_day_on_which_it_came_back() -> None:
    told = [("01", "a", "P"), ("10", "b", "P"), ("20", "a", "P")]
    assert stretches({"a": "01", "b": "05"}, told) == [("01", "a"), ("05", "b"), ("20", "a")]


def test_a_file_put_back_on_the_day_on_which_it_was_replaced_has_one_stretch_the_last() -> None:
    told = [("01", "a", "P"), ("01", "b", "P"), ("01", "a", "P")]
    assert stretches({"a": "01", "b": "01"}, told) == [("01", "b"), ("01", "a")]


def test_a_file_that_moves_says_nothing_anew_and_is_answered_where_it_lies_then() -> None:
    told = [("10", "a", "P"), ("12", "a", "Q"), ("15", "b", "Q")]
    assert stretches({"a": "10", "b": "02"}, told) == [("10", "a"), ("15", "b")]


def test_a_file_that_says_nothing_is_no_predecessor() -> None:
    told = [("01", "a", "P"), ("10", "refused", "P"), ("12", "c", "P")]
    assert stretches({"a": "01", "c": "05"}, told) == [("01", "a"), ("05", "c")]


@given(
    dated=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 28).map("{:02}".format), min_size=1),
    seen=st.lists(st.tuples(st.integers(1, 28), st.sampled_from("abcd"), st.sampled_from("PQ")), max_size=12),
)
def test_along_a_place_days_never_go_back_and_the_last_to_come_is_the_last_to_hold(
    dated: dict[str, str], seen: list[tuple[int, str, str]]
) -> None:
    told = [(f"{day:02}", file, place) for day, file, place in sorted(seen, key=lambda each: each[0]) if file in dated]
    of_one_place = [(day, file, "P") for day, file, _ in told]
    collapsed = [each for at, each in enumerate(of_one_place) if at == 0 or of_one_place[at - 1][1] != each[1]]
    found = stretches(dated, collapsed)
    days = [day for day, _ in found]
    assert days == sorted(days)
    assert len(set(found)) == len(found)
    if collapsed:
        assert found[-1][1] == collapsed[-1][1]
