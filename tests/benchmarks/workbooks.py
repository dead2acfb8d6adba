"""Made-up workbooks for the benchmarks, written by openpyxl. No figure here was ever published."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import Territory, current_regions
from tests.support.workbooks import worksheet

Line = list[str | int | None]

ROWS, COLUMNS = 30, 12
SHEETS = ("Activité", "Bilan", "Services")
LARGE_ROWS = int(os.environ.get("BENCH_LARGE_ROWS", "200000"))

_FIRST_YEAR = 2012
_SHARE_FILLED = 0.97
_SHARE_RESTATED = 0.05
_SHARES = {"percent", "factor"}
_BOLD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="FFDDEBF7")
_LINE = Border(bottom=Side("thin"))
_CENTRED = Alignment(horizontal="center", wrap_text=True)


def regional_returns(folder: Path, count: int) -> list[Path]:
    """Write ``count`` returns of one template, in a folder a region: 3 sheets of 30 rows and 12 columns, styled.

    They differ in their region, their date and their figures, as returns do that are made by filling in a blank one.
    Those of a region state the same figures, one in twenty of them restated.
    """
    return _returns(folder, count, _of_template)


def unlike_returns(folder: Path, count: int) -> list[Path]:
    """Write ``count`` returns of about the same size of which no two are alike, in a folder a region.

    They differ in their titles and dates, in where their tables begin, in their years, in the order of their rows and
    in which of their cells are blank.
    """
    return _returns(folder, count, _of_ones_own)


def restated(chance: random.Random) -> int:
    """Return by how much a figure is restated: one in twenty is."""
    return chance.randint(1, 9) if chance.random() < _SHARE_RESTATED else 0


def _returns(
    folder: Path, count: int, fill: Callable[[Worksheet, Territory, int, list[str], random.Random], None]
) -> list[Path]:
    counted = [i.label_fr for i in indicators().values() if i.scope == "action_logement" and i.unit not in _SHARES]
    regions = current_regions()
    paths = []
    for number in range(count):
        region, chance = regions[number % len(regions)], random.Random(number)
        path = folder / region.slug / f"retour-{number:03}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        book = Workbook()
        book.remove(worksheet(book))
        for place, name in enumerate(SHEETS):
            fill(book.create_sheet(name), region, number, counted[place :: len(SHEETS)][: ROWS - 6], chance)
        book.save(path)
        paths.append(path)
    return paths


def _of_template(sheet: Worksheet, region: Territory, number: int, labels: list[str], chance: random.Random) -> None:
    lines: list[Line] = []
    for place, label in enumerate(labels):
        base = 10_000 + 37 * place + 101 * int(region.code)
        lines.append([label, *(base + 23 * year + restated(chance) for year in range(COLUMNS - 1))])
    sent = f"{number % 28 + 1:02}/{number // 28 % 12 + 1:02}/2025"
    _fill(sheet, "Bilan annuel (chiffres inventés)", region, sent, 1, _FIRST_YEAR, lines)


def _of_ones_own(sheet: Worksheet, region: Territory, _: int, labels: list[str], chance: random.Random) -> None:
    years = chance.randint(COLUMNS - 4, COLUMNS - 1)
    lines: list[Line] = [
        [label, *(chance.randint(0, 99_999) if chance.random() < _SHARE_FILLED else None for _ in range(years))]
        for label in chance.sample(labels, len(labels))
    ]
    title = f"Bilan annuel n° {chance.randint(1, 9_999)} (chiffres inventés)"
    sent = f"{chance.randint(1, 28):02}/03/2026"
    _fill(sheet, title, region, sent, chance.randint(1, 3), _FIRST_YEAR - chance.randint(0, 17), lines)


def _fill(
    sheet: Worksheet, title: str, region: Territory, sent: str, blank: int, first_year: int, lines: list[Line]
) -> None:
    width = len(lines[0])
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = _BOLD
    sheet.append(["Région :", region.name])
    sheet.append(["Date d'envoi :", sent])
    for _ in range(blank):
        sheet.append([])
    top = 4 + blank
    sheet.append(["Indicateur", "Réalisé"])
    sheet.merge_cells(start_row=top, start_column=2, end_row=top, end_column=width)
    sheet.append([None, *range(first_year, first_year + width - 1)])
    sheet.merge_cells(start_row=top, start_column=1, end_row=top + 1, end_column=1)
    for row in sheet.iter_rows(min_row=top, max_row=top + 1):
        for cell in row:
            cell.font, cell.fill, cell.alignment = _BOLD, _FILL, _CENTRED
    for line in lines:
        sheet.append(line)
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
