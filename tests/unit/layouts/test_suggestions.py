"""What a refusal proposes when a known source changes its headers: the line, applied as it is, makes the file load.

Every figure here is invented.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.cells.workbook import Span
from pipeline.layouts import Extraction
from pipeline.layouts.language import Layout
from pipeline.layouts.layout_files import read_layout
from pipeline.rejections import Rejection
from pipeline.settings import PRODUCT
from pipeline.vocabulary import indicators
from tests.support.sheets import BLOCK, BREAKDOWNS, GROUPS, Rows, apply, figures, layout

# [housing_starts.toml, months, value : headers = ["LOG_AUT", "NB_LOG_AUT"]]
LINE = re.compile(r"\[(?P<file>\w+\.toml), (?P<place>[^\]]+?) : (?P<name>[^\]=]+) = (?P<wordings>\[.*?\])\]")

DEPARTMENTS: Rows = [
    [
        *("annee_publication", "code_departement", "nom_departement", "nombre_de_logements"),
        *("nombre_de_residences_principales", "construction", "parc_social_nombre_de_logements"),
        *("parc_social_logements_mis_en_location", "parc_social_logements_demolis"),
        *("parc_social_ventes_a_des_personnes_physiques", "nom_region", "taux_de_pauvrete_en"),
    ],
    ["2021", "29", "Finistère", "500", "400", "30", "120", "9", "4", "3", "Bretagne", "11.2"],
    ["2021", "56", "Morbihan", "600", "410", "31", "130", "8", "5", "2", "Bretagne", "12"],
]
STARTS: Rows = [
    ["ANNEE", "MOIS", "TYPE_LGT", "NAT_SERIES", "LOG_AUT", "LOG_COM", "SDP_AUT"],
    ["2021", "2", "Tous Logements", "Brute", "30", "20", "9"],
    ["2021", "1", "Tous Logements", "Brute", "31", "21", "9"],
]
LIST: Rows = [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, 600], ["Agréments", 2021, 70]]
PLACES: Rows = [*BLOCK, ["Indicateur", "Année", "Valeur", "Territoire"], ["Livraisons", 2021, 6, "Finistère"]]
ACROSS: Rows = [*BLOCK, ["Année", "Agréments", "Livraisons"], [2020, 7, 600], [2021, 8, 601]]
ALONE: Rows = [*BLOCK, ["Année", "Livraisons"], [2020, 600]]
BENEFITS: Rows = [
    ["Figure 1 – Ménages en 2021"], ["en milliers"],
    ["Âge", "Prestations familiales", None, "Allocations\nlogement", "Nombre total de ménages"],
    [None, "Ensemble", "dont allocations familiales"],
    ["Moins de 30 ans", 4, 3, 15, 60], ["30 ans et plus", 40, 30, 25, 80], ["Ensemble", 44, 33, 40, 140],
    [], ["Champ : France, invention."],
]  # fmt: skip
MERGED = [Span(3, 1, 4, 1), Span(3, 2, 3, 3), Span(3, 4, 4, 4), Span(3, 5, 4, 5)]
SHEETS = {"regional_return": "Activité", "social_benefits": "Figure 1"}


def text_of(source: str) -> str:
    return (PRODUCT / "sources" / f"{source}.toml").read_text("utf-8")


def read(source: str, rows: Rows, declared: Layout) -> Extraction:
    merges = MERGED if source == "social_benefits" else None
    return apply(rows, declared, SHEETS.get(source, "csv"), merges=merges)


def renamed(rows: Rows, old: str, new: str) -> Rows:
    return [[new if cell == old else cell for cell in row] for row in rows]


def refused(extraction: Extraction, *reasons: str) -> list[Rejection]:
    return [rejection for rejection in extraction.rejections if rejection.reason in reasons]


def with_line(text: str, line: re.Match[str]) -> str:
    """Return the text of a layout in which an entry lists what a line says, one wording more than it did."""
    *known, _ = tomllib.loads(f"x = {line['wordings']}")["x"]
    quoted = [f'"{wording}"' for wording in known]
    before = f"{line['name']} = [{', '.join(quoted)}]"
    table = line["place"].split(", ")[0]
    parts = re.split(r"(?m)^(?=\[\[tables\]\])", text)
    (part,) = [part for part in parts if f'name = "{table}"' in part]
    assert part.count(before) == 1
    return text.replace(part, part.replace(before, f"{line['name']} = {line['wordings']}"))


@pytest.mark.parametrize(
    ("source", "rows", "old", "new", "reason", "cell"),
    [
        ("department_housing", DEPARTMENTS, "nom_departement", "libelle_departement", "TABLEAU_ABSENT", "C1"),
        ("department_housing", DEPARTMENTS, "code_departement", "dep", "TABLEAU_ABSENT", "B1"),
        ("department_housing", DEPARTMENTS, "annee_publication", "millesime", "TABLEAU_ABSENT", "A1"),
        ("department_housing", DEPARTMENTS, "construction", "construction_neuve", "COLONNE_ABSENTE", "F1"),
        (
            *("department_housing", DEPARTMENTS, "parc_social_nombre_de_logements"),
            *("parc_social_nb_de_logements", "COLONNE_ABSENTE", "G1"),
        ),
        ("housing_starts", STARTS, "MOIS", "MOIS_PRISE_EN_COMPTE", "TABLEAU_ABSENT", "B1"),
        ("housing_starts", STARTS, "LOG_AUT", "NB_LOG_AUT", "COLONNE_ABSENTE", "E1"),
        ("housing_starts", STARTS, "TYPE_LGT", "TYPE_LOGEMENT", "COLONNE_ABSENTE", "C1"),
        ("regional_return", LIST, "Valeur", "Chiffre", "TABLEAU_ABSENT", "C5"),
        ("regional_return", LIST, "Valeur", "Quantité", "TABLEAU_ABSENT", "C5"),
        ("regional_return", LIST, "Année", "Année civile", "TABLEAU_ABSENT", "B5"),
        ("regional_return", LIST, "Indicateur", "Intitulé", "TABLEAU_ABSENT", "A5"),
        ("regional_return", PLACES, "Territoire", "Localisation", "COLONNE_INCONNUE", "D5"),
        ("social_benefits", BENEFITS, "Âge", "Tranche d'âge", "TABLEAU_ABSENT", "A3"),
        ("social_benefits", BENEFITS, "Allocations\nlogement", "Logements :\nalloc.", "COLONNE_INCONNUE", "D3"),
        (
            *("social_benefits", BENEFITS, "dont allocations familiales"),
            *("dont alloc. familiale", "COLONNE_INCONNUE", "C4"),
        ),
    ],
)
def test_the_line_for_a_renamed_column_makes_the_file_load(
    source: str, rows: Rows, old: str, new: str, reason: str, cell: str
) -> None:
    text, changed = text_of(source), renamed(rows, old, new)
    declared = read_layout(text, source)
    loaded = figures(read(source, rows, declared))
    assert loaded
    (refusal,) = refused(read(source, changed, declared), reason)
    assert refusal.cell == cell
    assert new in refusal.raw_text
    (line,) = LINE.finditer(refusal.author_hint)
    assert line[0] not in refusal.message_fr + refusal.message_en
    after = read(source, changed, read_layout(with_line(text, line), source))
    assert figures(after) == loaded
    assert not refused(after, "TABLEAU_ABSENT", "COLONNE_ABSENTE", "COLONNE_INCONNUE")


@pytest.fixture
def synonyms(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    indicators._by_wording.cache_clear()


@pytest.mark.parametrize(("rows", "reason"), [(ACROSS, "COLONNE_INCONNUE"), (ALONE, "TABLEAU_ABSENT")])
def test_the_synonym_for_an_indicator_across_makes_its_figures_load(
    rows: Rows, reason: str, synonyms: pytest.MonkeyPatch
) -> None:
    text, changed = text_of("regional_return"), renamed(rows, "Livraisons", "Livraison")
    loaded = figures(read("regional_return", rows, read_layout(text, "regional_return")))
    (refusal,) = refused(read("regional_return", changed, read_layout(text, "regional_return")), reason)
    assert "« Livraisons" in refusal.message_fr or reason == "TABLEAU_ABSENT"
    (line,) = LINE.finditer(refusal.author_hint)
    assert (line["file"], line["place"], line["name"]) == ("indicators.toml", "deliveries", "synonyms")
    known = indicators.indicators()
    *before, _ = wordings = tomllib.loads(f"x = {line['wordings']}")["x"]
    assert tuple(before) == known["deliveries"].synonyms
    more = known | {"deliveries": replace(known["deliveries"], synonyms=tuple(wordings))}
    synonyms.setattr(indicators, "indicators", lambda: more)
    indicators._by_wording.cache_clear()
    after = read("regional_return", changed, read_layout(text, "regional_return"))
    assert figures(after) == loaded
    assert after.rejections == []


@pytest.mark.parametrize(
    ("header", "below", "lines"),
    [
        ("Remarqes", "peu", ["remark"]),
        ("Remarqes", 5, []),  # a number is no remark, and is never passed over
        ("Rappel N-2", 5, []),
        ("Année", 2020, []),  # it is there already: a second one is refused by itself
        ("Exercices", 2020, []),
        ("Lieu", "Finistère", ["territory"]),
    ],
)
def test_only_what_the_header_lacks_and_what_stands_below_may_be_is_proposed(
    header: str, below: object, lines: list[str]
) -> None:
    rows: Rows = [*BLOCK, ["Indicateur", "Année", "Valeur", header], ["Livraisons", 2021, 5, below]]
    told = refused(apply(rows, read_layout(text_of("regional_return"), "regional_return")), "COLONNE_INCONNUE")
    found = [line["place"] for refusal in told for line in LINE.finditer(refusal.author_hint)]
    assert found == [f"list, {field}" for field in lines]


def test_an_indicator_or_a_choice_that_the_header_has_is_not_proposed_again() -> None:
    rows: Rows = [*BLOCK, ["Année", "Livraisons", "Livraison"], [2020, 7, 600]]
    (told,) = refused(apply(rows, read_layout(text_of("regional_return"), "r")), "COLONNE_INCONNUE")
    assert told.author_hint == ""
    changed = renamed(BENEFITS, "dont allocations familiales", "Ensembles")
    (told,) = refused(
        read("social_benefits", changed, read_layout(text_of("social_benefits"), "s")), "COLONNE_INCONNUE"
    )
    assert [line["name"] for line in LINE.finditer(told.author_hint)] == ['"…"', "whole"]


KINDS = """
fixed = { territory = "France", indicator = "deliveries" }

