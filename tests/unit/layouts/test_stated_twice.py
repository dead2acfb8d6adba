"""What is stated around a table, in its sections, over its columns and in its rows: nothing of it is dropped.

Every figure here is invented.
"""

from __future__ import annotations

import pytest

from tests.support.shapes import apply, judged, observations
from tests.support.sheets import Rows, layout, observations_of, refusals

ACCOUNTS = """
fixed = { territory = "France", indicator = "deliveries" }

[[contexts]]
field = "breakdown"
pattern = '^Compte d[eu] (.+)$'

[[contexts]]
field = "breakdown"
labels = ["Réseau"]

[[tables]]
name = "accounts"

[[tables.sections]]
field = "breakdown"
choices = { exploitation = ["Exploitation"], capital = ["Capital"] }

[[tables.sections]]
field = "breakdown"
choices = { public = ["Public"], private = ["Privé"] }

[[tables.columns]]
field = "breakdown"
headers = ["Poste"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period", "breakdown"]
choices = { forecast = ["Provisoire"], final = ["Définitif"] }
whole = ["Tout"]
required = true
"""
PARTS: Rows = [
    ["Compte de la route"], ["Réseau :", "national"], [], ["Poste", "2021"], [None, "Définitif"],
    ["Exploitation"], ["Public"], ["Charges", 5], ["Privé"], ["Charges", 6], ["Capital"], ["Charges", 7],
]  # fmt: skip


def test_the_breakdowns_of_title_label_sections_row_and_header_make_one_in_a_steady_order() -> None:
    extraction = apply(layout(ACCOUNTS), PARTS)
    assert refusals(extraction) == {}
    assert observations(extraction, "breakdown", "value") == [
        ("la route, national, exploitation, public, Charges, final", 5.0),
        ("la route, national, exploitation, private, Charges, final", 6.0),
        ("la route, national, capital, Charges, final", 7.0),
    ]


def test_a_title_is_a_part_where_no_section_is_open_as_well() -> None:
    extraction = apply(layout(ACCOUNTS), [*PARTS[:5], ["Charges", 5], ["Exploitation"], ["Charges", 6]])
    assert observations(extraction, "breakdown") == [
        ("la route, national, Charges, final",), ("la route, national, exploitation, Charges, final",),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["Rail", "Rail et route"])
def test_under_a_breakdown_that_is_not_known_nothing_passes_for_the_whole(title: str) -> None:
    text = ACCOUNTS.replace(
        "pattern = '^Compte d[eu] (.+)$'", "pattern = '^Compte d[eu] (.+)$'\nchoices = { r = ['Route'] }"
    )
    extraction = apply(layout(text), [[f"Compte du {title}"], *PARTS[2:]])
    assert observations_of(extraction) == []
    assert refusals(extraction) == {"A1": "MARQUE_INCONNUE", **dict.fromkeys(("B7", "B9", "B11"), "CLE_ABSENTE")}


def test_the_whole_of_a_breakdown_is_found_beside_sections_that_are_breakdowns() -> None:
    text = ACCOUNTS.replace('headers = ["Poste"]', 'headers = ["Poste"]\nwhole = ["Ensemble"]\nadds_up = true')
    rows: Rows = [*PARTS[:6], ["Charges", 5], ["Produits", 6], ["Ensemble", 12]]
    extraction = apply(layout(text), rows)
    assert extraction.parts == [("Tableau", "B9", "B7"), ("Tableau", "B9", "B8")]
    assert [r.rejection.reason for r in judged(extraction).refused] == ["TOTAL_INCOHERENT"]


PLACES = """
[[contexts]]
field = "{field}"
labels = ["Portée"]

[[tables]]
name = "places"
fixed = {{ {fixed} }}

[[tables.sections]]
field = "{field}"
{more}

[[tables.columns]]
field = "{field}"
headers = ["Ligne"]

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true

[[tables.columns]]
field = "breakdown"
headers = ["Type"]
required = true
"""


def read(field: str, near: str, far: str, *, section: str = "", more: str = "") -> tuple[list[object], dict[str, str]]:
    """Return the values of one row that are loaded, and what is refused, where two statements of one field meet."""
    fixed = {"territory": 'territory = "France"', "indicator": 'indicator = "deliveries"'}
    fixed.pop(field, None)
    sections: Rows = [[section]] if section else []
    rows: Rows = [["Portée :", far], [], ["Type", 2021, "Ligne"], *sections, ["Collectif", 5, near or None]]
    extraction = apply(layout(PLACES.format(field=field, fixed=", ".join(fixed.values()), more=more)), rows)
    return [value for (value,) in observations(extraction, "value")], refusals(extraction)


@pytest.mark.parametrize(
    ("field", "near", "far"),
    [
        ("territory", "Finistère", "Bretagne"),
        ("territory", "Bretagne", "Bretagne"),
        ("territory", "France", "Bretagne"),
        ("territory", "Bretagne", "France"),
        ("indicator", "Livraisons", "Livraisons"),
        ("indicator", "Agréments, logement social", "Agréments"),
    ],
)
def test_a_nearer_statement_replaces_one_that_is_true_beside_it(field: str, near: str, far: str) -> None:
    assert read(field, near, far) == ([5.0], {})


