"""The thirty defects that spreadsheets of regional offices have, and how each one has to end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.rejections import Level
from tests.support.defect_files import (
    HOUSED,
    SHARE,
    TERRITORIES,
    YEARS,
    Make,
    bomb,
    by_department,
    bytes_of,
    cells,
    damaged,
    formatted,
    hidden_column,
    hidden_row,
    merged,
    parts,
    renamed,
    returned,
    shifted,
    swelling,
    truncated,
    values,
    with_sheet,
    without_addresses,
)
from tests.support.files import RELATED, STRICT, STRICT_RELATED, compound, package, rows
from tests.support.workbooks import HEADER

F, T, C, W = Level.FILE, Level.TABLE, Level.CELL, Level.REMARK


@dataclass(frozen=True)
class Case:
    """One file with one defect, numbered as in the list of thirty."""

    number: int
    what: str
    make: Make
    found: tuple[tuple[Level, str, str], ...] = ()
    """Level, reason and cell of every rejection and remark."""
    accepted: int = 1
    says: tuple[str, ...] = ()
    """What the French sentences must name."""
    region: str = "bretagne"

    @property
    def name(self) -> str:
        return f"defaut-{self.number:02}-{hashlib.sha256(self.what.encode()).hexdigest()[:6]}"

    @property
    def file(self) -> str:
        return f"regional_return/{self.region}/{self.name}.xlsx"


# -- making files ------------------------------------------------------------------------------------------------


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
            header=(*HEADER, None, "Indicateur", "Année", "Valeur"),
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
        values("Réhabilitations", "8\u202f311", "8\u00a0311", "8\u2009311", "8 311", "8311"),
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
        24,
        "six ways to have no value, and zero",
        values("Mises en chantier", "nd", "s", "-", "…", "ns", "so", 0),
        accepted=7,
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
        ((C, "FLUX_A_UNE_DATE", "C11"),),
        4,
        ("daté du 01/06/2014",),
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
