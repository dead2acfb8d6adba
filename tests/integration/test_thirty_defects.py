"""The thirty defects that spreadsheets of regional offices have, and how each one ends.

One load reads a return for each way to have a defect, and a good return beside them. A case says what the file is, in
which refusals and remarks it must end, to the cell, and how many figures are still accepted: no more and no less.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.load import load
from pipeline.rejections.reasons import Level, reasons
from pipeline.settings import Settings
from tests.support.files import (
    MAIN,
    RELATED,
    STRICT,
    STRICT_RELATED,
    binary_row,
    compound,
    package,
    rows,
    xlsb,
)
from tests.support.workbooks import HEADER, regional_return

F, T, C, W = Level.FILE, Level.TABLE, Level.CELL, Level.REMARK
HOUSED = ["Ménages logés", 2021, 1234, "ménages"]
AIDS = ["Montant des aides", 2021, "2,5 M€", None]
Make = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """One file with one defect, numbered as in the list of thirty."""

    number: int
    what: str
    make: Make
    found: tuple[tuple[Level, str, str], ...] = ()
    """Level, reason and cell of every refusal and remark."""
    accepted: int = 1
    says: tuple[str, ...] = ()
    """What the French sentences must name."""
    region: str = "bretagne"
    not_yet: str = ""
    """Why the outcome is not what it has to be, where it is not."""

    @property
    def name(self) -> str:
        return f"defaut-{self.number:02}-{hashlib.sha256(self.what.encode()).hexdigest()[:6]}"

    @property
    def file(self) -> str:
        return f"regional_return/{self.region}/{self.name}.xlsx"


# -- making files ------------------------------------------------------------------------------------------------


def returned(*table: list[Any], then: Callable[[Worksheet], object] | None = None, **options: Any) -> Make:
    """Return what writes a return of these rows, from A7 on, changed by ``then``."""

    def make(path: Path) -> None:
        regional_return(path, list(table), **options)
        if then is not None:
            book = openpyxl.load_workbook(path)
            then(book.active)
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


def cells(**content: object) -> Callable[[Worksheet], None]:
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

CASES = [
    Case(
        1,
        "a password",
        lambda path: compound(path, "EncryptionInfo", "EncryptedPackage"),
        ((F, "PASSWORD", ""),),
        0,
        ("sans mot de passe",),
    ),
    Case(
        2,
        "a web page named .xlsx",
        bytes_of(b"<html><table><tr><td>1</td></tr></table></html>"),
        ((F, "TYPE_FICHIER", ""),),
        0,
        ("HTML",),
    ),
    Case(3, "a truncated file", truncated, ((F, "CORROMPU", ""),), 0, ("tronquée",)),
    Case(3, "a damaged part", damaged, ((F, "CORROMPU", ""),), 0, ("xl/worksheets/sheet1.xml",)),
    Case(4, "an archive that inflates without end", bomb, ((F, "DANGEREUX", ""),), 0, ("taux de compression",)),
    Case(
        4,
        "a document type",
        lambda path: package(path, {"A": '<!DOCTYPE a [<!ENTITY b "ha">]>' + rows("")}),
        ((F, "DANGEREUX", ""),),
        0,
        ("DTD",),
    ),
    Case(
        4,
        "a value at the last cell of the grid",
        returned(HOUSED, then=cells(XFD1048576=5)),
        ((C, "CELLULE_NON_RECLAMEE", "XFD1048576"),),
    ),
    Case(5, "a reader that is brought down", swelling, ((F, "LECTEUR_INTERROMPU", ""),), 0, ("arrêt brutal",)),
    Case(6, "strict Open XML", parts(namespace=STRICT, related=STRICT_RELATED)),
    Case(6, "prefixed names", parts(prefix="x")),
    Case(6, "cells without an address", without_addresses, ((W, "NOMBRE_TEXTE", "C4"),)),
    Case(
        6,
        "a sheet of an unknown kind, in which nothing is found",
        lambda path: package(path, {"A": rows('<row r="1"><c r="A1"><v>1</v></c></row>', namespace="urn:unknown")}),
        ((F, "CORROMPU", ""),),
        0,
        ("xl/worksheets/sheet1.xml",),
    ),
    Case(7, "too small a dimension", parts(before='<dimension ref="A1"/>'), ((W, "DIMENSION_FAUSSE", ""),)),
    Case(7, "too large a dimension", parts(before='<dimension ref="A1:XFD1048576"/>')),
    Case(
        9,
        "the only sheet renamed",
        returned(HOUSED, then=renamed),
        ((T, "FEUILLE_ABSENTE", ""), (W, "FEUILLE_IGNOREE", "")),
        0,
        ("Feuil1",),
    ),
    Case(9, "one more sheet", with_sheet("Brouillon"), ((W, "FEUILLE_IGNOREE", ""),), says=("4 cellules",)),
    Case(10, "a hidden sheet", with_sheet("Activité 2", "hidden"), ((W, "FEUILLE_MASQUEE", ""),)),
    Case(10, "a very hidden sheet", with_sheet("Activité 2", "veryHidden"), ((W, "FEUILLE_MASQUEE", ""),)),
    Case(11, "a hidden row", returned(HOUSED, then=hidden_row), ((W, "CELLULE_MASQUEE", "C7"),), says=("1234",)),
    Case(11, "a hidden column", returned(HOUSED, then=hidden_column), ((W, "CELLULE_MASQUEE", "C7"),)),
    Case(
        12,
        "blank rows and columns before the table",
        returned(["Ménages perchés", 2021, 1, None], HOUSED, then=shifted),
        ((C, "INDICATEUR_INCONNU", "C10"), (C, "CLE_ABSENTE", "E10")),
    ),
    Case(13, "a synonym in the header", returned(HOUSED, header=("Activité", "Exercice", "Résultat", "Unité"))),
    Case(
        13,
        "a typing error in a header",
        returned([*HOUSED[:3], None], header=("Indicateur", "Année", "Valeur", "Unitée")),
        ((C, "COLONNE_INCONNUE", "D6"),),
        says=("Unitée", "« Unité »"),
    ),
    Case(
        14,
        "two columns for one measure",
        returned(["Ménages logés", 2021, 1234, 1235], header=("Indicateur", "Année", "Valeur", "Résultat")),
        ((T, "ENTETE_EN_DOUBLE", "D6"),),
        0,
        says=("Résultat", "C6"),
    ),
    Case(
        15,
        "a header merged over two rows",
        returned([None, 2020, 2021], ["Livraisons", 3, 4], header=YEARS, then=merged("B6:C6", "A6:A7")),
        accepted=2,
    ),
    Case(
        15,
        "a header over two columns that is not merged",
        returned([None, 2020, 2021], ["Livraisons", 3, 4], header=YEARS),
        ((T, "GROUPE_NON_FUSIONNE", "C7"),),
        0,
        ("« Réalisé » (B6)", "« 2021 »"),
    ),
    Case(
        16,
        "columns in another order",
        returned([1234, "ménages", 2021, "Ménages logés"], header=("Valeur", "Unité", "Année", "Indicateur")),
    ),
    Case(
        16,
        "a required column removed",
        returned(["Ménages logés", 1234, "ménages"], header=("Indicateur", "Valeur", "Unité")),
        ((T, "TABLEAU_ABSENT", "A6"),),
        0,
        ("Indicateur | Valeur | Unité", "Il manque : Année."),
    ),
    Case(
        16,
        "a column inserted",
        returned(["Ménages logés", 2021, "x", 1234], header=("Indicateur", "Année", "Agence", "Valeur")),
        ((C, "COLONNE_INCONNUE", "C6"), (C, "CELLULE_NON_RECLAMEE", "C7")),
        says=("Agence",),
    ),
    Case(
        17,
        "two tables one under the other",
        returned(HOUSED, [None] * 4, list(HEADER), ["Livraisons", 2021, 5, None]),
        accepted=2,
    ),
    Case(
        17,
        "two tables side by side",
        returned(
            [*HOUSED, None, "Livraisons", 2021, 5],
            header=(*HEADER, None, "Indicateur", "Année", "Valeur"),  # type: ignore[arg-type]
        ),
        # the layout has no split rule: the cells are claimed by nothing, and refused with their headers
        tuple((T, "ENTETE_EN_DOUBLE", cell) for cell in ("F6", "G6", "H6")),
        0,
    ),
    Case(18, "a total that is the sum", returned(*by_department(10), header=TERRITORIES), accepted=5),
    Case(
        18,
        "a total that is not the sum",
        returned(*by_department(12), header=TERRITORIES),
        ((C, "TOTAL_INCOHERENT", "C11"),),
        4,
        ("12", "10"),
    ),
    Case(
        19,
        "notes under the table",
        returned(HOUSED, below=("Source : bureau", "(p) : provisoire", "* hors Mayotte")),
    ),
    Case(
        20,
        "a unit in the header",
        returned(["Montant des aides", 2021, 104.4, None], header=(*HEADER[:2], "Valeur (M€)", "Unité")),
    ),
    Case(20, "a scale in a column", returned(["Ménages logés", 2021, 12.5, "milliers"])),
    Case(
        20,
        "figures in thousands, this year alone",
        returned(*(["Parc du Groupe", year, n, None] for year, n in ((2001, 12_500), (2002, 12_700), (2003, 13)))),
        ((W, "ECHELLE_SUSPECTE", "C9"),),
        3,
        ("« 13 »", "12\u202f700", "C8", "÷ 1\u202f000"),
    ),
    Case(20, "a unit of something else", returned(["Livraisons", 2021, 5, "M€"]), ((C, "UNITE_INATTENDUE", "C7"),), 0),
    Case(
        21,
        "numbers stored as texts, with every kind of space",
        values("Livraisons", "8\u202f311", "8\u00a0311", "8\u2009311", "8 311", "8311"),
        ((W, "NOMBRE_TEXTE", "C7:C11"),),
        5,
    ),
    Case(
        22,
        "broken separators",
        values("Livraisons", "8,311", "1.234,5", "12 34", "8 311,"),
        # All four are set aside, and none is guessed. Two of them have a reason that helps their sender more than
        # "not a readable number": 8,311 has two readings, which the message gives, as for any ambiguity; 1.234,5 is
        # well read, for this source declares its dots to be thousands, and is half a dwelling too many.
        (
            (C, "NOMBRE_AMBIGU", "C7"),
            (C, "NOMBRE_NON_ENTIER", "C8"),
            (C, "NOMBRE_ILLISIBLE", "C9"),
            (C, "NOMBRE_ILLISIBLE", "C10"),
        ),
        0,
        ("« 8,311 » peut se lire 8 311 ou 8,311", "1.234,5", "12 34", "8 311,"),
    ),
    Case(
        23,
        "12,5 %, 12.5 and 0.125 shown as a percentage",
        returned(
            [SHARE, 2001, "12,5 %", None],
            [SHARE, 2002, 12.5, "%"],
            [SHARE, 2003, 0.125, None],
            then=formatted(C9="0.0%"),
        ),
        accepted=3,
    ),
    Case(23, "0.125 shown as it is", values(SHARE, 0.125), ((C, "POURCENTAGE_AMBIGU", "C7"),), 0, ("0.125", "%")),
    Case(
        24, "six ways to have no value, and zero", values("Livraisons", "nd", "s", "-", "…", "ns", "so", 0), accepted=7
    ),
    Case(24, "an unknown code", values("Livraisons", "zz"), ((C, "MARQUE_INCONNUE", "C7"),), 0, ("zz",)),
    Case(25, "marks glued to values", values("Livraisons", "5 (p)", "6(e)", "7 (r)"), accepted=3),
    Case(
        25,
        "a note mark glued to a label",
        returned(["Ménages logés (1)", 2021, 5, None], ["Livraisons*", 2021, 5, None]),
        accepted=2,
    ),
    Case(25, "an unknown mark", values("Livraisons", "5 (z)"), ((C, "MARQUE_INCONNUE", "C7"),), 0, ("(z)",)),
    Case(
        26,
        "errors of Excel",
        values("Livraisons", "#REF!", "#N/A", "#DIV/0!"),
        tuple((C, "ERREUR_EXCEL", f"C{row}") for row in (7, 8, 9)),
        0,
        ("#REF!", "#N/A", "#DIV/0!"),
    ),
    Case(
        27,
        "a formula without a stored value",
        values("Livraisons", "=SUM(E1:E9)"),
        ((C, "FORMULE_SANS_VALEUR", "C7"),),
        0,
        ("=SUM(E1:E9)", "Excel"),
    ),
    Case(
        27,
        "a formula that links to another file",
        parts(
            '<c r="C7"><f>[1]Feuil1!A1</f><v>1234</v></c>',
            more_relations=f'<Relationship Id="x1" Type="{RELATED}/externalLink" Target="externalLinks/link1.xml"/>',
        ),
        ((W, "LIEN_EXTERNE", ""),),
    ),
    Case(
        28,
        "a code that lost its zero",
        returned(
            ["Livraisons", 2021, 5, 1],
            ["Livraisons", 2021, 6, "03"],
            region="Auvergne-Rhône-Alpes",
            header=TERRITORIES,
        ),
        accepted=2,
        region="auvergne-rhone-alpes",
    ),
    Case(
        28,
        "Corsica's letters",
        returned(
            ["Livraisons", 2021, 5, "2A"],
            ["Livraisons", 2021, 6, "2b"],
            region="Corse",
            header=TERRITORIES,
        ),
        accepted=2,
        region="corse",
    ),
    Case(
        28,
        "the code of another region's department",
        returned(["Livraisons", 2021, 5, 29], ["Livraisons", 2021, 6, 14], header=TERRITORIES),
        ((C, "TERRITOIRE_HORS_REGION", "D8"), (C, "CLE_ABSENTE", "C8")),
        1,
        ("« 14 » n'est ni Bretagne",),
    ),
    Case(
        28,
        "1-2 that became a date",
        values("Livraisons", datetime(2021, 2, 1)),  # noqa: DTZ001
        ((C, "DATE_INATTENDUE", "C7"),),
        0,
        ("44228",),
    ),
    Case(
        29,
        "the 1904 calendar",
        parts(
            '<c r="C7"><v>1234</v></c>',
            book='<workbookPr date1904="1"/>',
        ),
    ),
    Case(
        29,
        "periods written in words, figures and dates",
        returned(
            *(
                ["Livraisons", period, 5, None]
                for period in ("T1 2020", "2019", "2018-03", "2015-2017", date(2014, 6, 1))
            )
        ),
        accepted=5,
    ),
    Case(
        29,
        "a day that no calendar has",
        returned(["Livraisons", "31/02/2021", 5, None]),
        ((C, "PERIODE_ILLISIBLE", "B7"), (C, "CLE_ABSENTE", "C7")),
        0,
        ("31/02/2021",),
    ),
    Case(
        30,
        "a key merged over its rows",
        returned(["Livraisons", 2020, 5, None], [None, 2021, 6, None], then=merged("A7:A8")),
        accepted=2,
    ),
    Case(
        30,
        "a blank key under a merged one",
        returned(["Livraisons", 2020, 5, None], [None, 2021, 6, None], [None, 2022, 7, None], then=merged("A7:A8")),
        ((C, "CLE_ABSENTE", "C9"),),
        2,
    ),
    Case(
        30,
        "a line twice, with two values",
        returned(["Livraisons", 2021, 5, None], ["Livraisons", 2021, 6, None]),
        ((C, "LIGNE_EN_DOUBLE", "C7"), (C, "LIGNE_EN_DOUBLE", "C8")),
        0,
        ("C7", "C8"),
    ),
]

GOOD = "regional_return/corse/bilan.xlsx"


REMARKS = "SELECT file, row_level, message_fr FROM audit.remark"


def query(settings: Settings, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Every file of the list and the good one, loaded together."""
    folder = tmp_path_factory.mktemp("thirty")
    settings = Settings(raw=folder / "raw", warehouse=folder / "warehouse", workers=2, settle_seconds=0)
    for case in CASES:
        path = settings.raw / case.file
        path.parent.mkdir(parents=True, exist_ok=True)
        case.make(path)
    csv_return(settings.raw / "regional_return/bretagne/activité-csv.xlsx")
    regional_return(settings.raw / GOOD, [HOUSED, AIDS], region="Corse")
    load(settings)
    return settings


