"""What a release is held for: national figures that move far or vanish, and coverage that shrinks unexplained."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stage_tables import rows, rows_after

NATION = "file | cell | indicator | territory | period | value | known_on\n{} | B9 | {} | FR | 2021 | {} | {}\n"
TWO_REGIONS = """
    file | cell | indicator | territory | period | value
    a    | B1   | starts    | 32        | 2021   | 1
    b    | B2   | starts    | 11        | 2021   | 2
"""


def _held(now: dict[str, str], before: dict[str, str]) -> list[dict[str, Any]]:
    return rows_after("audit.held_movement", before, **now)


def _moved(indicator: str, old: str, new: str) -> list[dict[str, Any]]:
    before = NATION.format("a", indicator, old, "2022-01-01")
    now = before + f"b | C9 | {indicator} | FR | 2021 | {new} | 2022-06-01\n"
    return _held({"observation": now}, {"observation": before})


def test_a_first_release_is_held_for_nothing() -> None:
    assert rows("audit.held_movement", observation=NATION.format("a", "starts", "100", "2022-01-01")) == []


def test_the_same_inputs_move_nothing() -> None:
    same = {"observation": TWO_REGIONS + "n | B9 | starts | FR | 2021 | 48\n"}
    assert _held(same, same) == []


@pytest.mark.parametrize(
    ("indicator", "old", "new", "held"),
    [
        ("starts", "1000", "1100", False),
        ("starts", "1000", "1101", True),
        ("starts", "1100", "1000", False),
        ("starts", "1101", "1000", True),
        ("starts", "0", "1", True),
        # said of the indicator itself
        ("starts_growth", "2", "3.9", False),
        ("starts_growth", "2", "4.1", True),
    ],
)
def test_a_national_figure_that_moves_by_more_than_its_indicator_says_holds(
    indicator: str, old: str, new: str, held: bool
) -> None:
    found = [(row["kind"], row["old_value"], row["new_value"]) for row in _moved(indicator, old, new)]
    assert found == [("moved", float(old), float(new))] * held


def test_a_movement_is_told_in_a_sentence_with_both_cells() -> None:
    (row,) = _moved("starts", "1000", "1400")
    assert (row["indicator"], row["source"], row["territory_id"], row["period"]) == ("starts", None, "FR", "2021")
    assert (row["old_cells"], row["new_cells"]) == ("[a]S!B9", "[b]S!C9")
    assert (row["difference_percent"], row["largest_restatement"]) == (40, 0.1)
    assert row["message_fr"] == (
        "Mises en chantier, France 2021 : 1 000 deviendrait 1 400 (+40,0 %), soit plus que les 10 % qui se passent "
        "d'acceptation."
    )
    assert row["message_en"] == (
        "Housing starts, France 2021: 1,000 would become 1,400 (+40.0 %), more than the 10 % that need no acceptance."
    )


@pytest.mark.parametrize(("submission", "held"), [("", True), ("file | withdrawn_on\na | 2023-01-01\n", False)])
def test_a_national_figure_that_vanishes_holds_unless_what_stated_it_was_withdrawn(submission: str, held: bool) -> None:
    before = NATION.format("a", "starts", "100", "2022-01-01")
    other = NATION.format("b", "deliveries", "5", "2022-01-01")
    gone = {"observation": other} if held else {"observation": before, "submission": submission}
    found = _held(gone, {"observation": before})
    assert [(row["kind"], row["old_value"], row["new_value"], row["new_cells"]) for row in found] == [
        ("vanished", 100, None, None)
    ] * held


def test_a_region_that_no_longer_reports_holds_once() -> None:
    without = "\n".join(line for line in TWO_REGIONS.splitlines() if " b " not in line)
    refused = "file | sheet | cell | reason\nb | S | B2 | NOMBRE_ILLISIBLE\n"
    (row,) = _held({"observation": without, "rejection": refused}, {"observation": TWO_REGIONS})
    assert (row["kind"], row["source"], row["territory_id"], row["period"]) == (
        "no_longer_reported",
        "regional_return",
        "REG-11",
        "2021",
    )
    assert (row["old_value"], row["new_value"], row["old_cells"], row["new_cells"]) == (1, 0, "[b]", "[b]S!B2")
    assert row["message_fr"] == (
        "Île-de-France, regional_return 2021 : chiffres communiqués : 1, il n'en resterait aucun."
    )


def test_a_region_whose_file_was_withdrawn_holds_nothing() -> None:
    withdrawn = {"observation": TWO_REGIONS, "submission": "file | withdrawn_on\nb | 2023-01-01\n"}
    assert _held(withdrawn, {"observation": TWO_REGIONS}) == []


def test_a_sum_of_fewer_regions_holds_where_the_region_still_reports_something_else() -> None:
    before = TWO_REGIONS + "b | B3 | deliveries | 11 | 2021 | 7\n"
    now = before.replace("b    | B2   | starts    | 11        | 2021   | 2\n", "")
    (row,) = _held({"observation": now}, {"observation": before})
    assert (row["kind"], row["indicator"], row["old_value"], row["new_value"], row["unit"]) == (
        "fewer_regions",
        "starts",
        2,
        1,
        "regions",
    )
    assert (row["old_cells"], row["new_cells"]) == ("[b]S!B2", "[a]S!B1")


def test_a_withdrawal_explains_no_more_than_its_own_cells() -> None:
    before = TWO_REGIONS + "c | B2 | starts | 53 | 2021 | 3\n"
    now = {
        "observation": before.replace("c | B2 | starts | 53 | 2021 | 3\n", ""),
        "submission": "file | withdrawn_on\nb | 2023-01-01\n",
    }
    (row,) = _held(now, {"observation": before})
    assert (row["kind"], row["territory_id"]) == ("no_longer_reported", "REG-53")


def test_of_a_file_that_was_erased_no_value_is_told() -> None:
    before = NATION.format("a", "starts", "1000", "2022-01-01")
    now = {"observation": NATION.format("b", "starts", "1400", "2022-06-01"), "submission": "file | status\na | erased"}
    (row,) = _held(now, {"observation": before})
    assert (row["old_value"], row["new_value"]) == (None, 1400)
    assert "1 000" not in row["message_fr"]
    assert "1,000" not in row["message_en"]
