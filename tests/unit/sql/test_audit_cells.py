"""Where every cell went, which cells are behind a figure, what this release is and what was checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from tests.support.stage_tables import one, rows


def test_every_cell_that_says_something_went_somewhere() -> None:
    found = rows(
        "audit.cell_coverage",
        cell="""
            file | sheet  | cell | role
            a    | S      | A1   | header
            a    | S      | B1   | value
            a    | S      | B2   | value
            a    | S      | B3   | unclaimed
            a    | S      | B4   | total
            a    | S      | B5   | value
            a    | Lost   | B1   | value
            a    | Lost   | A1   | header
            gone | S      | B1   | total
            p    | S      | C1   | value
            p2   | S      | C1   | value
            r    | S      | D1   | value
            f    | S      | E1   | value
            old  | S      | B2   | value
            old  | S      | B3   | unclaimed
            old  | S      | A1   | header
            old  | Lost   | B1   | unclaimed
        """,
        observation="""
            file | cell | indicator | territory | period | value
            a    | B1   | starts    | 32        | 2021   | 1
        """,
        target="""
            file | cell | line_id | indicator | period | value | known_on
            p    | C1   | A       | starts    | 2021   | 1     | 2022-01-01
            p2   | C1   | A       | starts    | 2021   | 2     | 2023-01-01
        """,
        agreement="""
            file | cell | territory
            r    | D1   | 32
        """,
        funding="""
            file | cell | beneficiary
            f    | E1   | Habitat Eurélien
        """,
        total="""
            file | cell | indicator | stated_value | parts_sum | parts | verdict
            a    | B4   | starts    | 1            | 1         | 1     | consistent
        """,
        rejection="""
            file | sheet | cell | row_level | reason
            a    | S     | B1   | remark    | NOMBRE_TEXTE
            a    | S     | B2   | cell      | NOMBRE_ILLISIBLE
            a    | S     | B3   | cell      | CELLULE_NON_RECLAMEE
            a    | Lost  |      | table     | TABLEAU_ABSENT
            gone |       |      | file      | REGION_INATTENDUE
            old  | S     | B2   | superseded | NOMBRE_ILLISIBLE
            old  | S     | B3   | superseded | CELLULE_NON_RECLAMEE
            old  | Lost  |      | superseded | TABLEAU_ABSENT
        """,
    )
    assert {(row["file"], row["sheet"], row["cell"]): row["went_to"] for row in found} == {
        ("a", "S", "A1"): None,
        ("a", "S", "B1"): "fact.observation_history",
        ("a", "S", "B2"): "fact.rejection",
        ("a", "S", "B3"): "fact.rejection",
        ("a", "S", "B4"): "audit.reconciliation",
        ("a", "S", "B5"): None,
        ("a", "Lost", "B1"): "fact.rejection",
        ("a", "Lost", "A1"): None,
        ("gone", "S", "B1"): "fact.rejection",
        ("p", "S", "C1"): "fact.target",
        ("p2", "S", "C1"): "fact.target",
        ("r", "S", "D1"): "fact.agreement",
        ("f", "S", "E1"): "fact.funding",
        ("old", "S", "B2"): "audit.remark",
        ("old", "S", "B3"): "audit.remark",
        ("old", "S", "A1"): None,
        ("old", "Lost", "B1"): "audit.remark",
    }


SEVERAL = """
    file                 | indicator         | territory | period     | value | known_on
    hdf-old              | households_housed | 32        | 2021       | 8000  | 2021-06-01
    hdf                  | households_housed | 32        | 2021       | 8311  | 2021-12-03
    hdf                  | households_housed | 32        | T1 2021    | 2000  | 2021-12-03
    hdf                  | households_housed | 32        | 2018-2021  | 30000 | 2021-12-03
    hdf                  | starts            | 32        | 2021       | 5     | 2021-12-03
    aude                 | households_housed | D11       | 2021       | 100   | 2021-12-03
    idf                  | households_housed | 11        | 2021       | 9000  | 2021-12-03
