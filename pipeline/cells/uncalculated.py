"""Formulas whose stored result may be that of nobody.

A program that writes formulas and cannot calculate them stores a zero for each, and asks for a calculation when the
file is opened. So does one that can, to be on the safe side, and it stores what it has calculated. What belongs here:
telling them apart. What does not: how a format asks for a calculation, which is the business of its reader.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.cells.workbook import Cells, Kind, Sheet, number

REMARK = "ZERO_A_CALCULER"
_COUNTED = {Kind.NUMBER, Kind.DATE, Kind.DURATION}


def settle_zeros(zeros: Iterable[tuple[Cells, int]], *, is_calculated: bool) -> set[str]:
    """Keep the zeros of formulas that await a calculation, or take them for no results; return what is to be remarked.

    Args:
        zeros: the cells, each by its position among those of its sheet.
        is_calculated: whether another formula of the workbook has a result, which some program must have calculated.
    """
    awaiting = list(zeros)
    if is_calculated:
        return {REMARK} if awaiting else set()
    for cells, position in awaiting:
        cell = cells[position]
        cells[position] = cell._replace(kind=Kind.UNCACHED, text=cell.formula or "=…", value=None)
    return set()


def settle_formulas(sheets: Iterable[Sheet]) -> set[str]:
    """Settle the zeros of a workbook all of whose formulas await a calculation; return what is to be remarked."""
    formulas = [(sheet.cells, position) for sheet in sheets for position in sheet.cells.formulas]
    zeros = [(cells, position) for cells, position in formulas if _is_zero(cells[position].kind, cells.texts[position])]
    without = sum(cells[position].kind in (Kind.UNCACHED, Kind.ERROR) for cells, position in formulas)
    return settle_zeros(zeros, is_calculated=len(formulas) > len(zeros) + without)


def _is_zero(kind: Kind, text: str) -> bool:
    return kind in _COUNTED and number(text) == 0