[[tables]]
name = "kinds"

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["breakdown"]
whole = ["Ensemble"]
choices = { house = ["Maisons individuelles"], flat = ["Appartements"] }
required = true
"""


@pytest.mark.parametrize(
    ("header", "below", "line"),
    [
        ("Appts.", [8, 9], None),  # no letters of it begin the word
        ("Appart.", [8, 9], '[made_up.toml, kinds, value, choices : "flat" = ["Appartements", "Appart."]]'),
        ("Appartement", [8, 9], '[made_up.toml, kinds, value, choices : "flat" = ["Appartements", "Appartement"]]'),
        ("En bande", [8, 9], None),
        ("60 ans et plus", [8, 9], None),
        ("Total", [8, 9], '[made_up.toml, kinds, value : whole = ["Ensemble", "Total"]]'),
    ],
)
def test_a_wording_is_proposed_where_it_is_the_same_one_and_else_a_person_is_asked(
    header: str, below: list[int], line: str | None
) -> None:
    rows: Rows = [["Année", "Maisons individuelles", header], [2020, 1, below[0]], [2021, 2, below[1]]]
    (refusal,) = refused(apply(rows, layout(KINDS)), "COLONNE_INCONNUE")
    open_line = f'[made_up.toml, kinds, value, choices : "…" = ["{header}"]] ? '
    open_line += f'[made_up.toml, kinds, value : whole = [… "{header}" …]] ?'
    assert refusal.author_hint == (line or open_line)


@pytest.mark.parametrize(("sums", "is_proved"), [([3, 7], True), ([3, 8], False), ([None, 7], False)])
def test_figures_prove_what_the_whole_is(sums: list[object], is_proved: bool) -> None:
    header = ["Année", "Maisons individuelles", "Appartements", "Résidences"]
    rows: Rows = [header, [2020, 1, 2, sums[0]], [2021, 3, 4, sums[1]]]
    (refusal,) = refused(apply(rows, layout(KINDS)), "COLONNE_INCONNUE")
    assert refusal.author_hint.startswith("[made_up.toml, kinds, value : whole") == is_proved


def test_no_synonym_is_proposed_for_an_indicator_that_only_looks_alike() -> None:
    rows: Rows = [*BLOCK, ["Année", "Agréments", "Livrets"], [2020, 7, 600], [2021, 8, 601]]
    (told,) = refused(apply(rows, read_layout(text_of("regional_return"), "regional_return")), "COLONNE_INCONNUE")
    assert "synonyms" not in told.author_hint


def test_two_unknown_headers_are_two_columns() -> None:
    rows: Rows = [*BLOCK, ["Libellé", "An", "Chiffre"], ["Livraisons", 2021, 5]]
    (refusal,) = apply(rows, read_layout(text_of("regional_return"), "regional_return")).rejections
    assert refusal.cell == "A5"
    found = {
        line["place"]: tomllib.loads(f"x = {line['wordings']}")["x"][-1] for line in LINE.finditer(refusal.author_hint)
    }
    assert found == {"list, indicator": "Libellé", "list, period": "An", "list, value": "Chiffre"}


def test_a_header_that_lacks_a_column_says_which_and_marks_its_first_cell() -> None:
    rows: Rows = [*BLOCK, ["Indicateur", "Valeur"], ["Livraisons", 5]]
    (refusal,) = apply(rows, read_layout(text_of("regional_return"), "regional_return")).rejections
    assert (refusal.reason, refusal.cell) == ("TABLEAU_ABSENT", "A5")
    assert refusal.message_fr.endswith(" Il manque : Année.")
    assert refusal.message_en.endswith(" Missing: Année.")
    starts = [[cell for cell in row if cell not in {"LOG_AUT", "30", "31"}] for row in STARTS]
    (refusal,) = apply(starts, read_layout(text_of("housing_starts"), "housing_starts"), "csv").rejections
    assert (refusal.reason, refusal.cell) == ("COLONNE_ABSENTE", "A1")
    assert refusal.message_fr == "La colonne « LOG_AUT » manque dans ce tableau. Rétablissez-la."


def test_the_line_for_a_renamed_group_of_columns_makes_the_table_load() -> None:
    rows: Rows = [["Année", "Mises en service", None], [None, "Nombre", "Montant"], [2021, 5, 2], [2022, "nd", 3]]
    merges = [Span(1, 1, 2, 1), Span(1, 2, 1, 3)]
    (refusal,) = apply(rows, layout(GROUPS), "Tableau", merges=merges).rejections
    assert (refusal.reason, refusal.cell) == ("TABLEAU_ABSENT", "B1")
    (line,) = LINE.finditer(refusal.author_hint)
    assert line["place"] == "groups, value"
    more = GROUPS.replace('under = ["Livraisons"]', f"{line['name']} = {line['wordings']}")
    after = apply(rows, layout(more), "Tableau", merges=merges)
    assert [figure[3] for figure in figures(after)] == [5, 2, None, 3]
    assert after.rejections == []


@pytest.mark.parametrize("below", [["nd", "s"], ["1,5 million", "2 millions"], [], ["12 %", 13]])
def test_figures_are_recognised_below_a_header_however_they_are_written(below: list[object]) -> None:
    years = [["Livraisons", 2020 + position, value] for position, value in enumerate(below)]
    (refusal,) = apply(
        [*BLOCK, ["Indicateur", "Année", "Chiffre"], *years], read_layout(text_of("regional_return"), "regional_return")
    ).rejections
    assert [line["place"] for line in LINE.finditer(refusal.author_hint)] == ["list, value"]


def test_a_line_that_a_message_has_no_room_for_is_not_cut_short() -> None:
    many = ", ".join(f'"Libellé {number}"' for number in range(100))
    crowded = BREAKDOWNS.replace('headers = ["Indicateur"]', f'headers = ["Indicateur", {many}]')
    (refusal,) = apply([["Type", "Indicateurs", 2021], ["Coll.", "Livraisons", 1]], layout(crowded), "T").rejections
    assert (refusal.reason, refusal.cell) == ("TABLEAU_ABSENT", "B1")
    assert refusal.author_hint == ""


def test_where_nothing_is_lacking_no_line_is_proposed_and_the_known_headers_are_named() -> None:
    (refusal,) = refused(
        apply(
            [["Type", "Indicateur", 2021, "Remarques"], ["Ensemble", "Livraisons", 1]], layout(BREAKDOWNS), "Tableau"
        ),
        "COLONNE_INCONNUE",
    )
    assert "« Type », « Indicateur »" in refusal.message_fr
    assert refusal.author_hint == ""
