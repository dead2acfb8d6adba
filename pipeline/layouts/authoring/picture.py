"""The picture of a trial as one HTML page that needs nothing else: each cell in place, what is refused said on it.

What belongs here: what stands on the page. What does not: how it looks (``templates/preview.html``), what a cell was
taken for (``preview``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.cells.workbook import Sheet, column_letters
from pipeline.layouts.authoring.causes import Cause, Told
from pipeline.layouts.authoring.preview import STYLES, Claims
from pipeline.layouts.authoring.trial_words import Language, say, sentence_in
from pipeline.layouts.grid import Grid
from pipeline.vocabulary.html import render
from pipeline.vocabulary.typography import as_shown

_PAGE_ROWS, _PAGE_COLUMNS = 400, 80
_LINKS = 40
"""As many cells of one cause are listed, and the rest is counted."""


class Pictured(NamedTuple):
    """One file on the page."""

    name: str
    sheets: Sequence[Sheet]
    claims: Claims
    told: Sequence[Told]
    causes: Sequence[Cause]


def as_page(title: str, files: Sequence[Pictured], checks: Sequence[str], lang: Language) -> str:
    """Return the page: what is refused and remarked, by cause, and every sheet under a tab of its own.

    Args:
        title: what the page is about.
        files: what was tried.
        checks: a line for each check that failed.
        lang: the language of what is told.
    """
    places = [(file, sheet) for file in files for sheet in file.sheets]
    anchors = {(id(file), sheet.name): f"s{number}" for number, (file, sheet) in enumerate(places, start=1)}
    return render(
        "pipeline.layouts.authoring",
        "preview.html",
        lang=lang,
        title=title,
        styles=STYLES,
        checks=checks,
        files=[(file.name, [_cause(cause, file, anchors, lang) for cause in file.causes]) for file in files],
        sheets=[
            {
                "anchor": anchors[id(file), sheet.name],
                "title": f"{file.name} · {sheet.name}" if len(files) > 1 else sheet.name,
                **_sheet(sheet, file, anchors[id(file), sheet.name], lang),
            }
            for file, sheet in places
        ],
        words=_WORDS[lang],
    )


_WORDS = {
    "fr": {
        "roles": "Montrer :",
        "sheets": "Feuilles",
        "refused": "refusé",
        "remarked": "remarqué",
        "none": "Rien n'est refusé ni remarqué.",
        "more": "autres lignes",
        "found": "Refus et remarques",
    },
    "en": {
        "roles": "Show:",
        "sheets": "Sheets",
        "refused": "refused",
        "remarked": "remarked",
        "none": "Nothing is refused or remarked.",
        "more": "more rows",
        "found": "Refusals and remarks",
    },
}


def _cause(cause: Cause, file: Pictured, anchors: Mapping[tuple[int, str], str], lang: Language) -> dict[str, object]:
    """Return a cause with links to its first cells; a cell that the page does not show has none."""
    shown = {(sheet.name, address) for sheet in file.sheets for address in _addresses(sheet)}
    cells = [(told.message.sheet, told.message.cell) for told in cause.told]
    cells += [(cause.first.message.sheet, cell) for cell in cause.cost]
    links = [
        (
            " ".join(filter(None, (sheet, cell))) or say("file", lang),
            f"{anchors[id(file), sheet]}-{cell}" if (sheet, cell) in shown else "",
        )
        for sheet, cell in dict.fromkeys(cells)
    ]
    return {
        "count": cause.count,
        "is_refused": cause.first.is_refused,
        "reason": cause.first.message.reason,
        "sentence": sentence_in(cause.first.message, lang),
        "line": cause.line,
        "links": links[:_LINKS],
        "left": max(0, len(links) - _LINKS),
    }


def _addresses(sheet: Sheet) -> set[str]:
    """Return the addresses of the cells that the page shows of a sheet."""
    rows = set(Grid(sheet).rows[:_PAGE_ROWS])
    return {cell.address for cell in sheet.cells if cell.row in rows and cell.column <= _PAGE_COLUMNS}


def _sheet(sheet: Sheet, file: Pictured, anchor: str, lang: Language) -> dict[str, object]:
    """Return the top left of a sheet: its rows, each with its cells or ``None`` where there is none."""
    grid = Grid(sheet)
    columns = range(1, min(max(cell.column for cell in sheet.cells), _PAGE_COLUMNS) + 1)
    of_cell: dict[str, list[Told]] = {}
    for told in file.told:
        if told.message.sheet == sheet.name and told.message.cell:
            of_cell.setdefault(told.message.cell, []).append(told)

    def cell_at(row: int, column: int) -> dict[str, object] | None:
        cell = grid.row(row).get(column)
        if cell is None:
            return None
        told = of_cell.get(cell.address, [])
        return {
            "address": cell.address,
            "claim": file.claims[sheet.name, row, column],
            "text": as_shown(cell.text),
            "anchor": f"{anchor}-{cell.address}",
            "fate": "refused" if any(each.is_refused for each in told) else "remarked" if told else "",
            "told": " ".join(sentence_in(each.message, lang) for each in told),
        }

    rows = [(row, [cell_at(row, column) for column in columns]) for row in grid.rows[:_PAGE_ROWS]]
    return {
        "letters": [column_letters(column) for column in columns],
        "rows": rows,
        "left": max(0, len(grid.rows) - _PAGE_ROWS),
        "refused": sum(each.is_refused for told in of_cell.values() for each in told),
    }
