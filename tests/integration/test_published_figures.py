"""The workbooks of ``raw/`` themselves, loaded into a temporary warehouse: the figures that must come out of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from pipeline.settings import Settings
from pipeline.warehouse.relations import load_examples


def rows(release: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return release.execute(sql).fetchall()


def test_the_hauts_de_france_return_of_december_2021(release: duckdb.DuckDBPyConnection) -> None:
    figures = """
        SELECT
            year, households_housed, aids_and_services, aid_amount_eur, approvals, starts, deliveries, onv_acquisitions
        FROM kpi.regional WHERE region = 'Hauts-de-France' AND year IN (2020, 2021) ORDER BY year
    """
    assert rows(release, figures) == [
        (2020, None, None, None, 3416.0, 2904.0, 1330.0, 356.0),
        (2021, 8311.0, 63174.0, 104_400_000.0, None, None, None, None),
    ]


def test_the_scorecard_has_one_row_a_region_with_the_year_of_each_figure(release: duckdb.DuckDBPyConnection) -> None:
    latest = """
        SELECT households_housed, households_housed_year, aids_and_services_year, approvals, approvals_year
        FROM kpi.regional_latest WHERE region = 'Hauts-de-France'
    """
    assert rows(release, latest) == [(12084.0, 2024, 2021, 3416.0, 2020)]
    assert rows(release, "SELECT count(*), count(DISTINCT region_code) FROM kpi.regional_latest") == [(18, 18)]


def test_the_national_approvals_of_2021_in_both_vintages(release: duckdb.DuckDBPyConnection) -> None:
    now = "SELECT value, basis FROM kpi.national WHERE indicator = 'approvals' AND year = 2021"
    assert rows(release, now) == [(48575.0, "published")]
    then = "SELECT value FROM kpi.national_as_of(DATE '2022-12-31') WHERE indicator = 'approvals' AND year = 2021"
    assert rows(release, then) == [(48538.0,)]


def test_some_regions_only_make_no_national_value(release: duckdb.DuckDBPyConnection) -> None:
    partial = rows(
        release,
        "SELECT value, regions_sum, regions_reporting, regions_expected FROM kpi.national WHERE basis = 'partial'",
    )
    assert partial
    assert all(value is None and total is not None for value, total, _, _ in partial)
    assert all(0 < reporting < expected for _, _, reporting, expected in partial)


def test_every_commitment_of_both_plans_is_listed_with_what_is_known_of_it(release: duckdb.DuckDBPyConnection) -> None:
    plans = dict(rows(release, "SELECT plan, count(*) FROM kpi.target_progress GROUP BY plan"))
    assert (plans.pop("Convention quinquennale 2023-2027"), plans.pop("Engagements 2017")) == (26, 7)
    # what single publications state as a target
    assert (len(plans), sum(plans.values())) == (21, 29)
    progress = "SELECT target, achieved_to_date, status, why_unknown FROM kpi.target_progress WHERE line_id = 'A-r'"
    # 39 712 in 2023, 42 484 in 2024 and 37 039 in 2025, of 200 000 by the end of 2027: 0,6 % below an even pace
    ((target, achieved, *verdict),) = rows(release, progress)
    assert (target, achieved) == (200_000.0, 39_712.0 + 42_484.0 + 37_039.0)
    assert verdict == ["unknown", "rounding"]


def test_the_register_of_agreements_is_counted(release: duckdb.DuckDBPyConnection) -> None:
    assert rows(release, "SELECT count(*) FROM fact.agreement") == [(12,)]
    assert rows(release, "SELECT sum(signed) + sum(announced) FROM kpi.agreements") == [(12,)]


def test_sums_are_compared_within_what_their_writing_allows(release: duckdb.DuckDBPyConnection) -> None:
    plan = "SELECT stated_value, parts_sum, verdict FROM audit.reconciliation WHERE kind = 'plan'"
    assert rows(release, f"{plan} AND stated_value = 14.4e9") == [(14.4e9, 14.45e9, "consistent")]
    departments = (
        "SELECT DISTINCT verdict FROM audit.reconciliation WHERE kind = 'stated_total' AND unit = 'dwellings' "
    )
    departments += "AND stated_cell LIKE '[social_stock/%'"
    assert rows(release, departments) == [("consistent",)]


def test_the_published_totals_that_are_not_the_sum_of_their_published_parts(release: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        SELECT stated_value, parts_sum, stated_cell, parts_cells FROM audit.reconciliation
        WHERE kind = 'stated_total' AND verdict = 'inconsistent' ORDER BY stated_value
    """
    assert rows(release, wrong) == [
        (44.0, 53.0, "[regional_return/guyane/premier-programme-2025.xlsx]Production – détail!D12", "D9 D10 D11"),
        (284.0, 312.0, "[regional_return/martinique/ozanam-2025.xlsx]Production – détail!D14", "D9 D10 D11 D12 D13"),
    ]


