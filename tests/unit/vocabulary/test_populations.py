"""Populations: which words name one, and what a figure of one is a figure of."""

from __future__ import annotations

import pytest

from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.populations import (
    UNKNOWN,
    figure_of,
    nearest_populations,
    own_population,
    population_in,
    populations,
    resolve_population,
    without_population,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tous les bailleurs sociaux", "all_landlords"),
        ("périmètre : tous les bailleurs sociaux, dont les filiales", "all_landlords"),
        ("concerne l'ensemble des bailleurs", "all_landlords"),
        ("aides hors Mobili-Jeune", "without_mobili_jeune"),
        ("dont tous bailleurs : 12", ""),
        ("hors tous les bailleurs sociaux", ""),
        ("source : tous les bailleurs", ""),
        ("chiffre arrondi", ""),
        ("bailleurs", ""),
        ("tous bailleurs, hors Mobili-Jeune", UNKNOWN),
    ],
)
def test_a_text_names_a_population_or_only_mentions_it(text: str, code: str) -> None:
    assert population_in(text) == code


@pytest.mark.parametrize(
    ("label", "split"),
    [
        ("Agréments (tous bailleurs)", ("agrements", "all_landlords")),
        ("Mises en chantier de tous les bailleurs sociaux", ("mises en chantier", "all_landlords")),
        ("Agréments", ("", "")),
        ("tous bailleurs", ("", "")),
    ],
)
def test_a_label_ends_with_a_population_or_names_none(label: str, split: tuple[str, str]) -> None:
    assert without_population(label) == split


def test_the_population_of_the_definition_is_none_of_its_own() -> None:
    assert own_population("approvals") == "action_logement"
    assert figure_of("approvals", "action_logement") == ("approvals", "")
    assert figure_of("mobility_aids", "action_logement") == ("mobility_aids", "")
    assert figure_of("approvals", "all_landlords")[0] != "approvals" or figure_of("approvals", "all_landlords")[1]


def test_where_another_indicator_has_the_population_the_figure_goes_there() -> None:
    assert figure_of("mobility_aids", "with_mobili_jeune") == ("mobility_aids_all", "")
    assert figure_of("mobility_aids_all", "without_mobili_jeune") == ("mobility_aids", "")
    assert figure_of("mobility_aids", "without_mobili_jeune") == ("mobility_aids", "")
    assert figure_of("mobility_aids", UNKNOWN) == ("mobility_aids", UNKNOWN)


def test_what_is_declared_of_populations_holds_together() -> None:
    for indicator in indicators().values():
        assert indicator.population in {"", *populations()}
        other = indicators().get(indicator.same_as)
        assert (other is not None) == bool(indicator.same_as)
        if other is not None:
            assert (indicator.unit, indicator.measure) == (other.unit, other.measure)
            assert own_population(indicator.code) != own_population(other.code)


def test_an_unknown_wording_has_near_ones() -> None:
    assert resolve_population("bailleurs partenaires") is None
    assert "tous les bailleurs sociaux" in nearest_populations("tout les bailleur sociaux")
