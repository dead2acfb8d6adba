"""Units that a source declares in its own file. Every figure and every unit here is invented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.figures.stated_units import statement_in
from pipeline.figures.suffixes import declared_wordings
from pipeline.layouts import load_layouts
from pipeline.reading.key import _declared_sha256
from pipeline.vocabulary.declarations import DeclarationError
from pipeline.vocabulary.territories import territories
from pipeline.vocabulary.units import declared_units, unit
from tests.support.declarations import declaring
from tests.support.gardens import SOURCE
from tests.support.shapes import apply, observations
from tests.support.sheets import Rows, layout, refusals

UNITS = """
[units.kF]
label_fr = "milliers de francs"
label_en = "thousand francs"
wordings = ["kF", "milliers de francs"]
of = "EUR"
factor = 150

[units.lots]
label_fr = "lots de dix logements"
label_en = "lots of ten dwellings"
wordings = ["lots", "lot"]
of = "dwellings"
factor = 10

[units.kWh]
label_fr = "kilowattheures"
label_en = "kilowatt-hours"
wordings = ["kWh"]
"""
TABLE = """
fixed = { territory = "France", period = "2021" }

[[tables]]
name = "sums"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true

[[tables.columns]]
field = "unit"
headers = ["Unité"]
"""


@pytest.fixture
def _declared() -> Iterator[None]:
    with declaring(sources={"gardens": SOURCE + UNITS}):
        yield


def read(rows: Rows) -> tuple[list[object], dict[str, str]]:
    extraction = apply(layout(TABLE), rows)
    return [value for (value,) in observations(extraction, "value")], refusals(extraction)


@pytest.mark.usefixtures("_declared")
@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([["Indicateur", "Valeur (kF)"], ["Montant des aides", 2]], 300.0),
        ([["Indicateur", "Valeur", "Unité"], ["Montant des aides", 2, "milliers de francs"]], 300.0),
        ([["En kF"], ["Indicateur", "Valeur"], ["Montant des aides", 2]], 300.0),
        ([["Indicateur", "Valeur"], ["Montant des aides", "2 kF"]], 300.0),
        ([["Indicateur", "Valeur"], ["Livraisons", "3 lots"]], 30.0),
        ([["Indicateur", "Valeur (lots)"], ["Livraisons", 3]], 30.0),
    ],
)
def test_a_declared_unit_converts_wherever_it_is_stated(rows: Rows, value: float) -> None:
    assert read(rows) == ([value], {})


@pytest.mark.usefixtures("_declared")
def test_a_declared_unit_of_another_family_is_refused_and_one_without_a_base_converts_into_nothing() -> None:
    assert read([["Indicateur", "Valeur (kF)"], ["Livraisons", 2]])[1] == {"B2": "UNITE_INATTENDUE"}
    assert (unit("kWh").family, unit("kWh").label_fr) == ("kWh", "kilowattheures")
    assert read([["Indicateur", "Valeur"], ["Montant des aides", "2 kWh"]])[1] == {"B2": "UNITE_INATTENDUE"}


def test_without_the_declaration_the_wording_says_nothing() -> None:
    assert declared_units() == {}
    assert statement_in("En kF") is None


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("[units.kF]", "[units.m2]", "the unit 'm2' is declared in .*units.py and in .*gardens.toml"),
        ("[units.kF]", "[units.dwellings]", "the unit 'dwellings' is declared in"),
        ('of = "EUR"', 'of = "EURO"', "of = 'EURO' is no unit"),
        ("factor = 150", "factor = 0", "factor"),
        ("factor = 150", 'factor = "un"', "kF"),
        ('label_fr = "milliers de francs"\n', "", "label_fr"),
        ("factor = 150", "facteur = 150", "facteur"),
        ('["kF", "milliers de francs"]', '["k€"]', "« k€ ».*is read by"),
        ('["kF", "milliers de francs"]', '["ha"]', "« ha ».*gardens.toml, is read by .*suffixes.py"),
        ('["kF", "milliers de francs"]', '["Lots"]', "« lots ».*for kF, .*gardens.toml"),
    ],
)
def test_a_unit_that_is_declared_wrongly_or_twice_is_refused_with_its_file(before: str, after: str, says: str) -> None:
    wrong = UNITS.replace(before, after, 1)
    with declaring(sources={"gardens": SOURCE + wrong}), pytest.raises(DeclarationError, match=says):
        declared_wordings()


def test_two_sources_with_one_unit_are_refused_with_both_files() -> None:
    other = SOURCE.replace('"gardens"', '"parks"').split("[indicators")[0] + SOURCE[SOURCE.index("[[contexts]]") :]
    with (
        declaring(sources={"gardens": SOURCE + UNITS, "parks": other + UNITS}),
        pytest.raises(DeclarationError, match=r"unit 'kF' is declared in .*gardens.toml and in .*parks.toml"),
    ):
        declared_units()


def test_a_change_of_a_unit_rereads_and_layouts_may_bring_units() -> None:
    with declaring(sources={"gardens": SOURCE}):
        without = _declared_sha256()
    with declaring(sources={"gardens": SOURCE + UNITS}):
        assert load_layouts()["gardens"].units["kF"]["factor"] == 150
        declared = _declared_sha256()
    with declaring(sources={"gardens": SOURCE + UNITS.replace("150", "151")}):
        assert len({without, declared, _declared_sha256()}) == 3


def test_a_territory_whose_name_another_file_has_is_refused_with_both_files() -> None:
    with (
        declaring(sources={"gardens": SOURCE.replace('"Bord de mer"', '"France métropolitaine"')}),
        pytest.raises(DeclarationError, match=r"France métropolitaine.*territories.csv.*gardens.toml"),
    ):
        territories()