@pytest.mark.parametrize(
    ("indicator", "period", "stated", "now", "before", "verdict"),
    [
        (
            "approvals_growth",
            "2022",
            (-11.4, 0.05, "2023-02-02_bilan-2022.xlsx]Évolution!C11"),
            (43_044, "2023-02-02_bilan-2022.xlsx]Évolution!C10"),
            (48_575, "2023-02-02_bilan-2022.xlsx]Évolution!B10"),
            "consistent",
        ),
        (
            "approvals_growth",
            "2024",
            (-5, 0.5, "2025-01-16_bilan-2024.xlsx]Chiffres clés!C11"),
            (43_644, "2025-01-16_bilan-2024.xlsx]Chiffres clés!C10"),
            (44_159, "2024-01_bilan-2023.xlsx]Évolution!C13"),
            "inconsistent",
        ),
        # « 34 000 » may be rounded, and nobody can know
        (
            "starts_growth",
            "2022",
            (-11.2, 0.05, "2023-02-02_bilan-2022.xlsx]Évolution!C13"),
            (30_346, "2023-02-02_bilan-2022.xlsx]Évolution!C12"),
            (34_000, "2022-01-19_bilan-2021.xlsx]Chiffres clés!C14"),
            "cannot_tell",
        ),
        (
            "starts_growth",
            "2024",
            (18.5, 0.05, "2025-01-16_bilan-2024.xlsx]Chiffres clés!C15"),
            (44_609, "2025-01-16_bilan-2024.xlsx]Chiffres clés!C14"),
            (37_502, "2024-01_bilan-2023.xlsx]Évolution!C14"),
            "inconsistent",
        ),
        # « réhabilitations lancées » in the one year, « réhabilitations et résidentialisations » in the other
        (
            "rehabilitations_growth",
            "2022",
            (24.8, 0.05, "2023-02-02_bilan-2022.xlsx]Évolution!C16"),
            (41_850, "2023-02-02_bilan-2022.xlsx]Évolution!C15"),
            (30_400, "2022-01-19_bilan-2021.xlsx]Chiffres clés!C15"),
            "inconsistent",
        ),
        (
            "rehabilitations_growth",
            "2024",
            (6.3, 0.05, "2025-01-16_bilan-2024.xlsx]Chiffres clés!C17"),
            (42_484, "2025-01-16_bilan-2024.xlsx]Chiffres clés!C16"),
            (39_712, "2024-01_bilan-2023.xlsx]Évolution!C15"),
            "inconsistent",
        ),
    ],
)
def test_a_published_rate_of_change_is_held_against_the_published_figures_of_its_two_years(
    release: duckdb.DuckDBPyConnection,
    indicator: str,
    period: str,
    stated: tuple[float, float, str],
    now: tuple[int, str],
    before: tuple[int, str],
    verdict: str,
) -> None:
    compared = f"""
        SELECT stated_value, stated_precision, stated_cell, parts_sum, parts_precision, parts_cells, verdict
        FROM audit.reconciliation WHERE kind = 'growth' AND indicator = '{indicator}' AND period = '{period}'
    """
    folder = "[national_statement/"
    assert rows(release, compared) == [
        (
            *stated[:2],
            folder + stated[2],
            pytest.approx(100 * (now[0] - before[0]) / before[0]),
            0.0,
            f"{folder}{now[1]}; {folder}{before[1]}",
            verdict,
        )
    ]


def test_no_other_rate_of_change_is_compared(release: duckdb.DuckDBPyConnection) -> None:
    assert rows(release, "SELECT count(*) FROM audit.reconciliation WHERE kind = 'growth'") == [(7,)]


def test_publishers_that_contradict_each_other_are_listed_and_a_publisher_that_corrects_itself_is_not(
    release: duckdb.DuckDBPyConnection,
) -> None:
    conflicts = (
        "SELECT kind, indicator, period, kept_raw_text, other_raw_text, other_period FROM audit.conflict ORDER BY ALL"
    )
    assert rows(release, conflicts) == [
        ("publishers", "approvals_social", "2022", "33 015", "quelque 43.000", "2022"),
        ("publishers", "social_applicants", "2024", "2,76 millions", "2,7 millions", "2024"),
        ("publishers", "social_applicants", "2024", "2,76 millions", "près de 2,5 millions", "2024"),
        ("same_day", "acv_cities", "2021", "24 villes", "25 villes", "2021"),
        ("shrinking", "acv_amount_cumulative_eur", "2017/2020", "552 M€", "364 millions d’euros", "2018/2022"),
    ]
    assert rows(release, "SELECT old_raw_text, new_raw_text FROM audit.revision ORDER BY ALL") == [
        ("181 millions d’€", "183 millions d’euros"),
        ("48 538", "48 575"),
    ]


