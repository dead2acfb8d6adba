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


def paris_time(at: datetime) -> str:
    """Return a moment as it is written in Paris, to the minute; one without a zone, as in a release, is of UTC.

    >>> paris_time(datetime(2026, 11, 26, 23, 30))
    '27/11/2026 à 00:30'
    """
    of_utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return f"{of_utc.astimezone(PARIS):%d/%m/%Y à %H:%M}"


def moment_of(identifier: str) -> datetime:
    """Return when a run or a release was made, which its identifier begins with.

    >>> moment_of("20261126T233000000000-0123abcd")
    datetime.datetime(2026, 11, 26, 23, 30, tzinfo=datetime.timezone.utc)
    """
    return datetime.strptime(identifier.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def today() -> date:
    """Return the present day in Paris."""
    return paris_day(datetime.now(UTC))
