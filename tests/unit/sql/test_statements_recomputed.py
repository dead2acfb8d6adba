"""Histories of all kinds, held against the rules worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.recomputing import Statement, holder
from tests.support.stage_tables import built

FIRST = date(2022, 1, 1)
SOURCES = {"regional_return": (20, False), "national_statement": (30, True), "social_stock": (40, False)}


@st.composite
def histories(draw: st.DrawFn) -> list[Statement]:
    """Up to six statements of one figure, at up to three places, each replacing what lay at its place."""
    found: list[Statement] = []
    places = draw(st.lists(st.sampled_from(list(SOURCES)), min_size=1, max_size=3))
    at_place: dict[int, date] = {}
    for event in range(1, draw(st.integers(2, 6)) + 1):
        place = draw(st.integers(0, len(places) - 1))
        source = places[place]
        since = at_place.get(place, FIRST) + timedelta(days=draw(st.integers(0, 3)))
        at_place[place] = since
        authority, is_prose = SOURCES[source]
        value = draw(st.sampled_from([None, 1300, 1330, 1331, 1400, 2000]))
        is_secret = value is None and draw(st.booleans())
        found.append(
            Statement(
                file=f"{source}/{event}",
                place=f"place {place}",
                event=event,
                since=since,
                value=value,
                qualifier="=" if value is None else draw(st.sampled_from("==><~")),
                is_secret=is_secret,
                authority=authority,
                is_prose=is_prose,
                voice=source,
                withdrawn=draw(st.none() | st.integers(1, 8).map(lambda days: FIRST + timedelta(days=days))),
            )
        )
    return found


def _tables(history: list[Statement]) -> dict[str, str]:
    observation = ["file | indicator | territory | period | value | qualifier | missing_reason | known_on"]
    submission = ["file | known_on | received_at | withdrawn_on"]
    stretch = ["file | holds_from | place | ledger_event"]
    for each in history:
        value = "·" if each.value is None else f"{each.value:.0f}"
        why = "secret" if each.is_secret else "not_available" if each.value is None else "·"
        observation.append(f"{each.file} | starts | 32 | 2021 | {value} | {each.qualifier} | {why} | {each.since}")
        submission.append(f"{each.file} | {each.since} | 2022-01-01T08:00:{each.event:02} | {each.withdrawn or '·'}")
        stretch.append(f"{each.file} | {each.since} | {each.place} | {each.event}")
    return {"observation": "\n".join(observation), "submission": "\n".join(submission), "stretch": "\n".join(stretch)}


@settings(max_examples=60)
@given(histories())
def test_what_holds_on_any_day_is_what_the_rules_say(history: list[Statement]) -> None:
    days = [FIRST + timedelta(days=number) for number in range(-1, 20)]
    with built("fact.observation_as_of", **_tables(history)) as connection:
        for day in days:
            found = connection.execute(
                "SELECT submission_id FROM fact.observation_as_of($day)", {"day": day}
            ).fetchall()
            held = holder(history, day)
            assert found == ([] if held is None else [(held.file,)]), day
