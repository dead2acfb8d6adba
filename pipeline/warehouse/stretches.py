"""Stretches: from which day a file speaks for the place of ``raw/`` at which it lies.

Of the files that lay one after the other at a place, the one that was seen there last speaks for every figure that it
states, whatever its date. It holds from its own date where that is later than its predecessor's, else from the day on
which it came; a file that is put back holds again, in a second stretch. What says nothing replaces nothing.

What belongs here: the days. What does not: what lay where (``intake.submissions``), which figure holds
(``sql/fact/observation_history.sql``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.intake import Submission
from pipeline.intake.submissions import Stretch
from pipeline.vocabulary.days import paris_day


class _Holding(NamedTuple):
    """What speaks for a place: since when, and the place at which its line of files began."""

    holds_from: date
    place: str


def stretches_frame(speaking: Iterable[Submission], known_on: Mapping[str, date]) -> pl.DataFrame:
    """Return ``stage.stretch``: a row for each day from which a file held, at each line of files.

    Args:
        speaking: the submissions that state something.
        known_on: the date of each, by ``submission_id``.
    """
    rows: dict[tuple[str, date], dict[str, object]] = {}
    at_places: dict[str, _Holding] = {}
    of_files: dict[str, _Holding] = {}
    for stretch, submission in _in_order(speaking):
        identifier = submission.submission_id
        before = at_places.get(stretch.place)
        if before is None and identifier in of_files:
            # moved or copied to where nothing spoke: it says nothing anew, and what comes there later answers it
            at_places[stretch.place] = of_files[identifier]
            continue
        since = _holds_from(stretch, known_on[identifier], before)
        holding = _Holding(since, before.place if before else stretch.place)
        at_places[stretch.place] = of_files[identifier] = holding
        # put back on the day on which it was replaced, it has one stretch, the last
        rows[identifier, since] = {
            "submission_id": identifier,
            "holds_from": since,
            "place": holding.place,
            "ledger_event": stretch.ledger_event,
        }
    return stage_contracts()["stretch"].frame(list(rows.values()))


def _in_order(submissions: Iterable[Submission]) -> list[tuple[Stretch, Submission]]:
    stretches = [(stretch, submission) for submission in submissions for stretch in submission.stretches]
    return sorted(stretches, key=lambda item: item[0].ledger_event)


def _holds_from(stretch: Stretch, dated: date, before: _Holding | None) -> date:
    """Return the day from which a file holds; a clock that stepped back never lets it hold before its predecessor."""
    if before is None or dated > before.holds_from:
        return dated
    return max(before.holds_from, paris_day(stretch.since))
