"""Every file that an office, an attacker or a broken disk sends: a function writes each, with its outcome."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from pipeline.settings import Limits
from tests.support.files import (
    PACKAGE,
    RELATED,
    STRICT,
    STRICT_RELATED,
    archive,
    binary_row,
    compound,
    open_document,
    package,
    record,
    rows,
    shared_text,
    strings,
    wide,
    xls,
    xlsb,
)
from tests.support.workbooks import regional_return, worksheet

LIMITS = Limits(seconds=30, memory_bytes=768 * 1024**2, cells=500_000)
FOLDER = "regional_return/bretagne"
GOOD = "regional_return/corse/bilan.xlsx"
ROWS = [["Ménages logés", 2021, 1234, "ménages"]]
TABLE = [["Région :", "Bretagne"], [], ["Indicateur", "Année", "Valeur"], ["Ménages logés", "2021", "1 234"]]
ONE_CELL = rows('<row r="1"><c r="A1"><v>1</v></c></row>')
READ = ""

Make = Callable[[Path], object]
FILES: dict[str, tuple[str, Make]] = {}


def file(name: str, outcome: str) -> Callable[[Make], Make]:
    """Declare what writes a file, and the reason for which it is refused; ``READ`` where it is not."""

    def declare(make: Make) -> Make:
        FILES[name] = outcome, make
        return make

    return declare


def inline(table: list[list[str]]) -> str:
    """Return rows of texts, as a sheet holds them."""
    return "".join(
        f'<row r="{number}">'
        + "".join(f'<c r="{"ABC"[at]}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for at, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(table, 1)
    )


def delimited(separator: str) -> str:
    return "\r\n".join(separator.join(row) for row in TABLE) + "\r\n"


def whole(path: Path) -> bytes:
    """Return the bytes of a good return."""
    regional_return(path, ROWS)
    return path.read_bytes()


def written(content: bytes) -> Make:
    return lambda path: path.write_bytes(content)


# -- every format, under a name that lies ------------------------------------------------------------------------

file("macros.csv", READ)(
    lambda path: package(
        path,
        {"Activité": rows(inline(TABLE))},
        more_relations='<Relationship Id="m" Target="vbaProject.bin" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>',
    )
)
file("strict.xlsx", READ)(
    lambda path: package(
        path,
        {"Activité": rows(inline(TABLE), namespace=STRICT)},
        styles=None,
        namespace=STRICT,
        related=STRICT_RELATED,
    )
)
file("utf-16.xlsx", READ)(
    lambda path: package(
        path,
        {"Activité": ('<?xml version="1.0" encoding="UTF-16"?>' + rows(inline(TABLE))).encode("utf-16")},
    )
)
file("ods.xls", READ)(
    lambda path: open_document(
        path,
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Région</text:p></table:table-cell>'
        "</table:table-row>",
    )
)
for _encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"):
    file(f"activité-{_encoding}.csv", READ)(written(delimited(";").encode(_encoding)))
for _name, _separator in {"tabulations.xls": "\t", "barres.txt": "|", "virgules.csv": ","}.items():
    file(f"activité-{_name}", READ)(written(delimited(_separator).encode()))
NO_SHEET_OF_OURS = ("cp1252.csv", "notes.csv", "_listes.csv", "12.txt")
for _name in NO_SHEET_OF_OURS:
    file(_name, READ)(written(f"{delimited(';')}\r\nNote : {_name}\r\n".encode("cp1252")))
file("activité-séparateur-annoncé.csv", READ)(written(b"sep=|\r\n" + delimited("|").encode()))


@file("xls.xlsx", READ)
def _(path: Path) -> None:
    texts = [cell for row in TABLE for cell in row]
    places = [(row, column) for row, cells in enumerate(TABLE) for column in range(len(cells))]
    content = b"".join(record(0xFD, "HHHI", row, column, 0, index) for index, (row, column) in enumerate(places))
    xls(path, {"Activité": (0, content)}, shared=tuple(shared_text(text) for text in texts))


@file("xlsb.ods", READ)
def _(path: Path) -> None:
    content = [
        binary_row(row, {at: (6, wide(cell)) for at, cell in enumerate(cells)}) for row, cells in enumerate(TABLE)
    ]
    xlsb(path, {"Activité": (0, b"".join(content))})


def _old_stream(version: int) -> bytes:
    """Return a sheet of the years before workbooks: BIFF 2, 3 or 4, with one number."""
    beginning = {2: record(0x09, "2H", 2, 0x10), 3: record(0x0209, "3H", 3, 0x10, 0)}
    number = record(0x03, "HH3xd", 0, 0, 12.5) if version == 2 else record(0x0203, "HHHd", 0, 0, 0, 12.5)
    return beginning.get(version, record(0x0409, "3H", 4, 0x10, 0)) + number + record(0x0A, "")


for _version in (2, 3, 4):
    file(f"biff{_version}.xls", READ)(written(_old_stream(_version)))
file("biff4-tronqué.xls", "CORROMPU")(written(_old_stream(4)[:-6]))

# -- protected ---------------------------------------------------------------------------------------------------

file("chiffré.xlsx", "PASSWORD")(lambda path: compound(path, "EncryptionInfo", "EncryptedPackage"))
file("chiffré.ods", "PASSWORD")(
    lambda path: open_document(path, "", manifest="<manifest><encryption-data/></manifest>")
)


@file("chiffré.xls", "PASSWORD")
def _(path: Path) -> None:
    content = xls(path, {"F": (0, record(0x0203, "HHHd", 0, 0, 0, 1.0))}).read_bytes()
    first = 4 + content[2]
    path.write_bytes(content[:first] + record(0x2F, "H52x", 1) + content[first:])


@file("parties-chiffrées.xlsx", "PASSWORD")
def _(path: Path) -> None:
    content = bytearray(whole(path))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


# -- broken ------------------------------------------------------------------------------------------------------


@file("tronqué.xlsx", "CORROMPU")
def _(path: Path) -> None:
    path.write_bytes(whole(path)[:2_000])


@file("partie-abîmée.xlsx", "CORROMPU")
def _(path: Path) -> None:
    content = bytearray(whole(path))
    with zipfile.ZipFile(path) as source:
        entry = source.getinfo("xl/worksheets/sheet1.xml")
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    path.write_bytes(bytes(content))


file("xml-mal-formé.xlsx", "CORROMPU")(lambda path: package(path, {"F": "<worksheet><row></worksheet>"}))
file("codage-inconnu.xlsx", "CORROMPU")(
    lambda path: package(path, {"F": '<?xml version="1.0" encoding="klingon"?>' + ONE_CELL})
)
file("feuille-ailleurs.xlsx", "CORROMPU")(
    lambda path: package(path, {"F": ONE_CELL}, kinds={"F": 'worksheet" TargetMode="External'})
)
file("deux-feuilles-du-même-nom.xlsx", "CORROMPU")(
    lambda path: package(
        path,
        {"F": ONE_CELL},
        book=f'<sheets><sheet xmlns:r="{RELATED}" name="F" sheetId="9" r:id="rId1"/></sheets>',
    )
)
file("deux-cellules-au-même-endroit.xlsx", "CORROMPU")(
    lambda path: package(path, {"F": rows('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')})
)
file("sans-feuille.xlsx", "CORROMPU")(lambda path: package(path, {}))
file("ole2-abîmé.xls", "CORROMPU")(lambda path: path.write_bytes(compound(path, "Workbook").read_bytes()[:700]))
file("xlsb-abîmé.xlsb", "CORROMPU")(lambda path: archive(path, {"xl/workbook.bin": b"\x00" * 40}))
file("guillemets.csv", "GUILLEMET_OUVERT")(written(b'a;b\n1;2\n"3;4\n5;6\n'))

# -- something else ----------------------------------------------------------------------------------------------

file("blanc.xlsx", "FICHIER_VIDE")(written(b"\r\n \t"))
file("classeur-vide.xlsx", "FICHIER_VIDE")(lambda path: openpyxl.Workbook().save(path))
file("pdf.xlsx", "TYPE_FICHIER")(written(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"))
file("photo.xlsx", "TYPE_FICHIER")(written(b"\xff\xd8\xff\xe0\x00\x10JFIF" + random.Random(3).randbytes(5_000)))
file("photo-de-téléphone.xlsx", "TYPE_FICHIER")(
    written(b"\x00\x00\x00\x18ftypheic" + random.Random(9).randbytes(5_000))
)
file("chemin.svg.xlsx", "TYPE_FICHIER")(written(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
file("page.xls", "TYPE_FICHIER")(written(b"<html><table><tr><td>1</td></tr></table></html>"))
file("excel-2003.xls", "TYPE_FICHIER")(
    written(b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>')
)
file("word.xlsx", "TYPE_FICHIER")(lambda path: archive(path, {"word/document.xml": "<w/>"}))
file("archive.xlsx", "TYPE_FICHIER")(lambda path: archive(path, {"retour.xlsx": "x"}))
file("hasard.xlsx", "TYPE_FICHIER")(written(random.Random(4).randbytes(5_000)))
file("codage-perdu.csv", "TYPE_FICHIER")(written(b"r\xe9gion;total\nBretagne\x81;12\n"))

# -- too much ----------------------------------------------------------------------------------------------------

file("bombe.xlsx", "DANGEREUX")(lambda path: package(path, {"F": rows("<row/>" * 1_048_576)}))
file("rires.xlsx", "DANGEREUX")(
    lambda path: package(
        path,
        {"F": ONE_CELL},
        shared='<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>' + strings("<t>&c;</t>"),
    )
)
file("entité-externe.xlsx", "DANGEREUX")(
    lambda path: package(path, {"F": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + ONE_CELL})
)
file("prologue-sans-fin.xlsx", "DANGEREUX")(
    lambda path: package(path, {"F": f"<!--{random.Random(5).randbytes(200_000).hex()}--><!DOCTYPE a>" + ONE_CELL})
)
file("trop-de-feuilles.xlsx", "LIMITE_DEPASSEE")(
    lambda path: package(path, {f"F{number}": ONE_CELL for number in range(LIMITS.sheets + 1)})
)
file("trop-de-parties.xlsx", "LIMITE_DEPASSEE")(
    lambda path: archive(path, {f"part{number}": "" for number in range(LIMITS.archive_entries + 1)})
)
file("ods-répété.ods", "LIMITE_DEPASSEE")(
    lambda path: open_document(
        path,
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="16384"/></table:table-row>',
    )
)


@file("trop-de-cellules.xlsx", "LIMITE_DEPASSEE")
def _(path: Path) -> None:
    chance = random.Random(6)
    cells = "".join(f"<c><v>{chance.random()}</v></c>" for _ in range(10_000))
    package(path, {"F": rows(f"<row>{cells}</row>" * (LIMITS.cells // 10_000 + 1))})


@file("commentaires-piégés.xlsx", "DANGEREUX")
def _(path: Path) -> None:
    bomb = '<!DOCTYPE c [<!ENTITY a "aaaa">]><comments><authors/><commentList/></comments>'
    relation = f'<Relationship Id="c" Type="{RELATED}/comments" Target="../comments1.xml"/>'
    listing = f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>'
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": listing, "xl/comments1.xml": bomb}
    package(path, {"Activité": rows(inline(TABLE))}, extra=parts)


@file("ods-aux-deux-bouts.ods", READ)
def _(path: Path) -> None:
    """Write two lines at both ends of the grid: a reader that makes room for all between them fills the memory."""
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="64"/>'
    blank = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    line = f"<table:table-row>{cell}</table:table-row>"
    open_document(path, line + blank + line)


@file("xlsb-aux-deux-bouts.xlsb", "LECTEUR_INTERROMPU")
def _(path: Path) -> None:
    """Write two lines at both ends of the grid: the library makes room for all between them, and is aborted."""
    line = dict.fromkeys(range(64), (4, b"\x01"))
    xlsb(path, {"Activité": (0, binary_row(0, line) + binary_row(1_048_575, line))})


@file("colonnes-sans-fin.xlsx", "CORROMPU")
def _(path: Path) -> None:
    chance = random.Random(8)
    columns = "".join(f'<col min="1" max="16384" hidden="1" width="{chance.random()}"/>' for _ in range(50_000))
    package(path, {"F": rows("", before=f"<cols>{columns}</cols>")})


@file("tailles-mensongères.xlsx", "CORROMPU")
def _(path: Path) -> None:
    content = bytearray(package(path, {"F": rows("<row><c><v>1</v></c></row>" * 50_000)}).read_bytes())
    with zipfile.ZipFile(path) as source:
        declared = struct.pack("<I", source.getinfo("xl/worksheets/sheet1.xml").file_size)
    path.write_bytes(bytes(content).replace(declared, struct.pack("<I", 200)))


# -- odd, and read -----------------------------------------------------------------------------------------------

file("dimension-immense.xlsx", READ)(
    lambda path: package(path, {"Activité": rows(inline(TABLE), before='<dimension ref="A1:XFD1048576"/>')})
)
file("toute-la-grille.xlsx", READ)(
    lambda path: package(
        path,
        {
            name: rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
            for name in ("Activité", "Bilan")
        },
    )
)
file("lignes-vides-mises-en-forme.xlsx", READ)(
    lambda path: package(
        path,
        {
            "Activité": rows(
                "".join(f'<row r="{n}"><c r="XFD{n}" s="1"/><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20_000))
            )
        },
    )
)
file("deux-cents-feuilles.xlsx", READ)(
    lambda path: package(path, {f"Activité {number}": ONE_CELL for number in range(200)})
)
file("fusion-immense.xlsx", READ)(
    lambda path: package(
        path,
        {"Activité": rows(inline(TABLE), after='<mergeCells><mergeCell ref="A6:XFD1048576"/></mergeCells>')},
    )
)
file("erreurs-et-formules.xlsx", READ)(
    lambda path: package(
        path,
        {"Activité": rows('<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>1+1</f></c></row>')},
    )
)
file("caractères-de-contrôle.xlsx", READ)(
    lambda path: package(path, {"Activité": rows(inline([["_x0000__x001F_a", "=cmd|' /C calc'!A0"]]))})
)
file("noms-qui-grimpent.xlsx", READ)(
    lambda path: package(path, {"Activité": ONE_CELL}, extra={"../../evil.txt": "x", "/etc/evil": "x"})
)


@file("masqués.xlsx", READ)
def _(path: Path) -> None:
    regional_return(path, [*ROWS, ["Livraisons", 2021, 5, None]])
    book = openpyxl.load_workbook(path)
    worksheet(book).row_dimensions[8].hidden = True
    worksheet(book).column_dimensions["D"].hidden = True
    book.save(path)