def test_only_the_misprints_and_the_wrong_sums_of_the_publications_are_refused(
    release: duckdb.DuckDBPyConnection,
) -> None:
    # the stock of 1 January 2019 is stated by a page whose date of publication is that of October 2018
    assert rows(release, "SELECT raw_text, reason FROM fact.rejection ORDER BY raw_text") == [
        ("284", "TOTAL_INCOHERENT"),
        ("44", "TOTAL_INCOHERENT"),
        ("5 089 800", "ANNEE_FUTURE"),
        ("97 00", "NOMBRE_ILLISIBLE"),
        ("plus de 10 0000", "NOMBRE_ILLISIBLE"),
    ]


def test_every_non_empty_cell_has_one_role_and_every_value_cell_an_end(release: duckdb.DuckDBPyConnection) -> None:
    twice = "SELECT submission_id, sheet, cell FROM audit.cell_coverage GROUP BY ALL HAVING count(*) > 1"
    assert rows(release, twice) == []
    assert rows(release, "SELECT count(*) FROM audit.cell_coverage WHERE role IS NULL OR role = 'unclaimed'") == [(0,)]
    check = (Settings().sql / "checks" / "every_value_cell_has_an_end.sql").read_text(encoding="utf-8")
    assert rows(release, check) == []
    counted = rows(release, "SELECT count(*) FROM audit.cell_coverage WHERE role IN ('value', 'total')")
    ended = rows(
        release,
        """
        SELECT count(*) FROM (
            SELECT submission_id, sheet, cell FROM fact.observation_history
            UNION ALL SELECT submission_id, sheet, cell FROM fact.target
            UNION ALL SELECT submission_id, sheet, cell FROM fact.agreement
            UNION ALL SELECT submission_id, sheet, cell FROM fact.funding WHERE raw_text <> ''
            UNION ALL SELECT submission_id, sheet, cell FROM fact.rejection WHERE row_level = 'cell'
        )
        """,
    )
    assert counted == ended


def test_every_workbook_is_covered_by_openpyxls_own_count(release: duckdb.DuckDBPyConnection) -> None:
    from openpyxl import load_workbook

    raw = Settings().raw
    expected = 0
    for path in sorted(raw.glob("*/**/*.xlsx")):
        book = load_workbook(path)
        expected += sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)
    assert rows(release, "SELECT count(*) FROM audit.cell_coverage") == [(expected,)]


def test_the_cells_behind_a_figure(release: duckdb.DuckDBPyConnection) -> None:
    explained = rows(
        release,
        "SELECT file, raw_text, known_on FROM audit.explain('households_housed', 'Hauts-de-France', '2021')",
    )
    assert explained == [("regional_return/hauts-de-france/bilan-regional-2020-2021.xlsx", "8 311", date(2021, 12, 3))]


def test_every_figure_of_every_kpi_relation_leads_to_its_cells(release: duckdb.DuckDBPyConnection) -> None:
    cells = "SELECT stands_for, territory, raw_text, is_current FROM audit.explain('{}', '{}', '{}')"
    ratio = rows(release, cells.format("aid_amount_per_aid_eur", "Hauts-de-France", "2021"))
    assert sorted(ratio) == [
        ("term", "Hauts-de-France", "104,4 M€", True),
        ("term", "Hauts-de-France", "63 174", True),
    ]
    assert rows(release, cells.format("approvals", "France", "2021")) == [
        ("stated", "France", "48 575", True),
        ("stated", "France", "48.500", False),
        ("stated", "France", "plus de 48 500", False),
        ("stated", "France", "48 538", False),
        ("compared", "Île-de-France", "19 000", True),
    ]
    # those of all landlords of Hauts-de-France are no part of what the Group does
    assert rows(release, cells.format("approvals", "France", "2020")) == [("part", "Occitanie", "plus de 3.700", True)]
    commitment = rows(release, cells.format("rehabilitations", "France", "2023-2027"))
    assert [row[0] for row in commitment] == ["target", "achieved", "achieved", "achieved"]


def test_the_lines_of_the_convention_and_the_tables_of_departments_agree_within_their_writing(
    release: duckdb.DuckDBPyConnection,
) -> None:
    block = """
        SELECT stated_value, parts_sum, gap <= tolerance AND -gap <= tolerance, verdict
        FROM audit.reconciliation WHERE kind = 'plan' AND stated_value = 5.25e9
    """
    assert rows(release, block) == [(5.25e9, 5.295e9, True, "consistent")]
    departments = (
        "SELECT DISTINCT gap FROM audit.reconciliation WHERE kind = 'departments_to_region' AND parts_missing = 0"
    )
    assert rows(release, departments) == [(0.0,)]


def test_every_blocking_check_passes_on_the_published_figures(release: duckdb.DuckDBPyConnection) -> None:
    assert rows(release, "SELECT check_name FROM audit.check WHERE is_blocking AND NOT passed") == []


def test_the_examples_run(release: duckdb.DuckDBPyConnection) -> None:
    examples = load_examples(Settings().sql)
    assert examples
    for name, example in examples.items():
        assert release.execute(example).description, name
