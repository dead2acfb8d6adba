"""Made-up workbooks for the tests. No figure here was ever published; none may stand in ``raw/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADER = ("Indicateur", "Année", "Valeur", "Unité")


def regional_return(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    region: str = "Bretagne",
    issued: str = "15/03/2022",
    header: Sequence[str] = HEADER,
    above: Mapping[str, Any] | None = None,
    below: Sequence[str] = ("Note : chiffres inventés pour un test",),
) -> Path:
    """Write a return of one sheet: a title, the identification block, a table from A6 on, notes under it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Activité"
    sheet.append(["Bilan annuel (exemple inventé)"])
    sheet.append(["Région :", region])
    sheet.append(["Date d'envoi :", issued])
    for label, value in (above or {}).items():
        sheet.append([label, value])
    sheet.append([])
    while sheet.max_row < 4:
        sheet.append([None])
    for row, values in enumerate([header, *rows], start=6):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
    for offset, note in enumerate(below):
        sheet.cell(6 + len(rows) + 2 + offset, 1, note)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


CORRECTION_HEADER = (
    "Envoi",
    "Feuille",
    "Cellule",
    "Texte de la cellule",
    "Texte corrigé",
    "Motif",
    "Auteur",
    "Date",
)


def correction_file(path: Path, *lines: Sequence[Any]) -> Path:
    """Write a file of corrections: file, sheet, cell, text, corrected text; reason, author and date are filled in."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Corrections"
    sheet.append(CORRECTION_HEADER)
    for line in lines:
        sheet.append([*line, "coquille confirmée par téléphone", "A. Analyste", "02/05/2022"])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def table_workbook(path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "Feuille1") -> Path:
    """Write a workbook of one sheet: its rows from A1 on, an empty one for a blank row."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row) or [None])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