@pytest.mark.parametrize(
    ("field", "near", "far"),
    [
        ("territory", "Calvados", "Bretagne"),
        ("territory", "Normandie", "Bretagne"),
        ("territory", "Calvados", "Finistère"),
        ("indicator", "Agréments", "Livraisons"),
    ],
)
def test_two_statements_that_cannot_both_be_true_refuse_the_figures_with_both_cells(
    field: str, near: str, far: str
) -> None:
    values, refused = read(field, near, far)
    assert values == []
    assert refused == {"C4": "CONTEXTE_CONTREDIT", "B4": "CLE_ABSENTE"}


def test_a_section_that_contradicts_what_stands_over_it_refuses_its_rows() -> None:
    levels = 'levels = ["region"]'
    assert read("territory", "", "Bretagne", section="Bretagne", more=levels)[0] == []  # a blank key holds for none
    values, refused = read("territory", "", "Bretagne", section="Normandie", more=levels)
    assert (values, refused["A4"]) == ([], "CONTEXTE_CONTREDIT")


ACROSS = """
fixed = { indicator = "deliveries" }

[[contexts]]
field = "territory"
labels = ["Région"]

[[contexts]]
field = "period"
labels = ["Année"]

[[contexts]]
field = "remark"
labels = ["Avertissement"]

[[contexts]]
field = "code"
labels = ["Code"]

[[tables]]
name = "across"

[[tables.sections]]
field = "remark"

[[tables.columns]]
field = "period"
headers = ["Année"]

[[tables.columns]]
field = "period"
part = "month"
headers = ["Mois"]

[[tables.columns]]
field = "territory"
headers = ["Département"]

[[tables.columns]]
field = "remark"
headers = ["Remarque"]

[[tables.columns]]
field = "value"
named_by = ["territory"]
required = true
"""


def test_a_column_of_another_territory_than_the_one_over_the_table_is_refused_and_no_other() -> None:
    rows: Rows = [["Région", "Bretagne"], [], ["Année", "Finistère", "Calvados", "Bretagne"], [2021, 1, 2, 3]]
    text = ACROSS.replace('headers = ["Année"]', 'headers = ["Année"]\nrequired = true')
    extraction = apply(layout(text), rows)
    assert observations(extraction, "cell") == [("B4",), ("D4",)]
    assert refusals(extraction) == {"C4": "CONTEXTE_CONTREDIT"}


def test_the_year_over_a_table_completes_the_month_of_a_row() -> None:
    rows: Rows = [["Année", 2021], [], ["Mois", "Finistère"], ["mars", 1]]
    extraction = apply(layout(ACROSS), rows)
    assert [str(start) for (start,) in observations(extraction, "period_start")] == ["2021-03-01"]
    rows[0][1] = "T2 2021"
    assert observations_of(apply(layout(ACROSS), rows)) == []


@pytest.mark.parametrize(("title", "loaded"), [(2021, 2), (2020, 2), (2019, 0), ("mars 2021", 2), ("mars 2019", 0)])
def test_a_table_none_of_whose_figures_is_about_the_year_over_it_is_refused(title: object, loaded: int) -> None:
    rows: Rows = [["Année", title], [], ["Année", "Finistère"], [2020, 1], [2021, 2]]
    extraction = apply(layout(ACROSS), rows)
    assert len(observations_of(extraction)) == loaded
    assert refusals(extraction) == ({} if loaded else dict.fromkeys(("B4", "B5"), "PERIODE_CONTREDITE"))


def test_remarks_over_a_table_in_a_section_and_in_a_row_are_one_together() -> None:
    rows: Rows = [
        ["Avertissement", "champ partiel"], [], ["Année", "Finistère", "Remarque"], [2020, 1, None],
        ["série rompue"], [2021, 2, "revu"], [2022, 3, "revu"],
    ]  # fmt: skip
    extraction = apply(layout(ACROSS), rows)
    assert [text for (text,) in observations(extraction, "remark")] == [
        "champ partiel", *["champ partiel ; série rompue ; revu"] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "loaded"), [("53", 1), ("28", 0)])
def test_a_code_over_a_table_must_be_that_of_the_territory(code: str, loaded: int) -> None:
    text = ACROSS.replace('named_by = ["territory"]', 'headers = ["Nombre"]')
    rows: Rows = [["Code", code], [], ["Année", "Département", "Nombre"], [2021, "Bretagne", 1]]
    assert len(observations_of(apply(layout(text), rows))) == loaded
    rows = [["Région", "Bretagne"], ["Code", code], [], ["Année", "Nombre"], [2021, 1]]
    without = text.replace('headers = ["Département"]', 'headers = ["Autre"]')
    assert len(observations_of(apply(layout(without), rows))) == loaded


def test_the_unit_and_the_mark_that_stand_around_rows_count() -> None:
    text = ACROSS.replace('field = "remark"\n\n[[tables.columns]]', 'field = "unit"\n\n[[tables.columns]]', 1)
    text = text.replace('indicator = "deliveries"', 'indicator = "aid_amount_eur"')
    rows: Rows = [["Année", "2021 (p)"], [], ["Mois", "Finistère"], ["en k€"], ["mars", 1], ["en M€"], ["mai", 2]]
    extraction = apply(layout(text), rows)
    assert observations(extraction, "value", "obs_status") == [(1_000.0, "P"), (2_000_000.0, "P")]