def _parameters() -> list[Any]:
    def marks(case: Case) -> list[Any]:
        return [pytest.mark.xfail(strict=True, reason=case.not_yet)] if case.not_yet else []

    return [pytest.param(case, id=f"{case.number:02}, {case.what}", marks=marks(case)) for case in CASES]


@pytest.mark.parametrize("case", _parameters())
def test_each_defect_ends_as_it_has_to(warehouse: Settings, case: Case) -> None:
    told = "SELECT reason, cell, message_fr FROM {} WHERE file = $1"
    both = " UNION ALL ".join(map(told.format, ("fact.rejection", "audit.remark")))
    refused = query(warehouse, both, case.file)
    found = sorted((str(reasons()[reason].level), reason, cell or "") for reason, cell, _ in refused)
    assert found == sorted((str(level), reason, cell) for level, reason, cell in case.found)
    sentences = " ".join(message for _, _, message in refused)
    for words in case.says:
        assert words in sentences
    accepted = query(warehouse, "SELECT accepted FROM fact.submission WHERE file = ?", case.file)
    assert accepted == [(case.accepted,)]


def test_the_list_leaves_out_only_what_has_a_test_of_its_own() -> None:
    assert {case.number for case in CASES} == set(range(1, 31)) - {8}
    assert len({case.file for case in CASES}) == len(CASES)


