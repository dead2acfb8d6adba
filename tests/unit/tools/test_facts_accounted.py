"""The account of the facts: each row stands in the cell that it names, as worded, or has a reason."""

from __future__ import annotations

import csv
from functools import cache

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.figures.figure import Expected, Figure
from pipeline.figures.grammar import read_text
from tools.raw_workbooks.accounting import ACCOUNT, Accounted, account
from tools.raw_workbooks.facts import FACTS, Fact, read_facts
from tools.raw_workbooks.pages import Place
from tools.raw_workbooks.writing import RAW

ROWS = read_facts(FACTS).facts
MISPRINTS = {"97 00", "plus de 10 0000"}
UNITS = {"MEUR": ("EUR", 1_000_000), "EUR": ("EUR", 1), "percent": ("percent", 1), "factor": ("factor", 1)}
UNITS |= {"per_100k": ("per_100k", 1), "years": ("years", 1), "m2": ("m2", 1)}


def committed() -> list[Accounted]:
    with ACCOUNT.open(encoding="utf-8", newline="") as file:
        return [Accounted(**line) for line in csv.DictReader(file)]


@cache
def workbook(file: str) -> Workbook:
    return load_workbook(RAW / file)


def figure(text: str, fact: Fact) -> Figure:
    """Return what a wording says, in the unit of its row; a count may be an average, such as 2,16."""
    unit, _ = UNITS.get(fact.unit, ("things", 1))
    unit = {"avg_household_size": "persons_per_dwelling", "hlm_sales_target_share": "percent_per_year"}.get(
        fact.indicator, unit
    )
    for stated in ("", "M€" if fact.unit == "MEUR" else "millions"):
        read = read_text(text, Expected(unit, stated, "thousands"))
        if isinstance(read, Figure) and read.value is not None and close(read.value, fact):
            return read
    raise AssertionError(f"row {fact.row}: « {text} » does not say {fact.value} {fact.unit}")


def close(value: float, fact: Fact) -> bool:
    """Whether a number is that of a row, which may round a share in words (« deux tiers »)."""
    _, scale = UNITS.get(fact.unit, ("things", 1))
    return abs(value - float(fact.value) * scale) <= (1 if fact.unit == "percent" else 1e-6 * abs(value))


def test_every_row_is_accounted_for_once_and_in_order() -> None:
    assert [line.row for line in committed()] == [str(row) for row in range(1, len(ROWS) + 1)]


def test_a_row_has_a_cell_or_a_reason() -> None:
    for line in committed():
        assert bool(line.cell) != bool(line.reason), line
        assert bool(line.file) == bool(line.sheet) == bool(line.cell), line
    assert sum(bool(line.cell) for line in committed()) >= 540


def test_every_cell_holds_the_figure_of_its_row() -> None:
    read = 0
    for line, fact in zip(committed(), ROWS, strict=True):
        if not line.cell:
            continue
        held = workbook(line.file)[line.sheet][line.cell].value
        if held in MISPRINTS:
            assert held == fact.as_worded
        elif isinstance(held, str):
            read += bool(figure(held.removesuffix(" (p)"), fact))
        else:
            assert held == float(fact.value), line
    assert read > 400


def one(row: str) -> Fact:
    return next(fact for fact in ROWS if fact.row == row)


def test_a_row_without_a_cell_and_without_a_reason_stops_the_run() -> None:
    with pytest.raises(SystemExit, match=r"row 1 of facts\.csv \(accession_loans, .* stands in no workbook"):
        account([one("1")], {}, {})


def test_a_row_with_a_cell_and_a_reason_stops_the_run() -> None:
    with pytest.raises(SystemExit, match=r"row 1 .* stands in a/b\.xlsx, Activité, C3; drop its reason"):
        account([one("1")], {"a/b.xlsx": [Place("1", "Activité", "C3")]}, {"1": "sans période"})


def test_a_reason_for_a_row_that_there_is_not_stops_the_run() -> None:
    with pytest.raises(SystemExit, match=r"unplaced\.toml: facts\.csv has no row 900"):
        account([one("1")], {"a/b.xlsx": [Place("1", "Activité", "C3")]}, {"900": "sans période"})


def test_a_row_that_stands_in_two_cells_is_accounted_for_by_the_first() -> None:
    places = {"a.xlsx": [Place("1", "Activité", "C3"), Place("1", "Activité", "C9")]}
    assert account([one("1"), one("2")], places, {"2": "sans période"}) == [
        Accounted("1", "a.xlsx", "Activité", "C3"),
        Accounted("2", reason="sans période"),
    ]
