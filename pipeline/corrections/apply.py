"""Corrected cells: what a declared correction puts into a workbook before anything reads it.

What belongs here: replacing the text of a cell that says what the correction expects. What does not: which corrections
are declared and in force (``pipeline.corrections.resolve``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from pipeline.cells.workbook import Kind, Workbook
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.typography import plain


class Correction(NamedTuple):
    """One cell, what it says, and what it is to be read as."""

    sheet: str
    cell: str
    """Its A1 address."""
    old_text: str
    new_text: str


def correct(workbook: Workbook, corrections: Collection[Correction]) -> list[Rejection]:
    """Replace the text of corrected cells in place; return a rejection for each that does not say what is expected.

    Spaces, dashes and apostrophes of all kinds are alike; a cell that says anything else is left as it is.
    """
    waiting = {(correction.sheet, correction.cell): correction for correction in corrections}
    found: dict[tuple[str, str], str] = {}
    for sheet in workbook.sheets:
        if not any(name == sheet.name for name, _ in waiting):
            continue
        for position, cell in enumerate(sheet.cells):
            correction = waiting.get((sheet.name, cell.address))
            if correction is None:
                continue
            found[sheet.name, cell.address] = cell.text
            if plain(cell.text) == plain(correction.old_text):
                text = correction.new_text
                sheet.cells[position] = cell._replace(
                    kind=Kind.TEXT, text=text, value=text, number_format=None, formula=None, struck=None
                )
                del waiting[sheet.name, cell.address]
    return [
        reject(
            "CORRECTION_PERIMEE",
            sheet=sheet_name,
            cell=address,
            raw_text=found.get((sheet_name, address), ""),
            expected=correction.old_text,
            new=correction.new_text,
        )
        for (sheet_name, address), correction in waiting.items()
    ]
