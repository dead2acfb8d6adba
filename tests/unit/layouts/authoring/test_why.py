"""Why a cell is what it is: the entry that claims it, its lines, what became of it. Every figure is invented."""

from __future__ import annotations

import tomllib

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import extract
from pipeline.layouts.authoring.causes import Told
from pipeline.layouts.authoring.preview import claims
from pipeline.layouts.authoring.toml_lines import entry_lines
from pipeline.layouts.authoring.trial_words import Explanation, lines_of_cell
from pipeline.layouts.authoring.why import Evidence, NoSuchCellError, explain_cell
from pipeline.layouts.frames import frames_of
from pipeline.layouts.layout_files import read_layout
from pipeline.rejections import Level
from pipeline.vocabulary.declarations import source_files
from tests.support.sheets import Rows, sheet

TEXT = """source = "made_up"
version = 1
title_fr = '''Source
[[tables]] inventée'''
authority = 1
note_words = [
    "champ",
]

[[contexts]]
field = "territory"
labels = ["Région"]

[[tables]]
name = "activité"
sheets = ["Activité"]
total_words = ["Total"]

[[tables.sections]]     # a year alone
field = "period"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur", "Intitulé"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur*"]
required = true

[[tables.columns]]
role = "ignore"
headers = ["Rappel"]

[[tables.ignore_rows]]
field = "indicator"
words = ["dont *"]
"""
ROWS: Rows = [
    ["Bilan inventé"],
    ["Région :", "Bretagne"],
    [],
    ["Intitulé", "Valeur 2021", "Rappel", "Autre"],
    ["2021"],
    ["Livraisons", 12, 11, "?"],
    ["dont jeunes", 3, 2],
    ["Agréments", "12 34"],
    [],
    ["Champ : inventé"],
]


def explained(address: str, lang: str = "fr", rows: Rows = ROWS, name: str = "Activité") -> Explanation:
    book = Workbook("xlsx", [sheet(name, rows), sheet("Source", [["Origine"]])])
    layout = read_layout(TEXT, "made_up.toml")
    extraction = extract(book, layout)
    told = [
        Told(each.message(), each.author_hint, is_refused=each.level is not Level.REMARK)
        for each in extraction.rejections
    ]
    found = [{"product": "observation", **row} for row in frames_of([extraction])["observation"].to_dicts()]
    evidence = Evidence(book, layout, TEXT, claims(book, layout, extraction), told, found, [])
    return explain_cell(evidence, address, name, "en" if lang == "en" else "fr")


def lines(first: str, last: str) -> str:
    """Return the lines of the text between two of its lines, as an explanation names them."""
    every = TEXT.splitlines()
    start = every.index(first)
    stop = every.index(last, start)
    return f"{start + 1}-{stop + 1}"


@pytest.mark.parametrize(
    ("address", "claim", "entry", "where"),
    [
        ("A2", "context", '[[contexts]] field = "territory"', lines("[[contexts]]", 'labels = ["Région"]')),
        ("B2", "context", '[[contexts]] field = "territory"', lines("[[contexts]]", 'labels = ["Région"]')),
        ("A4", "header", '[[tables.columns]] field = "indicator"', "22-25"),
        ("A5", "period", '[[tables.sections]] field = "period"', "19-20"),
        ("A6", "indicator", '[[tables.columns]] field = "indicator"', "22-25"),
        ("B6", "value", '[[tables.columns]] field = "value"', "27-30"),
        ("C6", "ignored", '[[tables.columns]] role = "ignore"', "32-34"),
        ("A7", "ignored", '[[tables.ignore_rows]] field = "indicator"', "36-38"),
        ("A10", "note", "note_words", "6-8"),
    ],
)
def test_the_entry_that_claims_a_cell_is_named_with_its_lines(address: str, claim: str, entry: str, where: str) -> None:
    told = explained(address)
    assert (told.claim, told.entry, told.lines) == (claim, entry, where)