"""


def _explained(indicator: str, territory: str, period: str) -> list[dict[str, Any]]:
    return rows("audit.explain", f"'{indicator}'", f"'{territory}'", f"'{period}'", observation=SEVERAL)


@pytest.mark.parametrize("territory", ["32", "Hauts-de-France", "hauts-de-france"])
def test_the_cells_behind_a_figure_come_with_every_vintage_the_current_one_first(territory: str) -> None:
    found = [row for row in _explained("households_housed", territory, "2021") if row["period"] == "2021"]
    assert [(row["value"], row["is_current"], row["file"]) for row in found] == [
        (8311, True, "hdf"),
        (8000, False, "hdf-old"),
    ]
    assert found[0]["sha256"] == "sha-hdf"
    assert found[1]["superseded_on"] == date(2021, 12, 3)


def test_a_year_means_the_periods_within_it_and_a_range_only_itself() -> None:
    assert {row["period"] for row in _explained("households_housed", "32", "2021")} == {"2021", "2021-Q1"}
    assert {row["period"] for row in _explained("HOUSEHOLDS_HOUSED", "32", "2018-2021")} == {"2018/2021"}


def test_a_code_of_two_levels_is_that_of_the_region() -> None:
    assert [row["territory"] for row in _explained("households_housed", "11", "2021")] == ["Île-de-France"]
    assert [row["territory"] for row in _explained("households_housed", "Aude", "2021")] == ["Aude"]


def test_a_national_figure_that_nobody_states_is_explained_by_the_regions() -> None:
    found = _explained("households_housed", "France", "2021")
    assert {(row["stands_for"], row["figure_value"]) for row in found} == {("part", 17311)}
    assert {row["territory"] for row in found} == {"Île-de-France", "Hauts-de-France"}
    assert all(row["is_current"] for row in found)


def test_a_published_national_figure_comes_first_and_then_the_regions_that_are_compared_with_it() -> None:
    stated = rows(
        "audit.explain",
        "'starts'",
        "'FR'",
        "'2021'",
        observation="""
            indicator | territory | period | value
            starts    | FR        | 2021   | 10
            starts    | 32        | 2021   | 1
        """,
    )
    assert [(row["stands_for"], row["value"]) for row in stated] == [("stated", 10), ("compared", 1)]


def test_a_derived_figure_is_explained_by_the_terms_of_its_formula_and_the_relations_between() -> None:
    found = rows(
        "audit.explain",
        "'aid_amount_per_aid_eur'",
        "'Hauts-de-France'",
        "'2021'",
        observation="""
            file | indicator         | territory | period | value     | precision | known_on
            old  | aids_and_services | 32        | 2021   | 60000     | 0         | 2021-10-03
            hdf  | aids_and_services | 32        | 2021   | 63174     | 0         | 2021-12-03
            hdf  | aid_amount_eur    | 32        | 2021   | 104400000 | 50000     | 2021-12-03
        """,
    )
    assert {(row["stands_for"], row["indicator"], row["value"], row["precision"], row["file"]) for row in found} == {
        ("term", "aid_amount_eur", 104_400_000, 50_000, "hdf"),
        ("term", "aids_and_services", 63174, 0, "hdf"),
    }
    for row in found:
        assert row["figure_value"] == pytest.approx(104_400_000 / 63174)
        assert row["relations"] == ["kpi.regional"]
        assert row["upstream"][:2] == ["kpi.regional_figure", "kpi.annual"]
        assert row["upstream"][-1].startswith("stage.")


def test_a_commitment_is_explained_by_its_own_cell_and_those_of_what_was_achieved() -> None:
    found = rows(
        "audit.explain",
        "'rehabilitations'",
        "'France'",
        "'2023-2027'",
        target="""
            file | line_id | indicator       | period    | value   | raw_text
            plan | A-r     | rehabilitations | 2023-2027 | 200000  | 200 000
        """,
        observation="""
            indicator       | territory | period | value
            rehabilitations | FR        | 2023   | 39712
            rehabilitations | FR        | 2024   | 42484
        """,
    )
    assert [(row["stands_for"], row["period"], row["value"], row["figure_value"]) for row in found] == [
        ("target", "2023/2027", 200_000, 200_000),
        ("achieved", "2023", 39712, 82196),
        ("achieved", "2024", 42484, 82196),
    ]
    assert found[0]["relations"] == ["fact.target", "kpi.target_progress"]


def test_a_count_of_agreements_is_explained_by_the_agreements_that_it_counts_and_no_other() -> None:
    found = rows(
        "audit.explain",
        "'in_force'",
        "'32'",
        "'2025'",
        agreement="""
            file | cell | territory | theme | signed_on  | duration_years
            r    | B1   | 32        | one   | 2025-03-01 | 3
            r    | B2   | 32        | two   | 2025-03-01 | 0.5
        """,
    )
    assert [(row["cell"], row["figure_value"], row["relations"]) for row in found] == [("B1", 1, ["kpi.agreements"])]


def test_a_release_counts_what_it_holds_and_is_not_published_yet() -> None:
    row = one(
        "audit.release",
        observation=SEVERAL,
        rejection="""
            file | cell | row_level
            hdf  | B9   | cell
            hdf  | B8   | remark
        """,
    )
    assert (row["submissions"], row["observations"], row["rejections"]) == (4, 6, 1)
    assert (row["as_of"], row["release_id"], row["published_at"]) == (date(2026, 6, 15), None, None)


def test_failed_checks_come_first_and_those_that_hold_a_release_back_before_the_rest() -> None:
    found = rows(
        "audit.check",
        check="""
            check_name | relation_name | description | description_fr | is_blocking | passed | failures | sample
            fine       | kpi.national  | d           | d              | true        | true   | 0        | ·
            warns      | kpi.national  | d           | d              | false       | false  | 2        | []
            holds      | kpi.national  | d           | d              | true        | false  | 1        | []
        """,
    )
    assert [row["check_name"] for row in found] == ["holds", "warns", "fine"]


REGISTERS = {
    "funding": """
        file | cell | beneficiary       | territory_level | territory_code | event        | value
        reg  | D5   | Habitat Eurélien  | region          | 24             | Congrès 2025 | 1300000
        reg  | D6   | Finistère Habitat | region          | 53             | Congrès 2025 | 1000000
        reg  | D7   | Finistère Habitat | department      | 29             | Congrès 2024 | 500000
        reg  | B8   | Terra Noé         | ·               | ·              | Congrès 2025 | ·
    """,
    "target": """
        file | cell | line_id | indicator        | label           | period    | value
        plan | C1   | A       | starts           | logements neufs | 2023-2027 | 2000
        plan | C2   | B       | visale_contracts | Visale          | 2017      | 300
    """,
    "agreement": """
        file | cell | territory | other_parties  | signed_on
        reg  | E1   | 02        | Semag          | 2025-09-25
        reg  | E2   | 53        | Ville de Brest | 2024-03-01
    """,
}


@pytest.mark.parametrize(
    ("figure", "territory", "period", "cells"),
    [
        ("funding", "Bretagne", "", {"D6", "D7"}),
        ("fact.funding", "53", "2025", {"D6"}),
        ("funding", "Finistère", "", {"D7"}),
        ("funding", "DEP-35", "", set()),
        ("FUNDING", "", "", {"D5", "D6", "D7", "B8"}),
        ("finistère habitat", "", "Congrès 2024", {"D7"}),
        ("Terra Noé", "", "", {"B8"}),
        ("Terra Noé", "Bretagne", "", set()),
        ("target", "France", "2023-2027", {"C1"}),
        ("Plan, B", "", "", {"C2"}),
        ("logements neufs", "France", "", {"C1"}),
        ("target", "Bretagne", "", set()),
        ("agreement", "Martinique", "2025", {"E1"}),
        ("Ville de Brest", "", "", {"E2"}),
        ("funding", "Corse", "", set()),
    ],
)
def test_a_row_of_a_register_leads_to_its_cell(figure: str, territory: str, period: str, cells: set[str]) -> None:
    found = rows("audit.explain", f"'{figure}'", f"'{territory}'", f"'{period}'", **REGISTERS)
    assert {row["cell"] for row in found} == cells


def test_the_cell_of_a_register_says_which_row_it_is_and_what_stands_behind() -> None:
    row = one("audit.explain", "'funding'", "'Bretagne'", "'2025'", **REGISTERS)
    assert (row["figure"], row["item"], row["value"], row["unit"]) == ("funding", "Finistère Habitat", 1_000_000, "EUR")
    assert (row["stands_for"], row["is_current"], row["relations"]) == ("stated", True, ["fact.funding"])
    assert "stage.funding" in row["upstream"]


def test_the_commitment_behind_a_kpi_says_which_line_of_the_plan_it_is() -> None:
    row = one("audit.explain", "'starts'", "'France'", "'2023-2027'", **REGISTERS)
    assert (row["stands_for"], row["item"], row["figure_value"]) == ("target", "Plan, A", 2000)
    assert row["relations"] == ["fact.target", "kpi.target_progress"]


STARTS = "indicator | territory | period | value\nstarts | 32 | 2021 | 91\n"


def test_a_year_is_asked_for_as_a_number_or_as_a_text() -> None:
    for year in ("2021", "'2021'"):
        (row,) = rows("audit.explain", "'starts'", "'REG-32'", year, observation=STARTS)
        assert row["value"] == 91


@pytest.mark.parametrize(
    ("figure", "territory", "named"),
    [
        ("'start'", "'32'", "starts"),
        ("'starts'", "'Haut de France'", "Hauts-de-France"),
        ("'starts'", "'99'", "nearest"),
    ],
)
def test_an_unknown_figure_or_territory_is_an_error_that_names_the_nearest(
    figure: str, territory: str, named: str
) -> None:
    with pytest.raises(duckdb.InvalidInputException, match=named):
        rows("audit.explain", figure, territory, "2021", observation=STARTS)


def test_a_known_figure_that_nobody_stated_has_no_cell() -> None:
    assert rows("audit.explain", "'starts'", "'Corse'", "2021", observation=STARTS) == []


@pytest.mark.parametrize(("period", "nearest"), [("2099", "2025, 2024, 2021"), ("T9 2021", "T1 2021"), (2030, "2025")])
def test_an_unknown_period_is_an_error_that_names_the_nearest(period: str | int, nearest: str) -> None:
    asked = f"'{period}'" if isinstance(period, str) else str(period)
    with pytest.raises(duckdb.InvalidInputException, match=f'nothing is about the period "{period}".*{nearest}'):
        rows("audit.explain", "'starts'", "'France'", asked, observation=QUARTERS, **REGISTERS)


def test_a_known_period_of_which_nothing_is_known_there_has_no_cells() -> None:
    assert rows("audit.explain", "'starts'", "'Corse'", "'2021'", observation=QUARTERS, **REGISTERS) == []


QUARTERS = """
    file | cell | indicator | territory | period  | value
    hdf  | B2   | starts    | 32        | 2021    | 2904
    hdf  | B3   | starts    | 32        | T1 2021 | 700
"""
