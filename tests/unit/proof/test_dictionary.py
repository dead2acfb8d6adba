"""The contracts, the page made from them and the COMMENTs in DuckDB say the same."""

from __future__ import annotations

from pipeline.contracts import stage_contracts
from pipeline.proof.dictionary import data_dictionary
from pipeline.settings import Settings
from pipeline.warehouse.build import build_all, open_databases, write_stage
from pipeline.warehouse.relations import load_relations
from tests.conftest import PROJECT


def test_the_committed_page_is_what_the_contracts_say() -> None:
    page = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert page == data_dictionary(Settings().sql), "run 'housing dictionary' and commit docs/data-dictionary.md"


def test_the_comments_in_duckdb_are_those_of_the_contracts() -> None:
    with open_databases(":memory:", ":memory:") as connection:
        write_stage(connection, {name: contract.frame([]) for name, contract in stage_contracts().items()})
        build_all(connection, Settings().sql)
        found = connection.execute(
            "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns() "
            "WHERE NOT internal AND database_name = current_database() ORDER BY column_index"
        ).fetchall()
    expected = [
        (relation.name, column.name, column.comment)
        for relation in load_relations(Settings().sql).values()
        if not relation.is_macro
        for column in relation.contract.columns
    ]
    assert sorted(found) == sorted(expected)
