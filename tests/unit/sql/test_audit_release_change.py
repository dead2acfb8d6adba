"""What a release changes against the one before."""

from __future__ import annotations

from typing import Any

from tests.support.stage_tables import rows, rows_after

OBSERVATION = """
    file | indicator         | territory | period | value | raw_text | known_on   | cell
    hdf  | households_housed | 32        | 2021   | 8 311 | 8 311    | 2022-01-15 | B2
    hdf  | starts            | 32        | 2021   | 2 904 | 2 904    | 2022-01-15 | B3
    bre  | starts            | 53        | 2021   | 731   | 731      | 2022-01-15 | B2
    nat  | approvals         | FR        | 2021   | 48 538 | 48 538  | 2022-01-15 | B9
"""
REJECTION = """
    file | sheet | cell | reason            | message_fr
    hdf  | S     | B7   | NOMBRE_ILLISIBLE  | « x » n'est pas un nombre.
"""


def _changes(now: dict[str, str], before: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_after("audit.release_change", before, **now):
        found.setdefault(row["change"], []).append(row)
    return found


def test_without_a_release_before_nothing_is_a_change() -> None:
    assert rows("audit.release_change", observation=OBSERVATION) == []


def test_the_same_inputs_change_nothing() -> None:
    same = {"observation": OBSERVATION, "rejection": REJECTION}
    assert _changes(same, same) == {}


def test_a_restated_figure_shows_both_values_and_both_cells() -> None:
    now = OBSERVATION.replace("2 904 | 2 904    | 2022-01-15 | B3", "3 051 | 3 051    | 2022-01-15 | C3")
    (row,) = _changes({"observation": now}, {"observation": OBSERVATION})["restated"]
    assert (row["indicator"], row["territory_id"], row["period"]) == ("starts", "REG-32", "2021")
    assert (row["old_value"], row["new_value"], row["difference"]) == (2904, 3051, 147)
    assert round(row["difference_percent"], 3) == 5.062
    assert (row["old_cell"], row["new_cell"], row["old_raw_text"]) == ("[hdf]S!B3", "[hdf]S!C3", "2 904")
    assert (row["old_cell_ids"], row["new_cell_ids"]) == (["hdf/S/B3"], ["hdf/S/C3"])


def test_a_national_figure_that_moves_is_told_apart() -> None:
    now = OBSERVATION.replace("48 538 | 48 538 ", "48 575 | 48 575 ")
    found = _changes({"observation": now}, {"observation": OBSERVATION})
    (national,) = found["national"]
    assert (national["indicator"], national["period"], national["old_value"], national["new_value"]) == (
        "approvals",
        "2021",
        48_538,
        48_575,
    )
    assert (national["territory_id"], national["relation_name"]) == ("FR", "kpi.national")
    assert national["old_cell_ids"] == national["new_cell_ids"] == ["nat/S/B9"]
    assert len(found["restated"]) == 1


def test_figures_and_reports_that_come_and_go_are_told() -> None:
    without = "\n".join(line for line in OBSERVATION.splitlines() if "bre" not in line)
    found = _changes({"observation": OBSERVATION}, {"observation": without})
    assert {kind: len(rows) for kind, rows in found.items()} == {"added": 1, "reported": 1}
    (row,) = found["reported"]
    assert (row["territory"], row["source"], row["period"]) == ("Bretagne", "regional_return", "2021")
    gone = _changes({"observation": without}, {"observation": OBSERVATION})
    assert {kind: len(rows) for kind, rows in gone.items()} == {"withdrawn": 1, "no_longer_reported": 1}
    assert (gone["withdrawn"][0]["old_value"], gone["withdrawn"][0]["new_value"]) == (731, None)


def test_a_figure_that_becomes_final_is_restated_though_its_value_stays() -> None:
    status = "file | indicator | territory | period | value | obs_status\n hdf | starts | 32 | 2021 | 2904 | {}"
    (row,) = _changes({"observation": status.format("A")}, {"observation": status.format("P")})["restated"]
    assert (row["old_value"], row["new_value"], row["difference"]) == (2904, 2904, 0)


def test_refusals_are_told_with_their_cell_and_their_sentence() -> None:
    with_it, without = {"observation": OBSERVATION, "rejection": REJECTION}, {"observation": OBSERVATION}
    (row,) = _changes(with_it, without)["refused"]
    assert (row["new_cell"], row["reason"], row["message_fr"]) == (
        "[hdf]S!B7",
        "NOMBRE_ILLISIBLE",
        "« x » n'est pas un nombre.",
    )
    assert row["new_cell_ids"] == ["hdf/S/B7"]
    (row,) = _changes(without, with_it)["no_longer_refused"]
    assert (row["old_cell"], row["new_cell"], row["reason"]) == ("[hdf]S!B7", None, "NOMBRE_ILLISIBLE")


def test_of_a_file_that_was_erased_no_value_and_no_text_is_told() -> None:
    now = "\n".join(line for line in OBSERVATION.splitlines() if "bre" not in line)
    erased = "file | status\n bre | erased"
    (row,) = _changes({"observation": now, "submission": erased}, {"observation": OBSERVATION})["withdrawn"]
    assert (row["old_cell"], row["old_value"], row["old_raw_text"]) == ("[bre]S!B2", None, None)
    assert row["old_cell_ids"] is None
