"""Repaired cells: texts whose bytes were decoded wrongly before they were sent, put right before anything reads them.

What belongs here: going through the cells, and a remark with what was found and what was understood. What does not:
when a repair is certain (``pipeline.vocabulary.typography``), and the encoding of a text file (``text``).
"""

from __future__ import annotations

from itertools import compress, count
from operator import not_

from pipeline.cells.workbook import Kind, Workbook
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.typography import repair_mojibake


def repair(workbook: Workbook) -> list[Rejection]:
    """Replace each text that is certainly wrongly decoded, in place; return a remark for each, in reading order.

    What is not certain is left as it is, and refused later like any wording that nobody knows.
    """
    remarks = []
    for sheet in workbook.sheets:
        cells = sheet.cells
        for position in list(compress(count(), map(not_, map(str.isascii, cells.texts)))):
            meant = repair_mojibake(cells.texts[position])
            if meant is None:
                continue
            cell = cells[position]
            if cell.kind is Kind.TEXT:
                cells[position] = cell._replace(text=meant, value=meant)
                remarks.append(
                    reject("TEXTE_REPARE", sheet=sheet.name, cell=cell.address, raw_text=cell.text, meant=meant)
                )
    return remarks
