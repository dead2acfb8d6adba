"""Every check of ``sql/checks`` passes on sound rows and fails on spoiled ones; one that cannot fail checks nothing."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from pipeline.warehouse.audit import outcomes_frame, run_check
from tests.support.stage_tables import built, checks, failing

SOUND = """
    file | cell | indicator         | territory | period | value | known_on
    hdf  | B1   | starts            | 32        | 2020   | 101   | 2021-12-03
    hdf  | B2   | starts            | 32        | 2021   | 110   | 2021-12-03
    two  | B2   | starts            | 32        | 2021   | 112   | 2022-12-03
"""
CELLS = """
    file | cell | role
    hdf  | B1   | value
    hdf  | A1   | header
"""


def test_a_value_cell_that_went_nowhere_is_found() -> None:
    assert failing("every_value_cell_has_an_end", observation=SOUND, cell=CELLS) == []
    (row,) = failing("every_value_cell_has_an_end", observation=SOUND, cell=CELLS + "hdf | B7 | total\n")
    assert (row["file"], row["cell"]) == ("hdf", "B7")


def test_an_unclaimed_cell_that_was_not_refused_is_found() -> None:
    cells = CELLS + "hdf | B7 | unclaimed\n"
    assert [row["cell"] for row in failing("unclaimed_cells_are_rejected", cell=cells)] == ["B7"]
    assert failing("unclaimed_cells_are_rejected", cell=cells, rejection="file | cell\nhdf | B7") == []


def test_a_figure_lost_on_the_way_is_found() -> None:
    targets = "file | line_id | indicator | period | value\np | A | starts | 2021 | 1\n"
    assert failing("every_observation_is_loaded", observation=SOUND, target=targets) == []
    for table in ("fact.observation_history", "fact.target"):
        lost = failing("every_observation_is_loaded", observation=SOUND, target=targets, tamper=f"DELETE FROM {table}")
        assert {row["relation"] for row in lost} == {table}


@pytest.mark.parametrize("spoiled", ["NULL", "DATE '2023-01-01'"])
def test_a_figure_with_two_current_vintages_or_none_is_found(spoiled: str) -> None:
    assert failing("one_current_vintage_per_key", observation=SOUND) == []
    tamper = f"UPDATE fact.observation_history SET superseded_on = {spoiled} WHERE period = '2021'"
    (row,) = failing("one_current_vintage_per_key", observation=SOUND, tamper=tamper)
    assert row["current_vintages"] == (2 if spoiled == "NULL" else 0)


def test_a_vintage_that_ends_before_it_starts_is_found() -> None:
    assert failing("vintages_end_after_they_start", observation=SOUND) == []
    tamper = "UPDATE fact.observation_history SET superseded_on = known_on - 1 WHERE superseded_on IS NOT NULL"
    assert len(failing("vintages_end_after_they_start", observation=SOUND, tamper=tamper)) == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        "indicator = 'unheard_of'",
        "territory_code = 'XX'",
        "territory_level = 'department', territory_code = '32000'",
        "source = 'hearsay'",
        "unit = 'EUR'",
        "period_end = period_start - 1",
    ],
)
def test_a_figure_about_something_unknown_is_found(spoiled: str) -> None:
    assert failing("observations_reference_known_dims", observation=SOUND) == []
    tamper = f"UPDATE fact.observation_history SET {spoiled} WHERE cell = 'B1'"
    assert [row["cell"] for row in failing("observations_reference_known_dims", observation=SOUND, tamper=tamper)] == [
        "B1"
    ]


@pytest.mark.parametrize(
    "spoiled", ["value = NULL", "missing_reason = 'secret'", "precision = NULL", "value = 'nan'", "value = 'infinity'"]
)
def test_a_gap_mistaken_for_a_number_is_found(spoiled: str) -> None:
    assert failing("missing_is_never_zero", observation=SOUND) == []
    tamper = f"UPDATE fact.observation_history SET {spoiled} WHERE cell = 'B1'"
    assert [row["cell"] for row in failing("missing_is_never_zero", observation=SOUND, tamper=tamper)] == ["B1"]


@pytest.mark.parametrize(
    "spoiled",
    [
        "value = regions_sum",
        "value = regions_sum, basis = 'sum_of_regions', coverage = 1, regions_reporting = 18",
        "basis = 'published', value = regions_sum",
    ],
)
def test_a_partial_sum_quoted_as_the_national_figure_is_found(spoiled: str) -> None:
    assert failing("national_value_is_never_partial", observation=SOUND) == []
    tamper = f"UPDATE kpi.national SET {spoiled} WHERE year = 2021"
    (row,) = failing("national_value_is_never_partial", observation=SOUND, tamper=tamper)
    assert (row["reporting"], row["existing"]) == (1, 18)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE kpi.regional SET starts = 111 WHERE year = 2021",
        "UPDATE kpi.regional SET starts = NULL WHERE year = 2021",
        "DELETE FROM kpi.regional WHERE year = 2021",
        "UPDATE kpi.regional SET deliveries = 5 WHERE year = 2021",
    ],
)
def test_a_regional_value_that_no_cell_states_is_found(tamper: str) -> None:
    assert failing("kpi_regional_matches_observations", observation=SOUND) == []
    assert len(failing("kpi_regional_matches_observations", observation=SOUND, tamper=tamper)) == 1


def test_a_region_that_is_not_on_the_scorecard_is_found() -> None:
    assert failing("every_region_is_on_the_scorecard") == []
    tamper = "DELETE FROM kpi.regional_latest WHERE region = 'Corse'"
    assert [row["name"] for row in failing("every_region_is_on_the_scorecard", tamper=tamper)] == ["Corse"]


def test_refused_cells_are_listed_and_remarks_are_not() -> None:
    refusals = "file | cell | row_level\nhdf | B9 | cell\nhdf | B8 | remark\n"
    assert [row["cell"] for row in failing("rejections", rejection=refusals)] == ["B9"]
    assert failing("rejections") == []


def test_regions_whose_figures_are_due_and_missing_are_listed() -> None:
    late = failing("coverage_not_late", observation=SOUND, run="inputs_sha256 | as_of\nabc | 2022-07-01")
    assert ("Corse", 2021) in {(row["region"], row["year"]) for row in late}
    assert "Hauts-de-France" not in {row["region"] for row in late}
    assert failing("coverage_not_late") == []


def test_sources_that_disagree_are_listed() -> None:
    assert failing("conflicts", observation=SOUND) == []
    disputed = SOUND + "national_statement/x | B1 | starts | 32 | 2020 | 87 | 2022-01-01\n"
    assert [row["other_value"] for row in failing("conflicts", observation=disputed)] == [101]


def test_a_total_that_is_not_the_sum_of_its_parts_is_listed() -> None:
    header = "cell | indicator | stated_value | parts_sum | parts | verdict\n"
    total = header + "B9 | deliveries | 284 | 312 | 5 | {}\n"
    assert len(failing("totals_consistent", total=total.format("inconsistent"))) == 1
    assert failing("totals_consistent", total=total.format("consistent")) == []
    assert failing("totals_consistent", total=total.format("cannot_tell")) == []


def test_figures_that_contradict_each_other_are_listed() -> None:
    stated = SOUND + "nat | B1 | starts | FR | 2020 | {} | 2022-01-01\n"
    assert len(failing("reconciliation_inconsistent", observation=stated.format(99))) == 1
    assert failing("reconciliation_inconsistent", observation=stated.format(1000)) == []


def test_a_national_figure_below_its_regions_is_listed() -> None:
    stated = SOUND + "nat | B1 | starts | FR | 2020 | {} | 2022-01-01\n"
    assert [row["year"] for row in failing("national_is_consistent", observation=stated.format(99))] == [2020]
    assert failing("national_is_consistent", observation=stated.format(1000)) == []


def test_a_file_from_the_future_is_listed() -> None:
    files = "file | known_on | received_at\nhdf | {} | 2022-01-02T08:00:00\n"
    assert failing("known_before_received", submission=files.format("2022-01-02")) == []
    assert len(failing("known_before_received", submission=files.format("2022-01-03"))) == 1


@pytest.mark.parametrize(
    ("indicator", "before", "after", "found"),
    [
        ("starts", 100, 150, 0),
        ("starts", 100, 151, 1),
        ("starts", 150, 100, 0),
        ("starts", 151, 100, 1),
        ("starts", 0, 1, 1),
        ("starts", 0, 0, 0),
        # inhabitants change by little, and a rate may change at will
        ("population", 100, 105, 0),
        ("population", 100, 106, 1),
        ("starts_growth", 2, -20, 0),
    ],
)
@pytest.mark.parametrize("territory", ["FR", "32", "D59"])
def test_a_figure_that_changes_more_than_its_indicator_does_from_year_to_year_is_listed(
    indicator: str, before: int, after: int, found: int, territory: str
) -> None:
    figures = f"""
        indicator   | territory   | period | value
        {indicator} | {territory} | 2021   | {before}
        {indicator} | {territory} | 2022   | {after}
    """
    listed = failing("changes_are_plausible", observation=figures)
    assert [(row["year"], row["value_before"], row["value"]) for row in listed] == [(2022, before, after)] * found


@pytest.mark.parametrize(
    ("indicator", "before", "year", "after", "found"),
    [
        # after four years 2.25 times as much needs no second look, after ten 3.6 times
        ("starts", 100, 2017, 225, 0),
        ("starts", 100, 2017, 226, 1),
        ("starts", 226, 2017, 100, 1),
        ("starts", 100, 2011, 360, 0),
        ("starts", 100, 2011, 361, 1),
        ("population", 1000, 2017, 1102, 0),
        ("population", 1000, 2017, 1103, 1),
        ("aid_amount_eur", 104_400_000, 2011, 1234, 1),
        ("starts_growth", 2, 2017, -20, 0),
    ],
)
@pytest.mark.parametrize("breakdown", ["·", "collectif"])
def test_a_figure_is_compared_with_the_last_year_known_however_old(
    indicator: str, before: int, year: int, after: int, found: int, breakdown: str
) -> None:
    figures = f"""
        indicator   | territory | breakdown   | period | value
        {indicator} | 32        | {breakdown} | {year} | {before}
        {indicator} | 32        | {breakdown} | 2021   | {after}
        {indicator} | 32        | individuel  | 2020   | {before}
        {indicator} | 11        | {breakdown} | 2020   | {before}
    """
    listed = failing("changes_are_plausible", observation=figures)
    assert [(row["year"], row["year_before"], row["value_before"]) for row in listed] == [(2021, year, before)] * found


AMOUNT = """
    file | cell | indicator         | territory | period | value
    hdf  | B1   | aid_amount_eur    | 32        | 2021   | {}
    hdf  | B2   | aids_and_services | 32        | 2021   | 63174