def test_the_good_file_beside_them_is_loaded_whole(warehouse: Settings) -> None:
    figures = "SELECT households_housed, aid_amount_eur FROM kpi.regional WHERE region = 'Corse'"
    assert query(warehouse, figures) == [(1234.0, 2_500_000.0)]
    assert query(warehouse, "SELECT * FROM fact.rejection WHERE file = ?", GOOD) == []


# -- what one line of the list cannot tell -------------------------------------------------------------------------


def test_02_a_text_file_named_xlsx_is_read_as_what_it_is(warehouse: Settings) -> None:
    accepted = "SELECT accepted, rejected FROM fact.submission WHERE file LIKE '%-csv.xlsx'"
    assert query(warehouse, accepted) == [(1, 0)]


def test_08_the_same_file_twice_is_one_and_a_later_one_is_a_vintage_whose_change_is_listed(settings: Settings) -> None:
    path = regional_return(settings.raw / GOOD, [HOUSED], region="Corse")
    shutil.copy(path, path.with_name("copie.xlsx"))
    load(settings)
    assert query(settings, "SELECT count(*) FROM fact.submission") == [(1,)]
    regional_return(path, [["Ménages logés", 2021, 1240, None]], region="Corse", issued="15/06/2022")
    load(settings.changed())
    history = "SELECT value FROM fact.observation_history WHERE indicator = 'households_housed' ORDER BY known_on"
    assert query(settings, history) == [(1234.0,), (1240.0,)]
    (revision,) = query(settings, "SELECT * FROM audit.revision WHERE indicator = 'households_housed'")
    assert {1234.0, 1240.0} <= set(revision)
    ((file, level, message),) = query(settings, f"{REMARKS} WHERE reason = 'REVISION'")
    assert (file, level) == (GOOD, "remark")
    assert "Modifiés : 1 ; inchangés : 0" in message
    outcome = "SELECT is_blocking, passed FROM audit.check WHERE check_name = 'revisions'"
    assert query(settings, outcome) == [(False, False)]


