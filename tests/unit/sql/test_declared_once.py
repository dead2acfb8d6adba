"""What is declared in one place follows everywhere else, and a wrong declaration is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.vocabulary.declarations import DeclarationError
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.ratios import ratios
from pipeline.warehouse.relations import load_relations
from tests.support.declarations import declaring
from tests.support.stage_tables import SQL, failing, one, relations, rows

GARDENS = """
[gardens_planted]
label_fr = "Jardins plantés"
label_en = "Gardens planted"
unit = "gardens"
measure = "flow"
additive = true
scope = "action_logement"
scorecard = true
definition_fr = "Jardins plantés au cours de la période."
"""
SHARE = """
[gardens_per_household]
unit = "percent"
en = "Gardens by household."
fr = "Jardins par ménage."
numerator = "gardens_planted"
denominator = "households_housed"
factor = 100
"""
PLANTED = """
    file | cell | indicator       | territory | period | value | known_on
    a    | B1   | gardens_planted | 32        | 2021   | 7     | 2022-01-15
    then | B2   | gardens_planted | 32        | 2020   | 5     | 2021-01-15
"""


def test_an_indicator_declared_in_one_entry_is_a_column_with_its_figures_wherever_the_scorecard_is() -> None:
    with declaring(indicators=GARDENS):
        then = one("kpi.regional_as_of", "DATE '2021-12-31'", observation=PLANTED)
        figures = rows("kpi.regional_figure", observation=PLANTED)
        regional = rows("kpi.regional", observation=PLANTED)
        latest = {row["region_code"]: row for row in rows("kpi.regional_latest", observation=PLANTED)}
        lineage = rows("audit.lineage", observation=PLANTED)
        names = relations()["kpi.regional"].contract.column_names
        (column,) = [c for c in relations()["kpi.regional_latest"].contract.columns if c.name == "gardens_planted_year"]
    assert (then["year"], then["gardens_planted"]) == (2020, 5)
    assert [(row["figure"], row["value"]) for row in figures] == [("gardens_planted", 5), ("gardens_planted", 7)]
    assert [row["gardens_planted"] for row in regional] == [5, 7]
    assert (latest["32"]["gardens_planted"], latest["32"]["gardens_planted_year"]) == (7, 2021)
    assert {row["relation_name"] for row in lineage if row["figure"] == "gardens_planted"} == {
        "kpi.regional",
        "kpi.regional_latest",
        "kpi.national",
        "kpi.annual",
    }
    # the last table of the file is the last of the columns
    assert names.index("gardens_planted") == names.index("population") + 1
    assert column.fr == "Année du chiffre « Jardins plantés »."
    assert "gardens_planted" not in relations()["kpi.regional"].contract.column_names


def test_the_checks_hold_such_a_column_against_its_cells() -> None:
    tamper = "UPDATE kpi.regional SET gardens_planted = 8 WHERE year = 2021"
    with declaring(indicators=GARDENS):
        for check in ("kpi_regional_matches_observations", "every_kpi_figure_has_its_cells"):
            assert failing(check, observation=PLANTED) == []
        (row,) = failing("kpi_regional_matches_observations", observation=PLANTED, tamper=tamper)
        assert (row["indicator"], row["quoted_value"], row["known_value"]) == ("gardens_planted", 8, 7)


def test_a_ratio_declared_in_one_entry_is_a_column_with_its_cells() -> None:
    planted = PLANTED + "    a | B3 | households_housed | 32 | 2021 | 14 | 2022-01-15\n"
    with declaring(indicators=GARDENS, ratios=SHARE):
        found = {row["year"]: row["gardens_per_household"] for row in rows("kpi.regional", observation=planted)}
        (column,) = [c for c in relations()["kpi.regional_as_of"].contract.columns if c.name == "gardens_per_household"]
        lineage = rows("audit.lineage", observation=planted)
    assert found == {2020: None, 2021: 50}
    assert (column.type, column.unit, column.en) == ("DOUBLE", "percent", "Gardens by household.")
    cells = {row["observation_id"] for row in lineage if row["figure"] == "gardens_per_household"}
    assert cells == {"a/S/B1", "a/S/B3"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('akin_to = "houses/REG-32"', "akin_to = 'houses/REG-32' is no indicator; write the code of one"),
        ('growth_of = "houses"', "growth_of = 'houses' is no indicator"),
        ('numerator = "starts"', "write both, or neither"),
        ('cumulates = "starts"', "'cumulates' is said of a cumulative indicator, and this one is a flow"),
        ("largest_fall = 0.1", "'largest_fall' is said of a stock indicator, and this one is a flow"),
    ],
)
def test_a_link_to_no_indicator_or_of_another_measure_stops_with_its_place(said: str, message: str) -> None:
    wrong = f"{GARDENS}{said}\n"
    with declaring(indicators=wrong), pytest.raises(DeclarationError, match=rf"indicator gardens_planted: .*{message}"):
        indicators()


@pytest.mark.parametrize(
    ("written", "instead", "wrong"),
    [
        ('"households_housed"', '"houses"', "denominator = 'houses' is no indicator; name one of indicators.toml"),
        ('"households_housed"', '"mobility_aids"', "'mobility_aids' is not on the scorecard; add scorecard = true"),
        ("factor = 100", "nearest = 1", "expected 0 <= nearest <= furthest"),
        ("factor = 100", 'factor = "100"', "factor = '100' is no number; write one without quotes"),
        ("factor = 100", 'plausible_most = "9"', "plausible_most = '9' is no number; write one without quotes"),
        ("factor = 100", "plausible_least = 9\nplausible_most = 9", "expected the first below the second"),
        ("factor = 100", "factors = 100", "unexpected keyword argument 'factors'; correct the fields"),
        ("gardens_per_household", "starts", "an indicator has this name; choose another"),
    ],
)
def test_a_wrong_ratio_is_told_with_its_file_and_entry(written: str, instead: str, wrong: str) -> None:
    entry = SHARE.replace("gardens_planted", "starts").replace(written, instead)
    message = rf"ratios\.toml, ratio (gardens_per_household|starts): .*{wrong}"
    with declaring(ratios=entry), pytest.raises(DeclarationError, match=message):
        ratios()


def test_a_cumulative_indicator_is_no_column_of_the_scorecard() -> None:
    message = r"indicators\.toml, indicator gardens_planted: a cumulative figure"
    wrong = GARDENS.replace('"flow"', '"cumulative"')
    with declaring(indicators=wrong), pytest.raises(DeclarationError, match=message):
        indicators()


def test_a_wording_of_two_indicators_of_one_scope_is_told_with_both() -> None:
    other = GARDENS.replace("gardens_planted", "gardens").replace("Jardins plantés", "JARDINS  PLANTES (1)")
    message = r"JARDINS  PLANTES \(1\) » stands for gardens_planted .* and for gardens .*; take it out of one"
    with declaring(indicators=GARDENS + other), pytest.raises(DeclarationError, match=message):
        indicators()
    with declaring(indicators=GARDENS + other.replace('"action_logement"', '"context"')):
        assert {"gardens_planted", "gardens"} <= indicators().keys()


@pytest.mark.parametrize(
    ("written", "instead", "wrong"),
    [
        ("scope", "scop", "unexpected keyword argument 'scop'; the fields are label_fr, label_en"),
        ('unit = "gardens"', "", "missing 1 required positional argument: 'unit'"),
        ('"flow"', '"flux"', "measure = 'flux'; write one of flow, stock, cumulative"),
        ('"action_logement"', '"group"', "scope = 'group'; write one of action_logement, all_landlords, context"),
        ("gardens_planted", "starts", "declared in .*indicators.toml and in .*indicators.toml; rename or remove one"),
        ("[gardens_planted]", "[gardens", "not TOML"),
    ],
)
def test_a_wrong_indicator_is_told_with_its_file_and_entry(written: str, instead: str, wrong: str) -> None:
    with (
        declaring(indicators=GARDENS.replace(written, instead)),
        pytest.raises(DeclarationError, match=rf"indicators\.toml.*{wrong}|indicator 'starts' is {wrong}"),
    ):
        indicators()


@pytest.mark.parametrize(
    ("template", "line", "wrong"),
    [
        ("SELECT code\n{{ scorecards }}", 7, "'scorecards' is undefined"),
        ("SELECT code {% for code in scorecard %}", 6, "Unexpected end of template"),
        ("SELECT {{ scorecard.__class__.__mro__ }}", 6, "unsafe"),
        ("{% from 'macros/none.sql' import total %} SELECT 1", 6, "none.sql"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_told_with_its_line_and_what_to_do(
    tmp_path: Path, template: str, line: int, wrong: str
) -> None:
    (tmp_path / "dim").mkdir()
    header = 'row_en = "One row."\nrow_fr = "Une ligne."\ncolumns = ["code"]\n'
    (tmp_path / "dim" / "a.sql").write_text(f"/*\n{header}*/\n{template}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"a\.sql, line {line}: .*{wrong}.* Correct it; a template sees scorecard"):
        load_relations(tmp_path)


def test_a_macro_to_blame_is_told_with_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "dim").mkdir()
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "m.sql").write_text("{% macro total() %}\n\n{{ nothing }}\n{% endmacro %}\n")
    (tmp_path / "dim" / "a.sql").write_text("{% from 'macros/m.sql' import total %}\n{{ total() }}\n")
    with pytest.raises(ValueError, match=r"m\.sql, line 3: .*'nothing' is undefined"):
        load_relations(tmp_path)


def test_what_nobody_changed_is_not_read_again() -> None:
    first, second = load_relations(SQL), load_relations(SQL)
    assert all(first[name] is second[name] for name in first)
