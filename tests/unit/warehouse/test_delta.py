"""A delta makes the rows that a full build makes, after every step of any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.warehouse.build import make_relation, open_databases, write_stage
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.reads import tables_read
from pipeline.warehouse.relations import load_touched_keys
from tests.support.histories import FIRST, SOURCES, File, stage_tables, states, steps, successor
from tests.support.stage_tables import SQL, needed_in_order, relations, stage_frames

IN_PARTS = [
    name for name, relation in relations().items() if relation.by and not relation.is_view and not relation.previous
]


def _rows(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in IN_PARTS}


def _build(connection: duckdb.DuckDBPyConnection, delta: Delta | None = None) -> set[str]:
    """Make what is needed, in parts where that can be; return the relations of which it could."""
    in_parts = set()
    for name in needed_in_order(*IN_PARTS):
        if delta is not None and delta.make(relations()[name]):
            in_parts.add(name)
        else:
            make_relation(connection, relations()[name])
    return in_parts


# a failing history is told as it is: to look for a shorter one would take minutes
@settings(max_examples=8, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(states, st.lists(steps, min_size=2, max_size=3))
def test_after_any_step_the_rows_are_those_of_a_full_build(
    state: dict[int, File], history: list[dict[int, File | None]]
) -> None:
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(**stage_tables(dict(sorted(state.items())))))
        _build(connection)
        for step in history:
            after = {number: file for number, file in sorted((state | step).items()) if file is not None}
            differing = {
                number
                for number in state.keys() | after.keys()
                if state.get(number) != after.get(number) or successor(state, number) != successor(after, number)
            }
            changed = {f"{source}/{number}" for number in differing for source in SOURCES}
            delta = Delta(connection, load_touched_keys(SQL), changed)
            write_stage(connection, stage_frames(**stage_tables(after)))
            delta.add_present()
            assert _build(connection, delta) == set(IN_PARTS)
            made = _rows(connection)
            _build(connection)
            assert made == _rows(connection)
            state = after


@pytest.mark.parametrize("name", IN_PARTS)
def test_a_relation_made_in_parts_has_the_columns_that_tell_its_key(name: str) -> None:
    relation = relations()[name]
    columns = set(relation.contract.column_names)
    assert any(set(each) <= columns for each in load_touched_keys(SQL)[relation.by].columns)
    assert relation.whole <= relation.inputs


def test_a_key_may_read_the_stage_and_what_keys_before_it_touch() -> None:
    for key in load_touched_keys(SQL).values():
        assert all(name.startswith(("stage.", "temp.")) for name in tables_read(key.sql))


def test_a_row_outside_of_what_is_touched_stays_as_it_is() -> None:
    """Otherwise the test above would hold a full build against another."""
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        state = {
            1: File("regional_return", 0, FIRST, None, ((0, 100, "="), (3, 100, "=")), None, is_refused=False),
            2: File("regional_return", 1, FIRST, None, ((0, 200, "="),), None, is_refused=False),
        }
        write_stage(connection, stage_frames(**stage_tables(state)))
        _build(connection)
        connection.execute("UPDATE fact.observation_history SET label = 'as it was'")
        delta = Delta(connection, load_touched_keys(SQL), ["regional_return/2"])
        delta.add_present()
        assert delta.make(relations()["fact.observation_history"])
        kept = "SELECT indicator FROM fact.observation_history WHERE label = 'as it was'"
        assert connection.execute(kept).fetchall() == [("approvals",)]


def test_a_null_where_the_release_declared_that_there_is_none_is_left_to_the_audit_of_the_whole() -> None:
    """Otherwise the load would end in the words of the database, which name no row."""
    state = {1: File("regional_return", 0, FIRST, None, ((0, 100, "="),), None, is_refused=False)}
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(**stage_tables(state)))
        _build(connection)
        connection.execute("DELETE FROM fact.observation")
        connection.execute("ALTER TABLE fact.observation ALTER missing_reason SET NOT NULL")
        delta = Delta(connection, load_touched_keys(SQL), ["regional_return/1"])
        delta.add_present()
        assert not delta.make(relations()["fact.observation"])
        assert connection.execute("FROM fact.observation").fetchall() == []
        make_relation(connection, relations()["fact.observation"])
        assert connection.execute("SELECT value, missing_reason FROM fact.observation").fetchall() == [(100, None)]


def test_a_file_is_still_remarked_for_what_the_one_before_it_stated_when_it_alone_is_touched() -> None:
    """The two share no figure: nothing that is touched leads from one to the other but that they lay at one place."""
    state = {
        1: File("regional_return", 0, FIRST, None, ((1, 100, "="),), None, is_refused=False),
        2: File("regional_return", 0, FIRST + timedelta(days=1), None, ((3, 100, "="),), None, is_refused=False),
    }
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(**stage_tables(state)))
        _build(connection)
        before = connection.execute("SELECT submission_id, reason FROM audit.remark").fetchall()
        delta = Delta(connection, load_touched_keys(SQL), ["regional_return/2"])
        delta.add_present()
        _build(connection, delta)
        after = connection.execute("SELECT submission_id, reason FROM audit.remark").fetchall()
    assert before == after == [("regional_return/2", "REVISION")]


@pytest.mark.parametrize(
    ("total", "part"),
    [(2, 0), (0, 6), (3, 4), (3, 5), (7, 0), (7, 1)],
    ids=["nation", "region", "indicators", "some of it", "rate, its year", "rate, the year before"],
)
def test_a_total_is_held_anew_against_a_part_that_alone_is_touched(total: int, part: int) -> None:
    """A rate has two parts, of which the third file states the other."""
    of_file = {1: total, 2: part, 3: {(7, 0): 1, (7, 1): 0}.get((total, part), 3)}
    state = {
        number: File("regional_return", number, FIRST, None, ((figure, 100, "="),), None, is_refused=False)
        for number, figure in of_file.items()
    }
    names = ["audit.reconciliation_figures", "audit.contradiction_sums"]
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(**stage_tables(state)))
        _build(connection)
        before = _rows(connection)
        state[2] = replace(state[2], figures=((part, 300, "="),))
        delta = Delta(connection, load_touched_keys(SQL), ["regional_return/2"])
        write_stage(connection, stage_frames(**stage_tables(state)))
        delta.add_present()
        _build(connection, delta)
        after = _rows(connection)
        _build(connection)
        assert {name: after[name] for name in names} == {name: _rows(connection)[name] for name in names}
    assert before[names[0]] != after[names[0]]


def test_a_scale_in_doubt_stays_so_beside_a_touched_figure_of_another_population() -> None:
    observation = """
        file              | cell | indicator | population    | territory | period | value
        regional_return/1 | B1   | starts    |               | 32        | 2020   | 1000
        regional_return/1 | B2   | starts    |               | 32        | 2021   | 1000000
        regional_return/2 | B1   | starts    | all_landlords | 32        | 2020   | 2000
        regional_return/2 | B2   | starts    | all_landlords | 32        | 2021   | 2000000
    """
    scales = "FROM audit.suspect_scale ORDER BY ALL"
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(observation=observation))
        _build(connection)
        before = connection.execute(scales).fetchall()
        delta = Delta(connection, load_touched_keys(SQL), ["regional_return/1"])
        delta.add_present()
        _build(connection, delta)
        assert connection.execute(scales).fetchall() == before
    assert len(before) == 2


@pytest.mark.parametrize("follows", [True, False])
def test_what_compares_with_the_release_before_reads_the_touched_figures_where_it_is_that_of_the_working_database(
    *, follows: bool
) -> None:
    """Where it is another one, a figure that this load does not touch may differ from it."""
    state = {
        number: File("regional_return", number, FIRST, None, ((number, 100, "="),), None, is_refused=False)
        for number in (1, 2)
    }
    change = relations()["audit.release_change"]
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        connection.execute("ATTACH ':memory:' AS previous")
        write_stage(connection, stage_frames(**stage_tables(state)))
        for name in needed_in_order("audit.release_change", *IN_PARTS):
            make_relation(connection, relations()[name])
        for schema in ("fact", "kpi", "audit"):
            connection.execute(f"CREATE SCHEMA previous.{schema}")
        for name in change.previous:
            connection.execute(f"CREATE TABLE previous.{name} AS FROM {name}")
        connection.execute("UPDATE previous.fact.observation SET value = 50")
        delta = Delta(connection, load_touched_keys(SQL), ["regional_return/1"], follows_previous=follows)
        delta.add_present()
        assert delta.make(change) == follows
        if not follows:
            assert delta.narrowed(change) == change.sql
            return
        found = connection.execute("SELECT period, old_value, new_value FROM audit.release_change").fetchall()
    assert found == [("2020", 50, 100)]
    assert delta.touched(change) == ""
