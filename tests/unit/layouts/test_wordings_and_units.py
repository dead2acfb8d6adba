"""Wordings that are the same however they are spaced, wordings with a ``*`` among choices, units in labels of rows.

Every figure here is invented.
"""

from __future__ import annotations

import pytest

from pipeline.layouts import LayoutError
from pipeline.vocabulary.words import fold
from tests.support.shapes import apply, observations
from tests.support.sheets import Rows, layout, refusals

KINDS = """
fixed = {{ territory = "France", indicator = "{indicator}" }}

[[tables]]
name = "kinds"

[[tables.columns]]
field = "breakdown"
headers = ["Type (en %)"]
{choices}
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""


def read(label: str, choices: str, value: object = 5, indicator: str = "deliveries", year: object = 2021) -> object:
    text = KINDS.format(indicator=indicator, choices=choices)
    extraction = apply(layout(text), [["Type (en%)", year], [label, value]])
    return observations(extraction, "breakdown", "value") or refusals(extraction)


@pytest.mark.parametrize(
    "spaced", ["Taux (en %)", "Taux (en%)", "Taux ( en % )", "taux (en  %)", "Taux (en\u00a0%)", "Taux  (en\n%)"]
)
def test_spaces_around_signs_do_not_tell_wordings_apart(spaced: str) -> None:
    assert fold(spaced) == fold("Taux (en %)") == "taux en%"
    assert read(spaced, 'choices = { rate = ["Taux (en%)"] }', indicator="young_beneficiaries_share") == [("rate", 5.0)]
    assert read(spaced, 'choices = { rate = ["Taux * %)"] }', indicator="young_beneficiaries_share") == [("rate", 5.0)]


CHOICES = """choices = { house = ["Maison*", "Pavillons"], flat = ["*appartements", "Maisons de ville"] }
whole = ["Ensemble*"]
"""


@pytest.mark.parametrize(
    ("label", "breakdown"),
    [("Maison", "house"), ("Maisons neuves", "house"), ("Grands appartements", "flat"), ("Maisons de ville", "flat"),
     ("Ensemble (2021)", "")],
)  # fmt: skip
@pytest.mark.parametrize("parse", ["", 'parse = "choice"\n'])
def test_a_star_in_choices_stands_for_anything_and_an_exact_wording_wins(
    label: str, breakdown: str, parse: str
) -> None:
    assert read(label, parse + CHOICES) == [(breakdown, 5.0)]


def test_a_label_that_two_wordings_with_a_star_fit_is_refused_with_both() -> None:
    text = KINDS.format(indicator="deliveries", choices=CHOICES)
    extraction = apply(layout(text), [["Type (en%)", 2021], ["Maisons et appartements", 5]])
    assert refusals(extraction) == {"A2": "CHOIX_AMBIGU", "B2": "CLE_ABSENTE"}
    assert "« Maison* » et « *appartements »" in extraction.rejections[0].message_fr


def test_a_star_is_honoured_where_choices_are_headers_and_where_they_name_a_territory() -> None:
    across = (
        KINDS.replace('named_by = ["period"]', 'named_by = ["breakdown"]\n{choices}')
        .replace(
            'field = "breakdown"\nheaders = ["Type (en %)"]\n{choices}',
            'field = "territory"\nheaders = ["Lieu"]\n{places}',
        )
        .replace('territory = "France"', 'period = "2021"')
    )
    places = 'choices = {{ France = ["France*outre-mer"] }}'.replace("{{", "{").replace("}}", "}")
    text = across.format(indicator="deliveries", choices=CHOICES, places=places)
    rows: Rows = [["Lieu", "Maison individuelle", "Pavillons appartements"], ["France avec outre-mer", 1, 2]]
    assert observations(apply(layout(text), rows), "territory_code", "breakdown") == [("FR", "house"), ("FR", "flat")]


@pytest.mark.parametrize(
    "choices",
    [
        'choices = { a = ["Appart*"], b = ["Appartement*"] }',
        'choices = { a = ["Maison"], b = ["maisón"] }',
        'choices = { a = ["Ensemble"] }\nwhole = ["ensemble"]',
        'choices = { a = ["* ans"], b = ["* ans*"] }',
    ],
)
def test_wordings_of_two_codes_that_always_fit_together_are_refused_with_the_layout(choices: str) -> None:
    with pytest.raises(LayoutError, match="fit the same wordings"):
        layout(KINDS.format(indicator="deliveries", choices=choices))
    layout(KINDS.format(indicator="deliveries", choices='choices = { a = ["Appart*"], b = ["Appartement"] }'))


AMOUNTS = 'choices = { amount = ["Montant"], other = ["Autres"] }'


@pytest.mark.parametrize(
    ("label", "choices", "part"),
    [
        ("Montant (k€)", AMOUNTS, "amount"),
        ("Montant (en k€)", AMOUNTS, "amount"),
        ("Montant en milliers d'euros", AMOUNTS, "amount"),
        ("Montant (k€)", "", "Montant (k€)"),
    ],
)
def test_a_unit_in_the_label_of_a_row_is_that_of_its_figures(label: str, choices: str, part: str) -> None:
    assert read(label, choices, 5, "aid_amount_eur") == [(part, 5000.0)]
    assert read(label, choices, "5 M€", "aid_amount_eur") == {"B2": "UNITES_CONTRADICTOIRES"}


def test_a_unit_in_a_label_that_its_figures_cannot_have_refuses_them() -> None:
    assert read("Taux de vacance (en %)", "") == {"B2": "UNITE_INATTENDUE"}
    share = "young_beneficiaries_share"
    assert read("Taux (en %)", 'choices = { rate = ["Taux"] }', 12.5, share) == [("rate", 12.5)]
    assert read("18 à 24 (ans)", "", 5) == [("18 à 24 (ans)", 5.0)]
