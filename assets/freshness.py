"""Freshness: until when an asset should have been made again, which Dagster shows beside it.

What belongs here: the times of the night, and the deadlines. What does not: what runs at night (``schedules``); who is
late (``audit.late_on``), for a deadline of Dagster is of an asset and not of a region.
"""

from datetime import timedelta

import dagster as dg

PARIS = "Europe/Paris"
NIGHT_HOUR = 2
_NIGHT = timedelta(hours=2)
"""A night is over by then: a load takes minutes, and waits for another that holds the warehouse."""
_YEAR = timedelta(days=365)

BY_THE_NIGHTLY = dg.FreshnessPolicy.cron(
    deadline_cron=f"0 {NIGHT_HOUR + _NIGHT // timedelta(hours=1)} * * *", lower_bound_delta=_NIGHT, timezone=PARIS
)


def by_due_month(due_month: int | None) -> dg.FreshnessPolicy | None:
    """Return the policy of a source that is due every year: something was received in the year before it was due."""
    if due_month is None:
        return None
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 0 1 {due_month % 12 + 1} *", lower_bound_delta=_YEAR, timezone=PARIS
    )
