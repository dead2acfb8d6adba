"""Totals of rows, columns and sections, and the parts they are compared with. Every figure here is invented."""

from __future__ import annotations

from datetime import date

from tests.support.shapes import YEARS_ACROSS, apply, judged, observations
from tests.support.sheets import (
    BREAKDOWNS,
    Rows,
    figures,
    layout,
    observations_of,
    refusals,
)

TOTALS = """
[[contexts]]
field = "territory"
labels = ["Région"]
levels = ["region"]

[[tables]]
name = "departments"
total_words = ["Total", "Ensemble"]
fixed = { indicator = "deliveries" }

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["territory"]
levels = ["department"]
required = true
"""


def test_a_totals_column_is_the_sum_of_its_row_and_is_about_what_the_context_states() -> None:
    rows: Rows = [
        ["Région", "Corse"], [], ["Année", "Corse-du-Sud", "Haute-Corse", "Total"], [2020, 1, 2, 3], [2021, 4, 5, 8],
    ]  # fmt: skip
    extraction = apply(layout(TOTALS), rows)
    assert extraction.parts == [("Tableau", f"D{row}", f"{column}{row}") for row in (4, 5) for column in "BC"]
    assert [row for row in observations(extraction, "territory_code", "is_total") if row[1]] == [("94", True)] * 2
    result = judged(extraction)
    assert [(r.rejection.cell, r.rejection.reason) for r in result.refused] == [("D5", "TOTAL_INCOHERENT")]
    assert result.accepted["observation"].height == 5


def test_a_totals_row_and_a_totals_column_meet_in_a_corner_that_is_counted_once() -> None:
    text = TOTALS.replace('field = "period"\nheaders = ["Année"]', 'field = "breakdown"\nheaders = ["Type"]')
    rows: Rows = [
        ["Région", "Corse"], [], ["Type", "Corse-du-Sud", "Haute-Corse", "Ensemble"],
        ["Collectif", 1, 2, 3], ["Individuel", 3, 4, 7], ["Total", 4, 6, 10],
    ]  # fmt: skip
    text = text.replace("[[tables]]", '[[contexts]]\nfield = "period"\nsheet_name = "(.+)"\n\n[[tables]]')
    extraction = apply(layout(text), rows, name="2021")
    assert refusals(extraction) == {}
    corner = [part for _, total, part in extraction.parts if total == "D6"]
    assert corner == ["D4", "D5"]
    assert set(judged(extraction).totals["verdict"]) == {"consistent"}
    whole = [row for row in observations_of(extraction) if row["cell"] in {"B6", "D6"}]
    assert [(row["breakdown"], row["territory_code"]) for row in whole] == [("", "2A"), ("", "94")]


def test_a_section_says_what_a_blank_key_below_it_does_not() -> None:
    text = """
[[tables]]
name = "regions and departments"

[[tables.sections]]
field = "territory"
levels = ["region"]

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "territory"
headers = ["Département"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
    header: list[object] = ["Indicateur", "Département", 2021]
    rows: Rows = [header, ["Bretagne"], ["Livraisons", "Finistère", 1], ["Livraisons", None, 2]]
    extraction = apply(layout(text), rows)
    assert [f[1] for f in figures(extraction)] == ["29", "53"]
    assert refusals(extraction) == {}
    extraction = apply(layout(f'fixed = {{ territory = "Bretagne" }}\n{text}'), [header, *rows[2:]])
    assert [f[1] for f in figures(extraction)] == ["29"]
    assert refusals(extraction) == {"C3": "CLE_ABSENTE"}


def test_totals_of_sections_are_those_of_their_own_rows_and_the_grand_total_is_that_of_all() -> None:
    text = YEARS_ACROSS.replace(
        'total_words = ["Total"]', 'total_words = ["Total"]\ngrand_total_words = ["Total général"]'
    )
    text = text.replace('field = "indicator"\nheaders = ["Indicateur"]', 'field = "territory"\nheaders = ["Région"]')
    text = text.replace('name = "years', 'fixed = { indicator = "deliveries" }\nname = "years')
    rows: Rows = [
        ["Région", 2021], ["Collectif"], ["Bretagne", 1], ["Corse", 2], ["Total", 3],
        ["Individuel"], ["Bretagne", 4], ["Corse", 5], ["Total", 9], ["Total général", 12],
    ]  # fmt: skip
    extraction = apply(layout(text), rows)
    assert [(total, part) for _, total, part in extraction.parts] == [
        ("B5", "B3"), ("B5", "B4"), ("B9", "B7"), ("B9", "B8"),
        ("B10", "B3"), ("B10", "B4"), ("B10", "B7"), ("B10", "B8"),
    ]  # fmt: skip
    totals = [
        row for row in observations(extraction, "cell", "territory_level", "breakdown") if row[0] in {"B9", "B10"}
    ]
    assert totals == [("B9", "national", "Individuel"), ("B10", "national", "")]


def test_a_grand_total_is_about_none_of_the_sections_above_it() -> None:
    text = """
[[tables]]
name = "regions and departments"
fixed = { indicator = "deliveries" }
grand_total_words = ["Total général"]

[[tables.sections]]
field = "territory"
levels = ["region"]

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
levels = ["department"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
    rows: Rows = [
        ["Territoire", 2023], ["BRETAGNE"], ["Finistère", 10], ["NORMANDIE"], ["Calvados", 1], ["Total général", 11],
    ]  # fmt: skip
    alone = apply(layout(text), rows)
    assert [f[1] for f in figures(alone)] == ["29", "14"]
    assert refusals(alone) == {"B6": "CLE_ABSENTE"}
    within_france = apply(layout(f'fixed = {{ territory = "France" }}\n{text}'), rows)
    assert figures(within_france)[-1] == ("deliveries", "FR", date(2023, 1, 1), 11.0)
    assert [part for _, total, part in within_france.parts if total == "B6"] == ["B3", "B5"]


def test_of_several_breakdowns_that_are_required_none_may_lack() -> None:
    text = (
        BREAKDOWNS + '\n[[tables.columns]]\nfield = "breakdown"\nheaders = ["Série"]\nparse = "text"\nrequired = true\n'
    )
    header = ["Type", "Série", "Indicateur", 2021]
    rows: Rows = [["Collectif", "Brute", "Livraisons", 5]]
    assert [f[3] for f in figures(apply(layout(text), [header, *rows]))] == [5.0]
    renamed = apply(layout(text), [["Forme", *header[1:]], *rows])
    assert figures(renamed) == []
    assert refusals(renamed)["A1"] == "COLONNE_ABSENTE"


def test_the_whole_of_a_breakdown_is_compared_with_its_parts_where_all_of_them_are_there() -> None:
    rows: Rows = [
        ["Type", "Indicateur", 2021], ["Ensemble", "Livraisons", 3], ["Coll.", "Livraisons", 1],
        ["Individuel", "Livraisons", 2], ["Ensemble", "Agréments", 9], ["Collectif", "Agréments", 4],
        ["Autre", "Agréments", 5],
    ]  # fmt: skip
    extraction = apply(layout(BREAKDOWNS), rows)
    assert extraction.parts == [("Tableau", "C2", "C3"), ("Tableau", "C2", "C4")]
    assert refusals(extraction) == {"A7": "MARQUE_INCONNUE", "C7": "CLE_ABSENTE"}
    assert observations(extraction, "breakdown")[:2] == [("",), ("collectif",)]
