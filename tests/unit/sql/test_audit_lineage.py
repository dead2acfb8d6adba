"""From every figure to its cells: the links are handed on by the KPIs themselves, and none is missing."""

from __future__ import annotations

from typing import TypedDict

import pytest

from pipeline.vocabulary.indicators import scorecard
from tests.support.stage_tables import built, failing, one, relations, rows

# every column of the regional table has a figure of 2020 and of 2021, so that each derived one has its terms
EVERY_INDICATOR = "cell | indicator | territory | period | value\n" + "".join(
    f"{indicator}{year} | {indicator} | 32 | {year} | {100 + number}\n"
    for number, indicator in enumerate(scorecard())
    for year in (2020, 2021)
)
NATION = "N1 | starts | FR | 2021 | 300\n"
PLAN = """
    file | line_id | indicator | period    | value
    plan | A       | starts    | 2021-2025 | 2000
"""
REGISTER = """
    file | cell | territory | theme | state     | signed_on  | duration_years | is_renewable
    reg  | B1   | 32        | one   | signed    | 2025-08-01 | 1              | false
    reg  | B2   | 32        | two   | announced | 2025-08-01 | ·              | false
    reg  | B3   | 32        | three | signed    | 2025-08-01 | ·              | false
"""


class Tables(TypedDict):
    """Tables of the stage, by name."""

    observation: str
    target: str
    agreement: str


EVERYTHING: Tables = {"observation": EVERY_INDICATOR + NATION, "target": PLAN, "agreement": REGISTER}


def test_a_figure_leads_to_its_cell_a_ratio_to_its_two_terms() -> None:
    found = rows(
        "audit.lineage",
        observation="""
            file | cell | indicator         | territory | period     | value
            hdf  | B1   | households_housed | 32        | 2021       | 8311
            hdf  | B2   | households_housed | 32        | 2020       | 8000
            pop  | C1   | population        | 32        | 01/01/2019 | 6000000
        """,
    )
    regional = {
        (row["figure"], row["period"], row["role"], row["observation_id"])
        for row in found
        if row["relation_name"] == "kpi.regional" and row["period"] == "2021"
    }
    assert regional == {
        ("households_housed", "2021", "stated", "hdf/S/B1"),
        ("households_housed_change_percent", "2021", "term", "hdf/S/B1"),
        ("households_housed_change_percent", "2021", "term", "hdf/S/B2"),
        # of the inhabitants of an earlier year, as the formula takes them
        ("households_housed_per_100k", "2021", "term", "hdf/S/B1"),
        ("households_housed_per_100k", "2021", "term", "pop/S/C1"),
    }
    latest = {(row["figure"], row["period"]) for row in found if row["relation_name"] == "kpi.regional_latest"}
    assert latest == {("households_housed", "2021"), ("population", "2019")}
    nation = {(row["figure"], row["period"], row["role"]) for row in found if row["relation_name"] == "kpi.national"}
    assert nation == {
        ("households_housed", "2020", "part"),
        ("households_housed", "2021", "part"),
        ("population", "2019", "part"),
    }


def test_the_cell_at_the_end_says_what_it_is_about() -> None:
    found = rows("audit.lineage", target=PLAN, observation="indicator | territory | period | value\n")
    assert [(row["figure"], row["item"], row["role"], row["input_relation"]) for row in found] == [
        ("starts", "Plan, A", "target", "fact.target")
    ]
    assert (found[0]["input_indicator"], found[0]["input_period"]) == ("starts", "2021/2025")


def _kpis() -> list[str]:
    """The tables of kpi that do not say why they lead to no cells of their own."""
    return [name for name in relations() if f"'{name}' AS relation_name" in relations()["audit.lineage"].sql]


