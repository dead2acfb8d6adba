"""What a dot means in a file is what its own figures prove; what stays open is refused with both readings."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract, load_layouts
from tests.support.sheets import Rows, observations_of, sheet

RETURN = load_layouts()["regional_return"]


def read(*amounts: object) -> Extraction:
    rows: Rows = [["Région :", "Corse"], [], ["Indicateur", "Année", "Valeur"]]
    rows += [["Montant des aides", 2010 + at, amount] for at, amount in enumerate(amounts)]
    return extract(Workbook("xlsx", [sheet("Activité", rows)]), RETURN)


def values(found: Extraction) -> list[float]:
    return [row["value"] for row in observations_of(found)]


@pytest.mark.parametrize("proof", ["1.234.567", "12.345,50", "1.234.567 €"])
def test_a_dot_that_groups_elsewhere_in_the_file_groups_here(proof: str) -> None:
    assert values(read("1.234", proof))[0] == 1234


@pytest.mark.parametrize("proof", ["104.5", "104.50 €", "0.125", "12 345.5"])
def test_a_dot_that_is_decimal_elsewhere_in_the_file_is_refused_where_it_may_group(proof: str) -> None:
    found = read("1.234", proof)
    assert 1234 not in values(found)


@pytest.mark.parametrize("amounts", [["1.234"], ["1.234", "1.234.567", "104.5"], [1.234], ["1.234 €"]])
def test_without_a_proof_or_with_two_both_readings_are_given(amounts: list[object]) -> None:
    found = read(*amounts)
    refused = next(item for item in found.rejections if item.cell == "C4")
    assert refused.reason == "NOMBRE_AMBIGU"
    assert "1 234" in refused.message_fr
    assert "1,234" in refused.message_fr


def test_what_has_one_reading_needs_no_proof() -> None:
    rows: Rows = [["Région :", "Corse"], [], ["Indicateur", "Année", "Valeur"], ["Agréments", 2021, "6.921"]]
    found = extract(Workbook("xlsx", [sheet("Activité", rows)]), RETURN)
    assert values(found) == [6921]
    assert values(read("1.234.567", 12.5)) == [1_234_567, 12.5]
