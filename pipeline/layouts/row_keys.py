"""What the keys of one row say together: their unit, a territory that its code must agree with, a period that is moved.

What belongs here: keys beside each other. What does not: reading one (``keys``), what stands around a row
(``row_meanings``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.figures import periods
from pipeline.figures.periods import Period, read_period
from pipeline.figures.stated_units import together
from pipeline.layouts.keys import Read
from pipeline.layouts.language import Column
from pipeline.rejections import Wording, reject
from pipeline.vocabulary.territories import Territory, resolve_territory


def unit_of(reads: Iterable[Read]) -> str:
    """Return the wording of the unit that the keys of a row state together, empty where they state none."""
    return together("", tuple(read.unit for read in reads))


def agree_on_territory(keys: dict[str, Read]) -> None:
    """Where a row gives a code, or the territory that contains it, both must be right; neither is passed over."""
    name = keys.get("territory")
    if name is None or not isinstance(name.meaning, Territory):
        return
    territory = name.meaning
    code, parent = keys.get("code"), keys.get("parent")
    problem: Wording | None = None
    if code is not None:
        raw = code.cell.value if code.cell.value is not None else code.cell.text
        if resolve_territory(raw, level=territory.level) != territory:
            problem = Wording(
                f" ; le code « {code.cell.text} » n'est pas celui de « {name.cell.text} »",
                f"; the code “{code.cell.text}” is not that of “{name.cell.text}”",
            )
    if parent is not None and isinstance(parent.meaning, Territory) and territory.parent_code != parent.meaning.code:
        problem = Wording(
            f" ; « {name.cell.text} » n'est pas dans « {parent.cell.text} »",
            f"; “{name.cell.text}” is not in “{parent.cell.text}”",
        )
    if problem:
        refusal = reject("TERRITOIRE_INCONNU", raw_text=name.cell.text, hint=problem)
        keys["territory"] = Read(name.cell, None, refusal)


def moved(period: Period, column: Column, months: int) -> Period | None:
    """Return the period that a column is about, where that is not the one that its table states.

    A day that the year does not have, a period that is not a year, or one longer than the months has no answer.

    Args:
        period: the one that is stated.
        column: how many years later it is, and the day in its year.
        months: how many months that end with it the figures are about; 0 or 1 for the period alone.
    """
    about: Period | None = period
    if column.years_before or column.day:
        about = _day_of_year(period, column.years_before, column.day)
    if about is None or months in {0, 1}:
        return about
    return periods.span_up_to(about, months) if months > 0 else None


def _day_of_year(period: Period, years_before: int, day: str) -> Period | None:
    if period.frequency != "A":
        return None
    year = period.start.year - years_before
    if not day:
        return read_period(str(year))
    try:
        return read_period(date.fromisoformat(f"{year}-{day}"))
    except ValueError:
        return None
