"""Made-up workbooks for the benchmarks, written by openpyxl. No figure here was ever published."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.indicators import indicators

ROWS, COLUMNS = 30, 12
SHEETS = ("Activité", "Bilan", "Services")
LARGE_ROWS = 200_000

_FIRST_YEAR = 2012
_SHARES = {"percent", "factor"}
_BOLD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="FFDDEBF7")
_LINE = Border(bottom=Side("thin"))
_CENTRED = Alignment(horizontal="center", wrap_text=True)


def regional_returns(folder: Path, count: int) -> list[Path]:
    """Write ``count`` returns, all different: 3 sheets of 30 rows and 12 columns, styled, headers merged."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_regional_return(folder / f"retour-{number:03}.xlsx", random.Random(number)) for number in range(count)]


def _regional_return(path: Path, chance: random.Random) -> Path:
    counted = [i.label_fr for i in indicators().values() if i.scope == "action_logement" and i.unit not in _SHARES]
    book = Workbook()
    book.remove(book.active)
    for number, name in enumerate(SHEETS):
        _fill(book.create_sheet(name), counted[number :: len(SHEETS)], chance)
    book.save(path)
    return path


def _fill(sheet: Worksheet, labels: list[str], chance: random.Random) -> None:
    sheet.append(["Bilan annuel (chiffres inventés)"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=COLUMNS)
    sheet["A1"].font = _BOLD
    sheet.append(["Région :", "Bretagne"])
    sheet.append(["Date d'envoi :", "15/03/2026"])
    sheet.append([])
    sheet.append(["Indicateur", "Réalisé"])
    sheet.merge_cells(start_row=5, start_column=2, end_row=5, end_column=COLUMNS)
    sheet.append([None, *range(_FIRST_YEAR, _FIRST_YEAR + COLUMNS - 1)])
    sheet.merge_cells("A5:A6")
    for row in sheet.iter_rows(min_row=5, max_row=6):
        for cell in row:
            cell.font, cell.fill, cell.alignment = _BOLD, _FILL, _CENTRED
    for label in labels[: ROWS - 6]:
        sheet.append([label, *(chance.randint(0, 99_999) for _ in range(COLUMNS - 1))])
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format, cell.border = "#,##0", _LINE


def large_return(path: Path) -> Path:
    """Write one sheet of 200,000 rows and 12 columns: territories, words, years, whole and decimal numbers."""
    chance = random.Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Activité")
    sheet.append([f"Colonne {number}" for number in range(1, COLUMNS + 1)])
    regions = ["Bretagne", "Île-de-France", "Grand Est", "Occitanie"]
    for row in range(LARGE_ROWS):
        whole = [chance.randint(0, 99_999) for _ in range(4)]
        decimal = [round(chance.random() * 1e4, 2) for _ in range(4)]
        words = [chance.choice(regions), f"commune {row % 5_000}", 2000 + row % 25, "nd" if row % 97 == 0 else row]
        sheet.append([*words, *whole, *decimal])
    book.save(path)
    return path