def _values(settings: Settings, what: str, columns: str = "value") -> list[tuple[Any, ...]]:
    (case,) = [case for case in CASES if case.what == what]
    sql = f"""SELECT {columns} FROM fact.observation_history JOIN fact.submission USING (submission_id)
    WHERE file = ? ORDER BY cell"""
    return query(settings, sql, case.file)


@pytest.mark.parametrize(
    ("what", "columns", "expected"),
    [
        ("a unit in the header", "value, precision", [(104_400_000.0, 50_000.0)]),
        ("a scale in a column", "value", [(12_500.0,)]),
        ("12,5 %, 12.5 and 0.125 shown as a percentage", "value", [(12.5,)] * 3),
        (
            "six ways to have no value, and zero",
            "value, missing_reason",
            [
                (0.0, None),
                *(
                    (None, reason)
                    for reason in (
                        "not_available",
                        "secret",
                        "not_available",
                        "not_available",
                        "not_significant",
                        "not_applicable",
                    )
                ),
            ],
        ),
        ("marks glued to values", "value, obs_status", [(5.0, "P"), (6.0, "E"), (7.0, "R")]),
        ("a code that lost its zero", "territory_code", [("01",), ("03",)]),
        ("Corsica's letters", "territory_code", [("2A",), ("2B",)]),
        ("numbers stored as texts, with every kind of space", "value", [(8311.0,)] * 5),
    ],
)
def test_what_is_accepted_is_what_its_author_sees(
    warehouse: Settings, what: str, columns: str, expected: list[Mapping[str, Any]]
) -> None:
    assert sorted(map(str, _values(warehouse, what, columns))) == sorted(map(str, expected))


@pytest.mark.parametrize(
    ("what", "cell", "role"),
    [
        ("a total that is the sum", "C11", "total"),
        ("notes under the table", "A9", "note"),
        ("notes under the table", "A11", "note"),
        ("a header merged over two rows", "B6", "header"),
        ("a hidden sheet", "A1", "ignored"),
    ],
)
def test_cells_that_are_no_figures_have_their_role(warehouse: Settings, what: str, cell: str, role: str) -> None:
    (case,) = [case for case in CASES if case.what == what]
    sql = """SELECT role FROM audit.cell_coverage JOIN fact.submission USING (submission_id)
    WHERE fact.submission.file = ? AND cell = ?"""
    assert (role,) in query(warehouse, sql, case.file, cell)
