"""Days are those of Paris: a file received there at half past midnight is not of the day before.

What belongs here: from a moment to its day. What does not: the periods that figures are about (``figures.periods``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def paris_day(at: datetime) -> date:
    """Return the day on which a moment falls in Paris.

    >>> paris_day(datetime(2026, 11, 26, 23, 30, tzinfo=UTC))
    datetime.date(2026, 11, 27)
    """
    return at.astimezone(PARIS).date()


def today() -> date:
    """Return the present day in Paris."""
    return paris_day(datetime.now(UTC))
