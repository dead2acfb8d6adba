"""Figures that are the stored result of a formula, and not what its cells now say: remarked, and read as stored.

What belongs here: which results are told of. What does not: calculating (``pipeline.cells.recalculation``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.cells.recalculation import Recalculation
from pipeline.cells.workbook import Workbook
from pipeline.layouts.grid import ROLE_CODES, Grid
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary.typography import french_number

_FIGURES = {ROLE_CODES["value"], ROLE_CODES["total"]}


def remark_stale_results(workbook: Workbook, grids: Mapping[str, Grid]) -> Iterator[Rejection]:
    """Yield a remark for each figure that is a formula of which the cells give something else."""
    for sheet in workbook.sheets:
        grid = grids.get(sheet.name)
        if grid is None or not sheet.cells.formulas:
            continue
        recalculation = Recalculation(sheet.cells, texts_are_certain=workbook.format == "xlsx")
        for position in sorted(sheet.cells.formulas):
            found = recalculation.contradicted(position) if grid.roles[position] in _FIGURES else None
            if found is not None:
                cell, (formula, given) = sheet.cells[position], found
                words: dict[str, str | Wording] = {"formula": formula, "given": _as_written(given)}
                yield reject("RESULTAT_PERIME", sheet=sheet.name, cell=cell.address, raw_text=cell.text, **words)


def _as_written(value: float) -> Wording:
    """Return a number as people write it, without what the order of additions leaves of it."""
    if value.is_integer() and abs(value) < 1e15:
        return Wording(french_number(int(value)), f"{int(value):,}")
    digits = f"{value:.12g}"
    return Wording(digits.replace(".", ","), digits)