"""


@pytest.mark.parametrize(("amount", "found"), [("104400000", 0), ("1234", 1), ("104400", 1), ("104400000000", 1)])
def test_a_ratio_out_of_its_bounds_is_listed_with_its_cells(amount: str, found: int) -> None:
    listed = failing("ratios_are_plausible", observation=AMOUNT.format(amount))
    assert [(row["figure"], row["unit"], row["cells"]) for row in listed] == [
        ("aid_amount_per_aid_eur", "EUR per aid", ["[hdf]S!B1", "[hdf]S!B2"])
    ] * found


def test_a_ratio_at_its_bound_is_plausible_and_one_beyond_is_not() -> None:
    for amount, found in ((20 * 63174, 0), (20 * 63174 - 1, 1), (20_000 * 63174, 0), (20_000 * 63174 + 1, 1)):
        assert len(failing("ratios_are_plausible", observation=AMOUNT.format(amount))) == found


def test_without_a_previous_release_what_compares_with_it_is_skipped_with_a_word_and_never_kept() -> None:
    check = replace(checks()["rejections"], sql="FROM previous.fact.rejection")
    with built(check.relation, observation=SOUND) as connection:
        outcome = run_check(connection, check)
    assert outcome.passed
    assert outcome.description.endswith("Skipped: there is no previous release, or it has other columns.")
    assert outcomes_frame([outcome]).is_empty()


def test_a_check_that_cannot_run_for_another_reason_is_told() -> None:
    broken = replace(checks()["rejections"], sql="SELECT no_such_column FROM fact.rejection")
    with built("fact.rejection") as connection, pytest.raises(duckdb.BinderException):
        run_check(connection, broken)


@pytest.mark.parametrize(("after", "found"), [("119", 0), ("120", 1), ("80", 1), ("·", 0)])
def test_a_final_figure_that_changes_by_a_fifth_is_listed(after: str, found: int) -> None:
    figures = f"""
        file | indicator | territory | period | value   | known_on
        a    | starts    | 32        | 2021   | 100     | 2022-01-01
        b    | starts    | 32        | 2021   | {after} | 2022-06-01
    """
    assert len(failing("corrections_are_small", observation=figures)) == found


CORRECTED = """
    file | cell | corrected_file | corrected_id | corrected_sheet | corrected_cell | old_text | new_text | is_in_force
    c    | E2   | hdf            | hdf          | S               | B1             | 10O      | 100      | true
