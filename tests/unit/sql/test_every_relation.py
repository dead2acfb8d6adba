"""Gates over ``sql/``: nothing is left untested, undocumented or without an example."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.proof.questions_page import questions
from pipeline.warehouse.audit import outcomes_frame, run_audit
from pipeline.warehouse.relations import SCHEMAS, load_checks, load_examples
from tests.support.stage_tables import SQL, built, checks, relations

HERE = Path(__file__).parent
# The names that other people's queries depend on; one that disappears breaks them.
PROMISED = """
    dim.territory dim.indicator dim.source fact.submission fact.observation fact.observation_history fact.rejection
    fact.target fact.agreement fact.funding kpi.regional kpi.regional_latest kpi.national kpi.target_progress
    kpi.agreements audit.release audit.check audit.reconciliation audit.coverage audit.cell_coverage audit.conflict
    audit.revision kpi.regional_as_of kpi.national_as_of audit.explain audit.lineage audit.relation
    audit.contradiction audit.remark audit.notice audit.revision_triangle kpi.regional_figure_as_of kpi.agreement_status
"""


def _asked_of(*functions: str) -> set[str]:
    """The first arguments of all calls of some functions in the tests of this folder."""
    found: set[str] = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_relation_that_users_rely_on_exists() -> None:
    assert set(PROMISED.split()) <= relations().keys()


def test_every_relation_has_a_test() -> None:
    assert relations().keys() - _asked_of("rows", "one", "rows_after") == set()


def test_every_check_has_a_test_in_which_it_fails() -> None:
    assert checks().keys() - _asked_of("failing") == set()


def test_every_relation_has_an_example_and_every_example_a_relation() -> None:
    assert load_examples(SQL).keys() - questions(SQL).keys() == {name.replace(".", "_", 1) for name in relations()}


def test_twenty_questions_are_answered_in_ten_lines_each() -> None:
    assert [name[:3] for name in questions(SQL)] == [f"q{number:02}" for number in range(1, 21)]
    assert {name: len(sql.splitlines()) for name, sql in questions(SQL).items() if len(sql.splitlines()) > 10} == {}


@pytest.fixture(scope="module")
def everything() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every relation, built from an empty stage."""
    with built(*relations()) as connection:
        yield connection


@pytest.mark.parametrize("name", load_examples(SQL))
def test_every_example_asks_its_relation_in_both_languages_and_runs(
    name: str, everything: duckdb.DuckDBPyConnection
) -> None:
    text = load_examples(SQL)[name]
    french, english, *query = text.splitlines()
    assert all(line.startswith("-- ") and line.endswith("?") for line in (french, english))
    if name not in questions(SQL):
        asked = name.replace("_", ".", 1)
        assert re.search(rf"\b{asked}\b", "\n".join(query).replace('"', ""))
    assert everything.execute(text).description


def test_every_check_names_a_relation_and_says_what_it_wants() -> None:
    for check in checks().values():
        assert check.relation in relations()
        assert check.description.endswith(".")
        assert check.description_fr.endswith(".")


def test_the_audit_of_an_empty_stage_finds_nothing_and_is_kept(everything: duckdb.DuckDBPyConnection) -> None:
    outcomes = run_audit(everything, relations(), load_checks(SQL))
    assert [outcome.name for outcome in outcomes if not outcome.passed] == []
    kept = [outcome for outcome in outcomes if not outcome.compares_releases]
    assert outcomes_frame(outcomes).height == len(kept) > len(checks())
    assert len(outcomes) == len(kept) + sum(check.compares_releases for check in checks().values())


@pytest.mark.parametrize("path", sorted(SQL.rglob("*.sql")), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_sql_is_written_the_same_way_everywhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    statement = text.split("*/")[-1]
    assert "\t" not in text
    assert text == text.rstrip() + "\n"
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert [line for line in statement.splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("name", [name for name, relation in relations().items() if relation.is_macro])
def test_macros_never_read_the_stage_which_no_release_holds(name: str) -> None:
    waiting = [name]
    read: set[str] = set()
    while waiting:
        relation = relations()[waiting.pop()]
        if relation.is_macro:
            read |= relation.inputs
            waiting += [item for item in relation.inputs if item in relations()]
    assert {item.split(".")[0] for item in read} <= set(SCHEMAS)
