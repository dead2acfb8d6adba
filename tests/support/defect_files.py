"""Files with one defect each, as regional offices make them: one maker for each way to go wrong."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.files import (
    MAIN,
    binary_row,
    package,
    rows,
    xlsb,
)
from tests.support.workbooks import HEADER, regional_return, worksheet

HOUSED = ["Ménages logés", 2021, 1234, "ménages"]
AIDS = ["Montant des aides", 2021, "2,5 M€", None]
Make = Callable[[Path], object]


def returned(*table: list[Any], then: Callable[[Worksheet], object] | None = None, **options: Any) -> Make:
    """Return what writes a return of these rows, from A7 on, changed by ``then``."""

    def make(path: Path) -> None:
        regional_return(path, list(table), **options)
        if then is not None:
            book = openpyxl.load_workbook(path)
            then(worksheet(book))
            book.save(path)

    return make


def values(label: str, *written: object) -> Make:
    """Return what writes a return with one figure a year of an indicator, from C7 on."""
    return returned(*([label, 2001 + position, value, None] for position, value in enumerate(written)))


def bytes_of(content: bytes) -> Make:
    return lambda path: path.write_bytes(content)


def text(value: object, at: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'


def parts(
    value: str = '<c r="C7"><v>1234</v></c>',
    *,
    before: str = "",
    row: str = "",
    prefix: str = "",
    **options: Any,
) -> Make:
    """Return what writes, part by part, a return whose only value cell is given as it is."""
    identification = f'<row r="2">{text("Région :", "A2")}{text("Bretagne", "B2")}</row>'
    header = "".join(text(word, f"{letter}6") for letter, word in zip("ABC", HEADER, strict=False))
    line = f'<row r="7"{row}>{text("Ménages logés", "A7")}<c r="B7"><v>2021</v></c>{value}</row>'
    content = f'{identification}<row r="6">{header}</row>{line}'
    namespace = options.get("namespace", MAIN)
    sheet = rows(content, before=before, namespace=namespace)
    if prefix:
        for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
            sheet = sheet.replace(f"<{name} ", f"<{prefix}:{name} ").replace(f"<{name}>", f"<{prefix}:{name}>")
            sheet = sheet.replace(f"</{name}>", f"</{prefix}:{name}>")
        sheet = sheet.replace("xmlns=", f"xmlns:{prefix}=")
    return lambda path: package(path, {"Activité": sheet}, styles=None, **options)


def without_addresses(path: Path) -> None:
    """Write a return whose rows and cells do not say where they stand."""
    table = [["Région :", "Bretagne"], [], list(HEADER[:3]), ["Ménages logés", "2021", "1234"]]
    content = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in table
    )
    package(path, {"Activité": rows(content)}, styles=None)


def truncated(path: Path) -> None:
    returned(HOUSED)(path)
    path.write_bytes(path.read_bytes()[:-400])


def damaged(path: Path) -> None:
    """Change one byte in the middle of the compressed sheet."""
    returned(HOUSED)(path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as source:
        entry = source.getinfo("xl/worksheets/sheet1.xml")
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def csv_return(path: Path) -> None:
    path.write_text("Région :;Bretagne\n\nIndicateur;Année;Valeur\nMénages logés;2021;1 234\n", encoding="utf-8")


def bomb(path: Path) -> None:
    package(path, {"Activité": rows("<row/>" + " " * 5_000_000)})


def swelling(path: Path) -> None:
    """Write a binary workbook of a few hundred bytes whose two figures stand at both ends of the grid.

    The library that reads it makes room for the rectangle between them, until its process is aborted.
    """
    one = struct.pack("<d", 1)
    xlsb(path, {"Activité": (0, binary_row(0, {0: (5, one)}) + binary_row(1_048_575, {16_383: (5, one)}))})


def with_sheet(name: str, state: str = "visible") -> Make:
    """Return what writes a good return with a second sheet of four cells."""

    def make(path: Path) -> None:
        returned(HOUSED)(path)
        book = openpyxl.load_workbook(path)
        sheet = book.create_sheet(name)
        sheet.append(["Livraisons", 2021])
        sheet.append(["Livraisons", 2022])
        sheet.sheet_state = state
        book.save(path)

    return make


def renamed(sheet: Worksheet) -> None:
    sheet.title = "Feuil1"


def shifted(sheet: Worksheet) -> None:
    sheet.insert_rows(6, 3)
    sheet.insert_cols(1, 2)


def cells(**content: Any) -> Callable[[Worksheet], None]:
    """Return what writes these cells of a sheet."""

    def then(sheet: Worksheet) -> None:
        for address, value in content.items():
            sheet[address] = value

    return then


def merged(*ranges: str) -> Callable[[Worksheet], None]:
    def then(sheet: Worksheet) -> None:
        for area in ranges:
            sheet.merge_cells(area)

    return then


def hidden_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[7].hidden = True


def hidden_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["C"].hidden = True


def formatted(**codes: str) -> Callable[[Worksheet], None]:
    def then(sheet: Worksheet) -> None:
        for address, code in codes.items():
            sheet[address].number_format = code

    return then


YEARS = ("Indicateur", "Réalisé", None)
TERRITORIES = ("Indicateur", "Année", "Valeur", "Territoire")
BRITTANY = {"Côtes-d'Armor": 1, "Finistère": 2, "Ille-et-Vilaine": 3, "Morbihan": 4}
SHARE = "Part des jeunes parmi les bénéficiaires"


def by_department(total: int) -> list[list[Any]]:
    return [["Livraisons", 2021, n, name] for name, n in {**BRITTANY, "Total": total}.items()]


# -- the thirty --------------------------------------------------------------------------------------------------
