"""Headers, labels and sections that state several facts in fixed places. Every figure here is invented."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.layouts import LayoutError
from pipeline.layouts.forms import parse_form, readings
from tests.support.shapes import apply, observations
from tests.support.sheets import Rows, layout, refusals, roles

SAID = ("indicator", "territory_code", "period_start", "value")
TERRITORY = """
[[tables]]
name = "departments"

[[tables.columns]]
field = "territory"
headers = ["Département"]
levels = ["department"]
required = true
"""
CODED = (
    TERRITORY
    + """
[[tables.columns]]
field = "value"
form = "pp_{indicator}_{period:yy}"
parts.indicator.choices = { deliveries = ["livr"], approvals = ["agr"] }
required = true
"""
)
LABELS = """
[[tables]]
name = "labels"

[[tables.columns]]
field = "indicator"
headers = ["Série"]
form = "{indicator} {period} – {territory}"
parts.territory.levels = ["region"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
"""


# -- headers -------------------------------------------------------------------------------------------------------


def test_next_years_column_needs_no_line() -> None:
    rows: Rows = [["Département", "pp_livr_25", "PP_LIVR_26", "pp_agr_98"], ["Ain", 1, 2, 3]]
    extraction = apply(layout(CODED), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [
        ("deliveries", "01", date(2025, 1, 1), 1.0),
        ("deliveries", "01", date(2026, 1, 1), 2.0),
        ("approvals", "01", date(1998, 1, 1), 3.0),
    ]


def test_a_header_that_does_not_fit_as_a_whole_is_an_unknown_column() -> None:
    header = ["Département", "pp_livr_25", "pp_livr_2025", "pp_autre_25", "pp_livr_25_bis", "xpp_livr_25"]
    extraction = apply(layout(CODED), [header, ["Ain", 1, 2, 3, 4, 5]])
    refused = {cell: reason for cell, reason in refusals(extraction).items() if cell.endswith("1")}
    assert refused == dict.fromkeys(["C1", "D1", "E1", "F1"], "COLONNE_INCONNUE")
    assert len(observations(extraction, *SAID)) == 1


@pytest.mark.parametrize(
    ("form", "header", "start"),
    [
        ("{indicator} {period}", "Livraisons de logements 2023 (p)", date(2023, 1, 1)),
        ("{indicator} {period}", "Livraisons de logements\n1er trimestre 2023", date(2023, 1, 1)),
        ("{period:yyyymm}_{indicator}", "202303_LIVR", date(2023, 3, 1)),
        ("P{period:yy}{indicator}", "P21LIVR", date(2021, 1, 1)),
        ("{indicator}{period:yy}", "livr70", date(1970, 1, 1)),
        ("{indicator}{period:yy}", "livr69", date(2069, 1, 1)),
        ("{indicator}_{period:yyq}", "livr_213", date(2021, 7, 1)),
        ("Tab. * : {indicator}, {period}", "Tab. 3-b : LIVR,2021", date(2021, 1, 1)),
    ],
)
def test_forms_of_headers(form: str, header: str, start: date) -> None:
    known = '\nparts.indicator.choices = { deliveries = ["livr", "Livraisons de logements"] }\nrequired = true\n'
    declared = layout(f'{TERRITORY}\n[[tables.columns]]\nfield = "value"\nform = "{form}"{known}')
    extraction = apply(declared, [["Département", header], ["Ain", 1]])
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [("deliveries", "01", start, 1.0)]
    assert observations(extraction, "obs_status") == [("P" if "(p)" in header else "A",)]


def test_a_form_over_two_rows_of_headers_is_read_together_and_a_unit_behind_it_counts() -> None:
    column = '\n[[tables.columns]]\nfield = "value"\nform = "{indicator} {period}"\nrequired = true\n'
    rows: Rows = [["Département", "Montant des aides"], [None, "2023 (k€)"], ["Ain", 2]]
    choices = 'parts.indicator.choices = { aid_amount_eur = ["Montant des aides"] }\n'
    extraction = apply(layout(TERRITORY + column + choices), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [("aid_amount_eur", "01", date(2023, 1, 1), 2000.0)]


def test_two_ways_to_split_that_both_read_are_refused_with_both() -> None:
    column = '\n[[tables.columns]]\nfield = "value"\nform = "{breakdown} {period}"\nrequired = true\n'
    fixed = 'fixed = { indicator = "deliveries" }\n'
    extraction = apply(layout(TERRITORY + column + fixed), [["Département", "Loués en 2023"], ["Ain", 2]])
    [refused] = extraction.rejections
    assert (refused.reason, refused.cell) == ("FORME_AMBIGUE", "B1")
    assert "Loués | en 2023" in refused.message_fr
    assert "Loués en | 2023" in refused.message_fr
    told = layout(TERRITORY + column.replace("{period}", "en {period}") + fixed)
    assert refusals(apply(told, [["Département", "Loués en 2023"], ["Ain", 2]])) == {}


# -- labels and sections -------------------------------------------------------------------------------------------


def test_a_label_states_three_facts() -> None:
    rows: Rows = [["Série", "Valeur"], ["Livraisons 2023 – Bretagne", 4], ["Agréments 2022-Île-de-France", 5]]
    extraction = apply(layout(LABELS), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [
        ("deliveries", "53", date(2023, 1, 1), 4.0),
        ("approvals", "11", date(2022, 1, 1), 5.0),
    ]


def test_a_label_of_another_form_is_refused_with_the_form() -> None:
    rows: Rows = [["Série", "Valeur"], ["Livraisons 2023 – Bretagne", 4], ["Livraisons 2023, Bretagne", 5]]
    extraction = apply(layout(LABELS), rows)
    assert refusals(extraction)["A3"] == "FORME_INCONNUE"
    assert "{indicator} {period} – {territory}" in extraction.rejections[0].message_fr
    assert len(observations(extraction, *SAID)) == 1


def test_a_section_states_two_facts_and_nothing_contradicts_it() -> None:
    declared = layout(f"""
[[tables]]
name = "sections"

[[tables.sections]]
field = "indicator"
form = "{{indicator}} {{period}}"
{TERRITORY.split('"departments"')[1]}
[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
""")
    rows: Rows = [
        ["Département", "Valeur"],
        ["Livraisons 2022"],
        ["Ain", 1],
        ["Livraisons 2023"],
        ["Ain", 2],
    ]  # fmt: skip
    extraction = apply(declared, rows)
    assert refusals(extraction) == {}
    assert [row[2:] for row in observations(extraction, *SAID)] == [(date(2022, 1, 1), 1.0), (date(2023, 1, 1), 2.0)]


JOINED = """
fixed = { territory = "France", period = "2023" }

[[tables]]
name = "joined"

[[tables.sections]]
field = "indicator"
joined = true

[[tables.columns]]
field = "indicator"
headers = ["Poste"]
choices = { deliveries = ["Logements livrés"], approvals = ["Logements agréés", "Foyers agréés"] }
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
"""


def test_a_section_and_a_label_make_one_wording() -> None:
    rows: Rows = [["Poste", "Valeur"], ["Logements"], ["livrés", 1], ["agréés", 2], [], ["Foyers"], ["agréés", 3]]
    extraction = apply(layout(JOINED), rows)
    assert observations(extraction, "indicator", "value") == [
        ("deliveries", 1.0), ("approvals", 2.0), ("approvals", 3.0),
    ]  # fmt: skip
    assert refusals(extraction) == {}
    assert {roles(extraction)[cell] for cell in ("A2", "A3", "A6")} == {"key"}


def test_a_label_that_makes_no_known_wording_with_its_section_is_refused_with_the_wording() -> None:
    rows: Rows = [["Poste", "Valeur"], ["Foyers"], ["livrés", 1], ["Livraisons", 2]]
    extraction = apply(layout(JOINED), rows)
    refused = {rejection.cell: rejection for rejection in extraction.rejections}
    assert (refused["A3"].reason, refused["A3"].raw_text) == ("INDICATEUR_INCONNU", "Foyers livrés")
    assert refused["A4"].reason == "INDICATEUR_INCONNU"
    assert observations(extraction, "value") == []


def test_a_label_without_a_figure_begins_no_wording() -> None:
    rows: Rows = [["Poste", "Valeur"], ["Logements"], ["livrés"], ["agréés", 2]]
    assert observations(apply(layout(JOINED), rows), "indicator", "value") == [("approvals", 2.0)]


def test_the_parts_of_labels_are_facts_like_others() -> None:
    head = 'fixed = { territory = "France" }\n'
    twice = head + LABELS.replace(" – {territory}", "").replace('parts.territory.levels = ["region"]\n', "")
    twice += '\n[[tables.columns]]\nfield = "period"\nheaders = ["Année"]\n'
    extraction = apply(layout(twice), [["Série", "Année", "Valeur"], ["Livraisons 2021", 2020, 1]])
    assert refusals(extraction) == {"B1": "ENTETE_EN_DOUBLE"}
    stated = layout(LABELS + '\n[[contexts]]\nfield = "territory"\nlabels = ["Région"]\n')
    rows: Rows = [["Région", "Corse"], ["Série", "Valeur"], ["Livraisons 2023 – Bretagne", 4]]
    assert observations(apply(stated, rows), *SAID) == []
    assert refusals(apply(stated, rows))["A3"] == "CONTEXTE_CONTREDIT"


def test_a_breakdown_in_the_form_of_a_section_counts() -> None:
    sections = '[[tables.sections]]\nfield = "period"\nform = "{breakdown} - {period}"\n\n[[tables.columns]]'
    declared = 'fixed = { indicator = "deliveries" }\n' + TERRITORY.replace("[[tables.columns]]", sections, 1)
    value = '\n[[tables.columns]]\nfield = "value"\nheaders = ["Valeur"]\nrequired = true\n'
    rows: Rows = [["Département", "Valeur"], ["Collectif - 2020"], ["Ain", 1], ["Individuel - 2021"], ["Ain", 2]]
    assert observations(apply(layout(declared + value), rows), "breakdown", "period_start", "value") == [
        ("Collectif", date(2020, 1, 1), 1.0),
        ("Individuel", date(2021, 1, 1), 2.0),
    ]


# -- the language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("{indicator}{period}", "stand side by side"),
        ("{indicator} {indicator}", "twice"),
        ("{indicateur} {period}", "indicateur"),
        ("{period:jj}", "yy"),
        ("{indicator:yy}", "period"),
        ("livraisons", "no part"),
        ("{indicator", "bracket"),
        ("{value} {period}", "value"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(form: str, says: str) -> None:
    with pytest.raises(LayoutError, match=says):
        layout(CODED.replace("pp_{indicator}_{period:yy}", form))


def test_parts_are_those_of_the_form_and_choices_are_said_of_one() -> None:
    with pytest.raises(LayoutError, match="territory"):
        layout(CODED.replace("parts.indicator", "parts.territory"))
    with pytest.raises(LayoutError, match=r"parts\.<field>"):
        layout(CODED.replace("parts.indicator.choices", "choices"))


def test_a_hostile_header_costs_no_more_than_its_length() -> None:
    form = parse_form("{indicator} {breakdown} {territory} {period}")
    tried: list[str] = []

    def read(_: int, text: str) -> str | None:
        tried.append(text)
        return text if len(text) < 3 else None

    readings("a " * 60 + "b", form, read)
    few = len(tried)
    tried.clear()
    readings("a " * 16_000 + "b", form, read)
    assert few < 20_000
    assert len(tried) <= few
