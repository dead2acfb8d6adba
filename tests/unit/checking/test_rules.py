"""The rules that refuse a row, and totals compared with their parts within what their writing allows."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking.rules import judge_rows
from pipeline.checking.totals import judge_totals
from pipeline.contracts import stage_contracts

DEFAULTS: dict[str, Any] = {
    "submission_id": "s1",
    "sheet": "Activité",
    "indicator": "deliveries",
    "population": "",
    "breakdown": "",
    "territory_level": "region",
    "territory_code": "53",
    "period_start": date(2021, 1, 1),
    "period_end": date(2021, 12, 31),
    "frequency": "A",
    "unit": "dwellings",
    "precision": 0.0,
    "qualifier": "=",
    "obs_status": "A",
    "known_on": date(2022, 3, 1),
    "is_total": False,
    "raw_text": "?",
    "label": "Livraisons",
}


def observations(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return made-up observations; each cell is A1, A2 … unless told otherwise."""
    numbered = [{**DEFAULTS, "cell": f"A{position}", **row} for position, row in enumerate(rows, start=1)]
    return stage_contracts()["observation"].frame(numbered)


def judged(*rows: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Return the addresses accepted and the reason of each refusal."""
    kept, refused = judge_rows("observation", observations(*rows))
    return kept["cell"].to_list(), {item.rejection.cell: item.rejection.reason for item in refused}


def test_good_rows_are_all_accepted_in_their_order() -> None:
    rows = [{"value": 3.0, "territory_code": code} for code in ("53", "44", "11")]
    assert judged(*rows) == (["A1", "A2", "A3"], {})


def test_a_negative_count_is_refused_and_its_neighbour_is_not() -> None:
    accepted, refused = judged({"value": -3.0}, {"value": 3.0, "territory_code": "44"})
    assert (accepted, refused) == (["A2"], {"A1": "VALEUR_NEGATIVE"})


def test_a_year_in_the_future_of_the_document_is_refused_and_the_running_year_is_not() -> None:
    future = {"period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31), "value": 1.0}
    running = {"period_start": date(2022, 1, 1), "period_end": date(2022, 12, 31), "value": 1.0}
    assert judged(future, running) == (["A2"], {"A1": "ANNEE_FUTURE"})


def test_a_line_repeated_with_the_same_value_is_kept_once() -> None:
    assert judged({"value": 3.0}, {"value": 3.0}) == (["A1"], {"A2": "LIGNE_EN_DOUBLE"})


def test_lines_that_disagree_refuse_each_other_and_name_each_other() -> None:
    kept, refused = judge_rows("observation", observations({"value": 3.0}, {"value": 4.0}))
    assert kept.is_empty()
    messages = {item.rejection.cell: item.rejection.message_fr for item in refused}
    assert "Activité!A2" in messages["A1"]
    assert "Activité!A1" in messages["A2"]


def test_the_same_line_in_two_submissions_is_two_vintages_and_no_duplicate() -> None:
    accepted, refused = judged({"value": 3.0}, {"value": 4.0, "submission_id": "s2"})
    assert (accepted, refused) == (["A1", "A2"], {})


def test_a_missing_figure_breaks_no_rule() -> None:
    accepted, refused = judged({"value": None, "precision": None, "obs_status": "O", "missing_reason": "not_available"})
    assert (accepted, refused) == (["A1"], {})


def test_what_a_contract_does_not_allow_is_a_rejection_and_never_a_crash() -> None:
    assert judged({"value": 1.0, "qualifier": "≈"}) == ([], {"A1": "REGLE_NON_RESPECTEE"})


def totals(total: dict[str, Any], *parts: dict[str, Any]) -> tuple[str | None, list[str], int]:
    """Return the verdict on a total at T1 with parts A1 …, the reasons of rejections, and the rows kept."""
    rows = [{"territory_level": "department", "territory_code": f"0{n}", **part} for n, part in enumerate(parts, 1)]
    frame = observations(*rows, {"cell": "T1", "is_total": True, **total})
    links = [("s1", "Activité", "T1", f"A{n}") for n in range(1, len(parts) + 1)]
    schema = ["submission_id", "sheet", "cell", "part"]
    kept, compared, refused = judge_totals(frame, pl.DataFrame(links, schema=schema, orient="row"))
    verdict = compared["verdict"].first()
    assert verdict is None or isinstance(verdict, str)
    return verdict, [item.rejection.reason for item in refused], kept.height


def test_an_exact_total_is_consistent() -> None:
    assert totals({"value": 5.0}, {"value": 2.0}, {"value": 3.0}) == ("consistent", [], 3)


def test_a_total_off_by_one_is_refused_and_its_parts_stay() -> None:
    assert totals({"value": 6.0}, {"value": 2.0}, {"value": 3.0}) == ("inconsistent", ["TOTAL_INCOHERENT"], 2)


def test_a_total_within_the_precision_of_its_writing_is_consistent() -> None:
    parts = [{"value": value, "precision": 0.05} for value in (5.5, 3.7)] + [{"value": 5.25, "precision": 0.005}]
    assert totals({"value": 14.4, "precision": 0.05}, *parts) == ("consistent", [], 4)
    assert totals({"value": 14.2, "precision": 0.05}, *parts)[0] == "inconsistent"


def test_a_total_with_a_missing_or_hedged_part_cannot_be_judged() -> None:
    assert totals({"value": 9.0}, {"value": 2.0}, {"value": None, "precision": None}) == ("cannot_tell", [], 3)
    assert totals({"value": 9.0}, {"value": 2.0}, {"value": 3.0, "qualifier": ">"}) == ("cannot_tell", [], 3)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8), st.integers(-3, 3))
def test_a_total_of_whole_numbers_is_consistent_exactly_when_it_is_the_sum(values: list[int], error: int) -> None:
    stated = sum(values) + error
    verdict, _, _ = totals({"value": float(stated)}, *({"value": float(value)} for value in values))
    assert verdict == ("consistent" if error == 0 else "inconsistent")


def test_targets_are_unique_in_their_plan() -> None:
    row = {
        "submission_id": "s1", "sheet": "E", "plan": "P", "line_id": "A", "label": "x", "indicator": "deliveries",
        "period_start": date(2023, 1, 1), "value": 1.0, "unit": "dwellings", "precision": 0.0, "qualifier": "=",
        "obs_status": "A", "known_on": date(2023, 6, 1), "raw_text": "1",
    }  # fmt: skip
    rows = stage_contracts()["target"].frame([{**row, "cell": "A1"}, {**row, "cell": "A2"}])
    kept, refused = judge_rows("target", rows)
    assert kept["cell"].to_list() == ["A1"]
    assert [item.rejection.reason for item in refused] == ["LIGNE_EN_DOUBLE"]
