"""The verdict on one file: what has to be corrected, what deserves a look, and what was accepted.

What belongs here: these lists, in the order in which a sender goes through the file, and how a figure is put in words.
What does not: how they are laid out (``listing``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pipeline.cells.workbook import column_number, position
from pipeline.feedback.consequences import told_once
from pipeline.rejections import Message
from pipeline.vocabulary.mark_words import INTERVAL, STATUSES, hedged
from pipeline.vocabulary.territories import territories
from pipeline.vocabulary.typography import french_number
from pipeline.vocabulary.units import unit

_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One cell that was loaded: what it says, and how it was read."""

    sheet: str
    cell: str
    raw_text: str
    reading: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one file, sent under the name ``file``."""

    file: str
    rejections: tuple[Message, ...]
    """What is refused, and has to be corrected: each fault once, at its cause."""
    accepted: tuple[Accepted, ...]
    remarks: tuple[Message, ...] = ()
    """What is accepted, or was not read, and deserves a look."""

    @classmethod
    def of(
        cls,
        file: str,
        rejections: Iterable[Message],
        accepted: Iterable[Accepted],
        remarks: Iterable[Message] = (),
    ) -> Verdict:
        """Return the verdict with its lists in order: the whole file first, then sheet by sheet, row by row."""
        return cls(
            file,
            in_reading_order(told_once(rejections)),
            tuple(sorted(accepted, key=lambda figure: (figure.sheet, *_order(figure.cell), figure.reading))),
            tuple(remarks),
        )


def in_reading_order(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return messages as a sender goes through the file: the whole file first, then sheet by sheet, row by row."""
    return tuple(sorted(messages, key=lambda each: (each.sheet, *_order(each.cell), each.reason)))


def row_and_column(address: str) -> tuple[int, int]:
    """Return the row and the column of an A1 address, ``(0, 0)`` where there is none on any sheet."""
    return position(address) or (0, 0)


def _order(address: str) -> tuple[int, int]:
    """Return the row and the column of an address; a text may have rows below the last one of a sheet."""
    match = _ADDRESS.match(address)
    return (int(match[2]), column_number(match[1])) if match else (0, 0)


def accepted_row(row: dict[str, Any]) -> Accepted:
    """Return what a row of any product says of its cell: ``Livraisons, Finistère, 2021 : 12 logements``."""
    about = [
        " ".join(str(row.get("label") or row.get("theme") or row.get("beneficiary") or "").split()),
        _territory_name(row.get("territory_level"), row.get("territory_code")),
        _period(row.get("period_start"), row.get("period_end")),
    ]
    reading = " : ".join(filter(None, (", ".join(filter(None, about)), _figure(row))))
    return Accepted(row["sheet"], row["cell"], row["raw_text"], reading)


def _figure(row: dict[str, Any]) -> str:
    """Return what a row says of its figure, hedge and status: ``environ 33 500 logements (provisoire)``."""
    value, status = row.get("value"), STATUSES.get(row.get("obs_status") or "")
    if value is not None:
        figure = f"{_hedged(row, value)} {unit(row['unit']).label_fr}"
    elif row.get("missing_reason"):
        figure = "valeur non indiquée"
    else:
        return ""
    return f"{figure} ({status})" if status else figure


def _hedged(row: dict[str, Any], value: float) -> str:
    low, high = row.get("value_low"), row.get("value_high")
    if row.get("qualifier") == "interval" and low is not None and high is not None:
        return INTERVAL.format(french_number(low), french_number(high))
    return hedged(french_number(value), row.get("qualifier"))


def _territory_name(level: str | None, code: str | None) -> str:
    return _names().get((level, code), "") if level and code else ""


@cache
def _names() -> dict[tuple[str | None, str | None], str]:
    return {(territory.level, territory.code): territory.name for territory in territories()}


def _period(start: date | None, end: date | None) -> str:
    if start is None:
        return ""
    if end is None:
        return f"depuis le {start:%d/%m/%Y}"
    if start == end:
        return f"au {end:%d/%m/%Y}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year}" if start.year == end.year else f"{start.year}-{end.year}"
    return f"du {start:%d/%m/%Y} au {end:%d/%m/%Y}"