"""


def test_a_correction_that_does_not_fit_or_is_not_understood_is_found() -> None:
    applied = "file | cell | raw_text\nhdf | B1 | 100\n"
    assert failing("corrections_apply", correction=CORRECTED, cell=applied) == []
    (row,) = failing("corrections_apply", correction=CORRECTED, cell=applied.replace("| 100", "| 10O"))
    assert (row["file"], row["cell"], row["raw_text"]) == ("hdf", "B1", "10O")
    refused = "file | cell | reason\ncorrections/c | D2 | CORRECTION_SANS_ENVOI\n"
    assert [row["reason"] for row in failing("corrections_apply", rejection=refused)] == ["CORRECTION_SANS_ENVOI"]


def test_a_correction_that_can_be_removed_is_found() -> None:
    cells = "file | cell | raw_text\nhdf | B1 | 100\n"
    assert failing("corrections_to_review", correction=CORRECTED, cell=cells) == []
    withdrawn = "file | withdrawn_on\nhdf | 2022-06-01\n"
    (row,) = failing("corrections_to_review", correction=CORRECTED, cell=cells, submission=withdrawn)
    assert (row["status"], row["old_text"]) == ("removable", "10O")


IN_THOUSANDS = """
    file | cell | indicator | territory | period | value | known_on
    a    | B1   | starts    | 32        | 2019   | 12500 | 2020-03-01
    a    | B2   | starts    | 32        | 2020   | {}    | 2021-03-01
    a    | B3   | starts    | 32        | 2021   | 13000 | 2022-03-01
