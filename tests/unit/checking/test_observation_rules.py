"""What a row of figures must be to stand: shares, spans, amounts beside each other. Every figure is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.checking.test_rules import judged

SHARE = {"indicator": "young_beneficiaries_share", "unit": "percent"}
AMOUNT = {"indicator": "aid_amount_eur", "unit": "EUR"}


def period(first: int, last: int) -> dict[str, Any]:
    frequency = "A" if first == last else "_O"
    return {"period_start": date(first, 1, 1), "period_end": date(last, 12, 31), "frequency": frequency}


@pytest.mark.parametrize("value", [130.0, 1250.0, 12_345.0])
def test_a_part_of_a_whole_is_no_more_than_all_of_it(value: float) -> None:
    assert judged({**SHARE, "value": value}) == ([], {"A1": "VALEUR_HORS_BORNES"})


def test_a_whole_and_a_growth_above_it_stand() -> None:
    growth = {"indicator": "approvals_growth", "unit": "percent", "value": 130.0}
    assert judged({**SHARE, "value": 100.0}, growth) == (["A1", "A2"], {})


def test_a_share_below_one_has_two_readings_unless_the_cell_or_its_neighbours_say_per_cent() -> None:
    bare = {**SHARE, "value": 0.45, "raw_text": "0,45"}
    assert judged(bare) == ([], {"A1": "POURCENTAGE_AMBIGU"})
    assert judged({**bare, "raw_text": "0,45 %"}) == (["A1"], {})
    assert judged({**bare, "raw_text": "0.0045"}) == (["A1"], {}), "shown in the format of a percentage"
    assert judged(bare, {**SHARE, "value": 12.0, "territory_code": "44"})[1] == {}
    assert judged({**bare, "indicator": "approvals_growth"}) == (["A1"], {})


def test_a_flow_has_no_day_and_a_stock_has() -> None:
    day = {"period_start": date(2021, 12, 31), "period_end": date(2021, 12, 31), "frequency": "_O", "value": 3.0}
    assert judged(day) == ([], {"A1": "FLUX_A_UNE_DATE"})
    assert judged({**day, "indicator": "stock_dwellings"}) == (["A1"], {})


def test_two_years_are_remarked_and_no_less_than_one_of_them() -> None:
    parts = [{**period(2020, 2020), "value": 100.0}, {**period(2021, 2021), "value": 120.0}]
    assert judged({**period(2020, 2021), "value": 220.0}, *parts) == (["A1", "A2", "A3"], {"A1": "DEUX_ANNEES"})
    assert judged({**period(2020, 2021), "value": 110.0}, *parts) == (["A2", "A3"], {"A1": "PARTIE_SUPERIEURE"})
    assert judged({**period(2019, 2022), "value": 110.0}, *parts)[1] == {"A1": "PARTIE_SUPERIEURE"}
    elsewhere = {**period(2021, 2021), "value": 120.0, "territory_code": "44"}
    assert judged({**period(2018, 2021), "value": 110.0}, elsewhere) == (["A1", "A2"], {})


def test_an_amount_of_a_few_euros_beside_millions_is_remarked() -> None:
    millions = {**AMOUNT, "value": 104_400_000.0, "territory_code": "44"}
    assert judged({**AMOUNT, "value": 104.4}, millions) == (["A1", "A2"], {"A1": "MONTANT_ISOLE"})
    assert judged({**AMOUNT, "value": 104.4}) == (["A1"], {})
    assert judged({**AMOUNT, "value": 0.0}, millions) == (["A1", "A2"], {})