def test_a_figure_tells_what_it_became_and_which_cells_say_so() -> None:
    told = explained("B6", "en")
    (row, said, around) = told.became
    assert row.startswith("observation: label = Livraisons, indicator = deliveries, value = 12")
    assert "territory = region 53, period = 2021" in row
    assert said == "Its row says indicator A6 “Livraisons”."
    assert "B2 “Bretagne”" in around
    assert "It is “Valeur*” of its headers." in told.why


def test_a_refused_figure_tells_its_sentence_and_the_row_that_could_be_passed_over() -> None:
    (sentence,) = explained("B8").became
    assert sentence.startswith("Refusé (NOMBRE_ILLISIBLE). « 12 34 » n'est pas un nombre lisible.")
    assert '[[tables.ignore_rows]]\nfield = "indicator"\nwords = ["Agréments"]' in explained("A8").otherwise


@pytest.mark.parametrize("address", ["D4", "D6"])
def test_a_cell_that_nothing_claims_tells_what_would_claim_it(address: str) -> None:
    told = explained(address)
    assert told.claim == "unclaimed"
    assert '[[tables.columns]]\nrole = "ignore"\nheaders = ["Autre"]' in told.otherwise
    assert any("CELLULE_NON_RECLAMEE" in each or "COLONNE_INCONNUE" in each for each in told.became)


def test_what_is_to_be_added_is_toml_that_the_language_reads() -> None:
    (added,) = [line for line in explained("D4").otherwise if line.startswith("[[tables.columns]]\nrole")]
    text = TEXT.replace("[[tables.ignore_rows]]", f"{added}\n\n[[tables.ignore_rows]]")
    book = Workbook("xlsx", [sheet("Activité", ROWS)])
    reasons = {each.reason for each in extract(book, read_layout(text, "made_up.toml")).rejections}
    assert reasons.isdisjoint({"COLONNE_INCONNUE", "CELLULE_NON_RECLAMEE"})


def test_a_sheet_without_a_table_tells_the_row_that_is_nearest_and_the_line() -> None:
    told = explained("A2", rows=[["Libellé", "Valeur"], ["Livraisons", 12]])
    assert any("TABLEAU_ABSENT" in each for each in told.became)
    assert 'headers = ["Indicateur", "Intitulé", "Libellé"]' in told.otherwise[0]


def test_a_blank_cell_a_title_and_a_whole_sheet_say_so() -> None:
    assert explained("Z9").why == ["La cellule est vide : rien n'y est lu."]
    assert explained("A1").became == ["Rien n'en est chargé."]
    told = explained("A1", name="Brouillon", rows=[["Livraisons"]])
    assert (told.claim, told.entry) == ("ignored", "sheets")
    assert told.otherwise == ['[[tables]]\nsheets = ["Brouillon"]']


def test_no_such_cell_or_sheet_is_told() -> None:
    with pytest.raises(NoSuchCellError, match="B7"):
        explained("seven")


def test_every_entry_of_every_source_has_its_lines() -> None:
    for path, content in source_files():
        text = path.read_text("utf-8")
        found = entry_lines(text)
        for number, table in enumerate(content["tables"]):
            for name, entries in ((key, value) for key, value in table.items() if isinstance(value, list)):
                for place, entry in enumerate(each for each in entries if isinstance(each, dict)):
                    lines = found["tables", number, name, place]
                    said = tomllib.loads("\n".join(text.splitlines()[lines.start - 1 : lines.stop - 1]))
                    assert said["tables"][name] == [entry], (path.name, lines)


def test_what_is_told_of_a_cell_is_a_line_each() -> None:
    told = list(lines_of_cell(explained("D4"), "made_up v1", "fr"))
    assert told[0] == "Activité D4: Autre"
    assert "Pour qu'elle soit lue autrement :" in told
    assert '  role = "ignore"' in told
