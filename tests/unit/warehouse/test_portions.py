"""A relation that is made a portion of the keys after the other has the rows of one that is made at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pipeline.warehouse.build import make_relation, open_databases, write_stage
from pipeline.warehouse.portions import Portions
from pipeline.warehouse.relations import Relation, load_touched_keys
from tests.support.histories import File, stage_tables, states
from tests.support.stage_tables import SQL, needed_in_order, relations, stage_frames

IN_PORTIONS = [
    name
    for name, relation in relations().items()
    if relation.by in {"figure", "territory"} and not relation.is_view and not relation.previous
]
TWO_FILES = """
    file | cell | indicator | territory | period | value | known_on
    a    | B1   | starts    | 32        | 2021   | 100   | 2022-01-01
    a    | B2   | approvals | 53        | 2021   | 7     | 2022-01-01
    b    | B1   | starts    | 32        | 2021   | 104   | 2022-06-01
"""
Rows = dict[str, list[tuple[object, ...]]]


def built(connection: duckdb.DuckDBPyConnection, make: Callable[[Relation], bool]) -> tuple[Rows, set[str]]:
    """Make what is needed; return the rows, and the relations that were made in portions."""
    made = set()
    for name in needed_in_order(*IN_PORTIONS):
        if make(relations()[name]):
            made.add(name)
        else:
            make_relation(connection, relations()[name])
    return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in IN_PORTIONS}, made


@settings(max_examples=6, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(states)
def test_the_rows_of_any_history_are_those_that_are_made_at_once(state: dict[int, File]) -> None:
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(**stage_tables(dict(sorted(state.items())))))
        at_once, _ = built(connection, lambda _: False)
        in_portions, _ = built(connection, Portions(connection, load_touched_keys(SQL), rows=2).make)
        assert in_portions == at_once
        # a question that names an indicator passes over the rows of all others
        indicators = connection.execute("SELECT indicator FROM fact.observation_history").fetchall()
        assert [each for each, _ in groupby(indicators)] == sorted(set(indicators))


def test_what_is_made_by_figure_and_by_territory_is_made_in_portions() -> None:
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(observation=TWO_FILES))
        _, made = built(connection, Portions(connection, load_touched_keys(SQL), rows=1).make)
        assert made == set(IN_PORTIONS) >= {"fact.statement", "fact.observation_history", "audit.contradiction_within"}


@pytest.mark.parametrize(("rows", "portions"), [(1, 3), (2, 2), (3, 1)])
def test_a_portion_is_of_so_many_staged_figures(rows: int, portions: int) -> None:
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        write_stage(connection, stage_frames(observation=TWO_FILES))
        Portions(connection, load_touched_keys(SQL), rows).make(relations()["fact.statement"])
        found = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'all_figure'").fetchone()
        assert found == (portions > 1,)
        if portions > 1:
            found = connection.execute("SELECT max(portion) < ? FROM stage.main.all_figure", [portions]).fetchone()
            assert found == (True,)


def test_there_are_not_more_portions_than_pay() -> None:
    """Each reads all of the stage: a hundred of a long history took longer than all else of a load."""
    cells = "\n".join(f"a | B{n} | starts | 32 | {1950 + n} | {n} | 2024-01-01" for n in range(40))
    with open_databases(":memory:", ":memory:", {"threads": 1}) as connection:
        header = "file | cell | indicator | territory | period | value | known_on"
        write_stage(connection, stage_frames(observation=f"{header}\n{cells}"))
        portions = Portions(connection, load_touched_keys(SQL), rows=1)
        assert portions.make(relations()["fact.statement"])
        made = connection.execute("SELECT count(DISTINCT portion), count(*) FROM stage.main.all_figure").fetchone()
        assert made == (24, 40)