@pytest.mark.parametrize("name", _kpis())
def test_every_figure_of_every_kpi_relation_leads_to_cells(name: str) -> None:
    """A new column of a KPI fails here until the lineage of its header leads from it to cells."""
    contract = relations()[name].contract
    with built(name, "audit.lineage", **EVERYTHING) as connection:
        linked = connection.execute(f"SELECT figure FROM audit.lineage WHERE relation_name = '{name}'").pl()["figure"]
        indicators = connection.execute(f"FROM {name}").pl().get_column("indicator", default=None)
    shown = {
        column.name
        for column in contract.columns
        if column.type in {"DOUBLE", "INTEGER", "BIGINT"}
        and column.name not in {*contract.key, "year"}
        and not column.name.endswith("_year")
    }
    # in a table with a row for each indicator, the figures are the indicators
    assert (shown if indicators is None else set(indicators)) == set(linked)


def test_the_figures_of_regions_name_the_cells_that_kpi_regional_leads_to() -> None:
    with built("kpi.regional_figure", "audit.lineage", **EVERYTHING) as connection:
        named = connection.execute("SELECT figure, region_code, unnest(observation_ids) FROM kpi.regional_figure")
        figures = set(named.fetchall())
        linked = connection.execute(
            "SELECT figure, territory_code, observation_id FROM audit.lineage WHERE relation_name = 'kpi.regional'"
        )
        assert figures == set(linked.fetchall()) != set()


def test_a_figure_that_leads_to_no_cell_is_found() -> None:
    name = "every_kpi_figure_has_its_cells"
    assert failing(name, **EVERYTHING) == []
    for relation in ("kpi.regional", "kpi.regional_latest", "kpi.national", "kpi.target_progress", "kpi.agreements"):
        lost = failing(name, tamper=f"DELETE FROM audit.lineage WHERE relation_name = '{relation}'", **EVERYTHING)
        assert {row["relation_name"] for row in lost} == {relation}
    made_up = "ALTER TABLE kpi.regional ADD COLUMN made_up DOUBLE; UPDATE kpi.regional SET made_up = 1"
    assert {row["figure"] for row in failing(name, tamper=made_up, **EVERYTHING)} == {"made_up"}


def test_a_kpi_that_holds_numbers_and_shows_no_figure_is_found() -> None:
    # what it shows is read from the columns that are named for a year
    tamper = "UPDATE kpi.regional_latest SET " + ", ".join(f"{code}_year = NULL" for code in scorecard())
    found = failing("every_kpi_figure_has_its_cells", tamper=tamper, **EVERYTHING)
    assert [(row["relation_name"], row["cells"], row["cells_found"]) for row in found] == [
        ("kpi.regional_latest", 1, 0)
    ]


def test_one_region_lost_from_a_national_sum_is_found() -> None:
    regions = "indicator | territory | period | value\nstarts | 32 | 2021 | 1\nstarts | 11 | 2021 | 2\n"
    tamper = "DELETE FROM audit.lineage WHERE relation_name = 'kpi.national' AND input_territory_code = '11'"
    (row,) = failing("every_kpi_figure_has_its_cells", observation=regions, tamper=tamper)
    assert (row["role"], row["cells"], row["cells_found"]) == ("part", 2, 1)


def test_a_relation_tells_what_it_reads_and_all_that_stands_behind_it_nearest_first() -> None:
    found = {row["relation_name"]: row for row in rows("audit.relation")}
    row = found["kpi.national"]
    assert row["inputs"] == ["kpi.annual"]
    assert row["upstream"][0] == "kpi.annual"
    assert row["upstream"].index("fact.observation") < row["upstream"].index("fact.observation_history")
    assert {"stage.observation", "dim.indicator"} <= set(row["upstream"])
    assert "kpi.annual" in row["statement"]


def test_a_figure_of_the_region_as_it_was_known_carries_the_cells_of_then() -> None:
    statements = """
        file | indicator | territory | period | value | known_on
        one  | starts    | 32        | 2021   | 100   | 2022-01-19
        two  | starts    | 32        | 2021   | 110   | 2023-02-02
    """
    then = one("kpi.regional_figure_as_of", "DATE '2022-12-31'", observation=statements)
    now = one("kpi.regional_figure", observation=statements)
    assert (then["value"], then["observation_ids"]) == (100, ["one/S/A1"])
    assert (now["value"], now["observation_ids"]) == (110, ["two/S/A2"])
