"""Formulas calculated anew: which results are contradicted by the cells that they name. All figures are made up."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from pipeline.cells.recalculation import MOST_CELLS, Recalculation
from pipeline.cells.workbook import Cell, Cells, Kind

COLUMN: tuple[Any, ...] = (7, 11, 13.5)


def contradicted(
    formula: str, stored: float, *, column: tuple[Any, ...] = COLUMN, certain: bool = True, code: str = "General"
) -> float | None:
    """Return what a formula in A1 gives over the cells C8 and below, where it is not what is stored."""
    result = Cell(1, 1, Kind.NUMBER, repr(stored), stored, "General", formula)
    below = [
        Cell(row, 3, kind_of(value), str(value), value, code)
        for row, value in enumerate(column, 8)
        if value is not None
    ]
    found = Recalculation(Cells([result, *below]), texts_are_certain=certain).contradicted(0)
    return found and found[1]


def kind_of(value: Any) -> Kind:
    return Kind.TEXT if isinstance(value, str) else Kind.DATE if isinstance(value, date) else Kind.NUMBER


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        ("=C8", 7), ("=$C$8", 7), ("=+C8", 7), ("=-C8", -7), ("=C8+C9-C10", 4.5), ("= C8 + 2", 9), ("=C8*3", 21),
        ("=C9/2-C8", -1.5), ("=C8*C9", 77), ("=SUM(C8:C10)", 31.5), ("=SUM(C8,C10)", 20.5), ("=sum(C10:C8)", 31.5),
        ("=SUM(C8:C9;C10;1)", 32.5), ("=SOMME(C8:C10)", 31.5), ("=SUM(C8:C10)*2-C8", 56), ("=SUM([.C8:.C10])", 31.5),
        ("=[.C8]+[.$C$9]", 18), ("=SUM([.C8];[.C9])", 18), ("=C99", 0), ("=SUM(B1:D9)", 18),
    ],
)  # fmt: skip
def test_a_simple_formula_gives_what_its_cells_say(formula: str, given: float) -> None:
    assert contradicted(formula, 1234567) == given
    assert contradicted(formula, given) is None


@pytest.mark.parametrize(
    "formula",
    [
        "=MAX(C8:C10)", "=Autre!C8", "='Autre'!C8", "=[$Autre.C8]", "=SUM(C:C)", "=TODAY()", "=C8&C9", "=C8^2", "=C8%",
        "=SUM(C8:C10", "=SUM()", "=SUM(C8:C10))", "=C8 C9", "=C8+", "=(C8+C9)", "=SUM(A1:C8)", "=A1", "", "=", "=12",
        "=C8:C9", "=C8/0", "=SUM(C8:C10)/C99", "=SUM(-C8)", "=XFE1", "=C8.5", "=SUM(C8!C9)", "=[1]F!C8", "=R[1]C",
        "=C8+" * 300 + "C8", "=TVA8(2)", "=SUM(SUM(C8))",
    ],
)  # fmt: skip
def test_any_other_formula_is_left_alone(formula: str) -> None:
    assert contradicted(formula, 1234567) is None


def test_noise_is_no_contradiction_and_a_difference_is() -> None:
    assert contradicted("=SUM(C8:C10)", 0.6, column=(0.1, 0.2, 0.3)) is None
    assert contradicted("=C8+C9", 0.0, column=(1e15 + 0.3, -1e15)) is None
    assert contradicted("=C8", 7.001) == 7


def test_texts_add_nothing_to_a_sum_where_they_are_stored_as_texts() -> None:
    column = (7, "nd", 5)
    assert contradicted("=SUM(C8:C10)", 12, column=column) is None
    assert contradicted("=SUM(C8:C10)", 13, column=column) == 12
    assert contradicted("=SUM(C8:C10)", 13, column=column, certain=False) is None
    assert contradicted("=SUM(C8:C10)", 13, column=column, code='[<5]"s";0') is None  # a number that nobody is shown
    assert contradicted("=C9", 13, column=column) is None
    assert contradicted("=SUM(C8:C9)", 13, column=(7, date(2021, 3, 1))) is None


def test_what_formulas_may_cost_is_limited() -> None:
    column = tuple([1] * (MOST_CELLS + 2))
    assert contradicted(f"=SUM(C8:C{7 + MOST_CELLS + 2})", 3, column=column) is None
    assert contradicted("=SUM(C8:C1007)", 3, column=column) == 1000
    many = [Cell(1, c, Kind.NUMBER, "3", 3, "General", "=SUM(C8:C4000)") for c in range(1, 16_000)]
    cells = Cells([*many, *(Cell(row, 3, Kind.NUMBER, "1", 1, "General") for row in range(8, 4008))])
    recalculation, start = Recalculation(cells, texts_are_certain=True), time.process_time()
    found = [recalculation.contradicted(position) for position in range(len(many))]
    assert time.process_time() - start < 10
    assert [found[0], found[-1]] == [("=SUM(C8:C4000)", 3993), None]
