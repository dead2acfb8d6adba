"""What drifted between several vintages of one source: what stands in some of the files and not in the others.

What belongs here: what a file has of each kind, and the comparison. What does not: whether it is read (``causes``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.cells.workbook import Kind, Sheet, position
from pipeline.figures import states_unit
from pipeline.figures.suffixes import read_stated
from pipeline.layouts.authoring.causes import NO_TABLE, Told
from pipeline.layouts.authoring.preview import DIMENSIONS, Claims
from pipeline.layouts.labels import split_brackets
from pipeline.vocabulary.words import fold

KINDS = ("sheets", "headers", "labels", "units", "periods", "indicators", "territories")
"""What is compared, in the order in which it is told."""

_TIME = "duration"


class Vintage(NamedTuple):
    """What one file has: of each of ``KINDS``, what is compared of it and how it is shown."""

    name: str
    has: Mapping[str, Mapping[str, str]]


class Drift(NamedTuple):
    """One thing that some files have and others lack."""

    kind: str
    shown: str
    present: tuple[str, ...]
    """The names of the files that have it."""
    absent: tuple[str, ...]


def vintage_of(
    name: str, sheets: Sequence[Sheet], claims: Claims, rows: Sequence[Mapping[str, Any]], told: Sequence[Told]
) -> Vintage:
    """Return what a file has.

    Args:
        name: how it is called.
        sheets: those that are compared.
        claims: what each was taken for.
        rows: what a load accepts of it.
        told: what it refuses, which names the row that is nearest to a header where there is none.
    """
    has: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    headers = _header_rows(claims) | {_place(each) for each in told if each.message.reason == NO_TABLE}
    with_tables = {sheet for sheet, _ in _header_rows(claims)}
    for sheet in sheets:
        if sheet.cells:
            has["sheets"].setdefault(fold(sheet.name), sheet.name)
        for cell in sheet.cells:
            claim = claims[sheet.name, cell.row, cell.column]
            text = " ".join(cell.text.split())
            if cell.kind is not Kind.TEXT or not text:
                continue
            for unit in _units_in(text, claim):
                has["units"].setdefault(fold(unit), unit)
            is_header = (sheet.name, cell.row) in headers
            if is_header and claim in {"header", "unclaimed", "ignored", *DIMENSIONS}:
                has["headers"].setdefault(fold(text), text)
            elif claim in {"key", "indicator", "breakdown"} or (claim == "unclaimed" and sheet.name in with_tables):
                has["labels"].setdefault(fold(text), text)
    for row in rows:
        for kind, shown in _facts(row):
            has[kind].setdefault(shown, shown)
    return Vintage(name, has)


def drifts(vintages: Sequence[Vintage]) -> Iterator[Drift]:
    """Yield what some of several files have and others lack, kind by kind."""
    for kind in KINDS:
        every = {key: shown for vintage in vintages for key, shown in vintage.has[kind].items()}
        for key, shown in every.items():
            present = tuple(vintage.name for vintage in vintages if key in vintage.has[kind])
            if len(present) < len(vintages):
                yield Drift(kind, shown, present, tuple(v.name for v in vintages if key not in v.has[kind]))


def _place(told: Told) -> tuple[str, int]:
    row, _ = position(told.message.cell) or (0, 0)
    return told.message.sheet, row


def _header_rows(claims: Claims) -> set[tuple[str, int]]:
    """Return the rows, each with its sheet, in which some cell is a header."""
    return {(sheet, row) for (sheet, row, _), claim in claims.items() if claim == "header"}


def _units_in(text: str, claim: str) -> Iterator[str]:
    """Yield the unit that a text states, alone or between brackets, where it may be about figures."""
    if claim not in {"note", "title", "value", "total"}:
        bare, said = split_brackets(text)
        unit = said.strip() or bare.strip()
        measure = read_stated(unit).unit if states_unit(unit) else None
        if measure is not None and measure.family != _TIME:  # « Année » is the header of periods
            yield unit


def _facts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if row.get("indicator"):
        yield "indicators", str(row["indicator"])
    if row.get("territory_code"):
        yield "territories", f"{row['territory_level']} {row['territory_code']}"
    if row.get("period_start"):
        yield "periods", period_shown(row)


def period_shown(row: Mapping[str, Any]) -> str:
    """Return the period of a row: a year alone, else its first and last day."""
    start, end = row.get("period_start"), row.get("period_end")
    if start and end and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    return " – ".join(f"{day:%Y-%m-%d}" for day in dict.fromkeys((start, end)) if day)
