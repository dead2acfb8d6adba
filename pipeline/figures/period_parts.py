"""One part of a period in a cell of its own: a year, a half-year, a quarter, a month or a day.

What belongs here: reading such a part. What does not: whole periods (``periods``), which parts make one (``layouts``).
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.figures.periods import read_period

# How a part is written beside a year, the frequency of the period that it makes, and its length in months.
_PARTS = {
    "month": (("{} 2000", "{}/2000"), "M", 1),
    "quarter": (("{} 2000", "T{} 2000"), "Q", 3),
    "half_year": (("{} 2000", "S{} 2000"), "S", 6),
}


@lru_cache(maxsize=4096, typed=True)
def read_part(raw: object, part: str) -> int | None:
    """Return the number of a part of a period: ``05`` and ``mai`` are the month 5, ``T2`` is the quarter 2."""
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip()
    if part == "year":
        period = read_period(text)
        return period.start.year if period is not None and period.frequency == "A" else None
    if part == "day":
        return int(text) if text.isdecimal() and 1 <= int(text) <= 31 else None
    forms, frequency, size = _PARTS[part]
    for form in forms:
        period = read_period(form.format(text))
        if period is not None and period.frequency == frequency:
            return (period.start.month - 1) // size + 1
    return None
