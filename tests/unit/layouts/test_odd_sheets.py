"""Sheets and layouts that are odd: each cell has its end, and what could not be loaded cannot be declared."""

from __future__ import annotations

import pytest

from pipeline.layouts import LayoutError
from tests.support.sheets import RETURN, apply, figures, layout, refusals, roles

BY_REGION = """
fixed = { period = "2021", indicator = "deliveries" }

[[tables]]
name = "regions"
sections = [{ field = "territory" }]

[[tables.columns]]
field = "remark"
headers = ["Libellé"]
required = true

[[tables.columns]]
field = "value"
headers = ["Nombre"]
required = true
"""


@pytest.mark.parametrize("space", [" ", "\u00a0", "\n"])
def test_a_space_beside_a_section_is_no_value(space: str) -> None:
    extraction = apply([["Libellé", "Nombre"], ["Bretagne", space], ["logements", 12]], layout(BY_REGION))
    assert roles(extraction)["B2"] == "ignored"
    assert [(figure[1], figure[3]) for figure in figures(extraction)] == [("53", 12)]


def test_a_space_beside_a_label_that_nobody_knows_is_no_value() -> None:
    extraction = apply([["Libellé", "Nombre"], ["Bretagne", 1], [None, " ", "?"]], layout(BY_REGION))
    assert roles(extraction)["B3"] == "ignored"


@pytest.mark.parametrize(
    ("field", "parse"),
    [
        *(("period_start", "text"), ("period_start", "date"), ("is_total", "text"), ("value", "text")),
        *(("remark", "date"), ("indicator", "text"), ("territory_code", "text"), ("breakdown", "date")),
        ("missing_reason", "text"),
    ],
)
def test_a_field_is_read_as_what_it_holds(field: str, parse: str) -> None:
    column = f'\n[[tables.columns]]\nfield = "{field}"\nheaders = ["Autre"]\nparse = "{parse}"\n'
    with pytest.raises(LayoutError, match=field):
        layout(BY_REGION + column)


def test_of_many_unknown_headers_the_first_alone_are_explained() -> None:
    many = [f"Rubrique {number}" for number in range(200)]
    extraction = apply([["Indicateur", "Année", "Valeur", *many], ["Livraisons", 2021, 12]], RETURN)
    messages = [r.message().message_fr for r in extraction.rejections if r.reason == "COLONNE_INCONNUE"]
    assert len(messages) == len(many)
    assert sum("l'un des intitulés connus (« " in message for message in messages) == 12
    assert "COLONNE_INCONNUE" in refusals(extraction).values()


def test_of_a_workbook_of_another_source_each_sentence_is_short_enough_for_a_comment() -> None:
    unknown = [f"Rubrique numéro {number} du tableau de bord de l'exercice clos et arrêté" for number in range(40)]
    foreign = apply([unknown, [*range(40)]], RETURN)
    beside = apply([["Indicateur", "Année", "Valeur", *unknown], ["Livraisons", 2021, 12]], RETURN)
    told = [*foreign.rejections, *beside.rejections]
    assert {"TABLEAU_ABSENT", "COLONNE_INCONNUE"} <= {each.reason for each in told}
    assert [each.message() for each in told if max(len(each.message_fr), len(each.message_en)) > 400] == []