"""


def test_a_figure_of_which_the_unit_is_in_doubt_is_listed_once() -> None:
    doubtful = IN_THOUSANDS.format("12.5")
    (row,) = failing("scales_are_plausible", observation=doubtful)
    assert (row["file"], row["cell"], row["value"], row["old_value"]) == ("a", "B2", 12.5, 12500)
    assert failing("changes_are_plausible", observation=doubtful) == []
    # a move that no unit explains is listed by the other check alone
    wild = IN_THOUSANDS.format("300")
    assert failing("scales_are_plausible", observation=wild) == []
    assert {row["year"] for row in failing("changes_are_plausible", observation=wild)} == {2020, 2021}


def test_a_file_that_changes_what_its_source_had_said_is_listed() -> None:
    again = IN_THOUSANDS.format("12700") + "b | B2 | starts | 32 | 2020 | {} | 2022-06-01\n"
    (row,) = failing("revisions", observation=again.format("12750"))
    assert row["file"] == "b"
    assert failing("revisions", observation=again.format("12700")) == []


@pytest.mark.parametrize("row_level", ["table", "superseded"])
def test_the_cells_of_a_refused_table_are_refused_with_it_and_those_of_a_refused_cell_are_not(row_level: str) -> None:
    cells = CELLS + "hdf | B7 | unclaimed\n"
    refused = "file | cell | row_level | reason\nhdf | D6 | {} | {}\n"
    assert (
        failing("unclaimed_cells_are_rejected", cell=cells, rejection=refused.format(row_level, "ENTETE_EN_DOUBLE"))
        == []
    )
    (row,) = failing("unclaimed_cells_are_rejected", cell=cells, rejection=refused.format("cell", "COLONNE_INCONNUE"))
    assert row["cell"] == "B7"
