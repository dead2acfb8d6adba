"""The file of a release: what it declares beside its rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.contracts import stage_contracts
from pipeline.settings import Settings
from pipeline.warehouse.audit import references_outcome
from pipeline.warehouse.build import build_all, create_relation, open_databases, quoted, write_stage
from pipeline.warehouse.relations import SCHEMAS, Relation, load_relations
from pipeline.warehouse.release_file import copy_release_file, write_release_file

SQL = Settings().sql
RELATIONS = load_relations(SQL)
DESCRIBED = '[describe.b]\ntype = "INTEGER"\nen = "B"\nfr = "B"'


def _files(folder: Path, select: str, *, release_id: str = "R1", macro: str = "FROM fact.b WHERE b >= least") -> Path:
    """Write the files of sql/ of a small warehouse: a code list, a table that refers to it, a macro over that."""
    for schema, name, header, text in (
        ("dim", "territory", 'key = ["territory_id"]\ncolumns = ["territory_id"]', "SELECT 'FR' AS territory_id"),
        (
            "fact",
            "b",
            'key = ["cell"]\ncolumns = ["cell", "territory_id", "b"]\n' + DESCRIBED,
            select,
        ),
        ("fact", "from_b", 'like = "fact.b"\nparameters = ["least"]', macro),
        (
            "audit",
            "release",
            'columns = ["release_id"]\n[describe.release_id]\nen = "I."\nfr = "I."',
            f"SELECT '{release_id}' AS release_id",
        ),
    ):
        (folder / schema).mkdir(parents=True, exist_ok=True)
        (folder / schema / f"{name}.sql").write_text(
            f'/*\nrow_en = "A row."\nrow_fr = "Une ligne."\n{header}\n*/\n{text}\n'
        )
    return folder


def _released(folder: Path, select: str, release_id: str = "R1") -> Path:
    """Write a small release file and return where it stands."""
    relations = load_relations(_files(folder / "sql", select, release_id=release_id))
    with open_databases(":memory:", ":memory:") as connection:
        for relation in relations.values():
            create_relation(connection, relation)
        write_release_file(connection, folder / "r.duckdb", relations, release_id)
    return folder / "r.duckdb"


@pytest.fixture(scope="module", params=["written", "copied"])
def release(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release of an empty stage, with all relations."""
    folder = tmp_path_factory.mktemp("release")
    file = folder / "empty.duckdb"
    with open_databases(folder / "work.duckdb", ":memory:") as connection:
        write_stage(connection, {name: contract.frame([]) for name, contract in stage_contracts().items()})
        build_all(connection, SQL)
        # what an earlier version made is in no release
        connection.execute("CREATE TABLE fact.gone (a INTEGER); CREATE VIEW fact.seen AS FROM fact.gone")
        connection.execute("CREATE MACRO fact.asked(a) AS TABLE FROM fact.gone")
        if request.param == "copied":
            assert copy_release_file(connection, file, RELATIONS, "R1")
        else:
            write_release_file(connection, file, RELATIONS, "R1")
    with duckdb.connect(file, read_only=True) as connection:
        yield connection


def tables() -> list[Relation]:
    """The relations that hold rows."""
    return [relation for relation in RELATIONS.values() if relation.is_table]


def _work(folder: Path, select: str) -> tuple[Path, dict[str, Relation]]:
    """Make the working database of a small warehouse; return its file, and its relations."""
    relations = load_relations(_files(folder / "sql", select))
    with open_databases(folder / "work.duckdb", ":memory:") as connection:
        for relation in relations.values():
            create_relation(connection, relation)
    return folder / "work.duckdb", relations


def test_a_copy_has_the_rows_of_the_working_database(tmp_path: Path) -> None:
    work, relations = _work(tmp_path, "SELECT 'A1' AS cell, 'FR' AS territory_id, 7 AS b")
    with open_databases(work, ":memory:") as connection:
        connection.execute("INSERT INTO fact.b VALUES ('A2', 'FR', 9)")  # not yet in the file, but in its log
        assert copy_release_file(connection, tmp_path / "r.duckdb", relations, "R1")
        assert connection.execute("SELECT current_database()").fetchone() == ("work",)
    with duckdb.connect(tmp_path / "r.duckdb", read_only=True) as connection:
        assert connection.execute("FROM fact.from_b(8)").fetchall() == [("A2", "FR", 9)]
        assert connection.execute("SELECT count(*) FROM fact.b").fetchone() == (2,)


def test_what_was_made_anew_since_the_copy_before_is_declared_again_and_what_was_added_to_has_kept_it(
    tmp_path: Path,
) -> None:
    work, relations = _work(tmp_path, "SELECT 'A1' AS cell, 'FR' AS territory_id, 7 AS b")
    with open_databases(work, ":memory:") as connection:
        assert copy_release_file(connection, tmp_path / "r1.duckdb", relations, "R1")
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("INSERT INTO fact.b VALUES (NULL, 'FR', 9)")
        connection.execute("INSERT INTO fact.b VALUES ('A2', 'FR', 9)")
        create_relation(connection, relations["dim.territory"])
        assert copy_release_file(connection, tmp_path / "r2.duckdb", relations, "R1")
    declared = (
        "SELECT table_name, column_name, is_nullable, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    )
    found = []
    for name in ("r1", "r2"):
        with duckdb.connect(tmp_path / f"{name}.duckdb", read_only=True) as connection:
            found.append(connection.execute(declared).fetchall())
    assert found[0] == found[1]
    assert ("b", "cell", False, relations["fact.b"].contract.columns[0].comment) in found[1]


def test_a_working_database_that_is_much_empty_is_not_copied(tmp_path: Path) -> None:
    work, relations = _work(tmp_path, "SELECT 'A1' AS cell, 'FR' AS territory_id, 7 AS b")
    with open_databases(work, ":memory:") as connection:
        connection.execute("CREATE TABLE fact.large AS SELECT hash(range) AS a FROM range(300_000); CHECKPOINT")
        connection.execute("CREATE TABLE fact.behind_it AS SELECT 1 AS a; CHECKPOINT")
        connection.execute("DROP TABLE fact.large")
        assert not copy_release_file(connection, tmp_path / "r.duckdb", relations, "R1")


def test_a_working_database_that_nobody_else_may_read_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use")

    work, relations = _work(tmp_path, "SELECT 'A1' AS cell, 'FR' AS territory_id, 7 AS b")
    monkeypatch.setattr(shutil, "copyfile", refuse)
    with open_databases(work, ":memory:") as connection:
        assert not copy_release_file(connection, tmp_path / "r.duckdb", relations, "R1")


def test_it_has_the_promised_columns_with_their_comments(release: duckdb.DuckDBPyConnection) -> None:
    columns = release.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY ALL"
    ).fetchall()
    assert columns == sorted(
        (name, column.name, column.type, column.comment)
        for name, relation in RELATIONS.items()
        if not relation.is_macro
        for column in relation.contract.columns
    )


def test_every_relation_and_every_macro_has_its_comment(release: duckdb.DuckDBPyConnection) -> None:
    told = dict(
        release.execute(
            "SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() "
            "UNION ALL SELECT schema_name || '.' || view_name, comment FROM duckdb_views() WHERE NOT internal "
            "UNION ALL SELECT schema_name || '.' || function_name, comment FROM duckdb_functions() "
            "WHERE NOT internal AND function_type = 'table_macro'"
        ).fetchall()
    )
    assert told.keys() == RELATIONS.keys()
    for name, relation in RELATIONS.items():
        assert told[name].startswith(relation.contract.comment)
        if relation.is_macro:
            assert all(f"{column.name}: {column.comment}" in told[name] for column in relation.contract.columns)


def test_what_is_never_null_is_declared_in_every_table(release: duckdb.DuckDBPyConnection) -> None:
    found = release.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND NOT is_nullable"
    ).fetchall()
    assert sorted(found) == sorted(
        (relation.name, column.name) for relation in tables() for column in relation.contract.columns if column.required
    )


def test_keys_are_declared_where_analysts_join(release: duckdb.DuckDBPyConnection) -> None:
    found = release.execute(
        "SELECT schema_name || '.' || table_name, constraint_type, constraint_column_names FROM duckdb_constraints() "
        "WHERE constraint_type <> 'NOT NULL'"
    ).fetchall()
    keys = {name: columns for name, _, columns in found}
    assert keys == {r.name: list(r.contract.key) for r in tables() if r.contract.is_keyed and r.contract.key}
    assert keys["dim.indicator"] == ["code"]
    assert keys["kpi.annual"] == ["indicator", "territory_id", "year"]
    # there is no foreign key: the comment of the column says what it joins
    (comment,) = release.execute(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'annual' AND column_name = 'territory_id'"
    ).fetchone() or ("",)
    assert comment.endswith("→ dim.territory.territory_id")


def test_every_reference_of_the_glossary_names_the_key_of_a_relation() -> None:
    for relation in RELATIONS.values():
        for table, key in relation.contract.references.values():
            assert RELATIONS[table].contract.key == (key,)


def test_the_file_and_each_schema_say_what_they_hold(release: duckdb.DuckDBPyConnection) -> None:
    told = dict(release.execute("FROM audit.schema").fetchall())
    assert told.keys() == {"", *SCHEMAS}
    assert all(" — " in text for text in told.values())


def test_a_macro_answers_in_its_own_file_and_refuses_in_another(tmp_path: Path) -> None:
    old = _released(tmp_path / "old", "SELECT 'A1' AS cell, 'FR' AS territory_id, 1 AS b", "OLD")
    new = _released(tmp_path / "new", "SELECT 'A1' AS cell, 'FR' AS territory_id, 2 AS b", "NEW")
    with duckdb.connect(new, read_only=True) as connection:
        assert connection.execute("SELECT b FROM fact.from_b(0)").fetchall() == [(2,)]
        connection.execute(f"ATTACH {quoted(str(old))} AS old (READ_ONLY)")
        for nothing_is_left_to_say in ("SELECT b FROM old.fact.from_b(0)", "SELECT count(*) FROM old.fact.from_b(9)"):
            with pytest.raises(duckdb.InvalidInputException, match="macro is that of release OLD: USE the file"):
                connection.execute(nothing_is_left_to_say).fetchall()
        connection.execute("USE old")
        assert connection.execute("SELECT b FROM fact.from_b(0)").fetchall() == [(1,)]
        with pytest.raises(duckdb.InvalidInputException, match="macro is that of release NEW"):
            connection.execute(
                "SELECT b FROM new.fact.from_b(0)" if new.stem == "new" else "SELECT b FROM r.fact.from_b(0)"
            )


def test_a_row_that_refers_to_nothing_fails_the_contract_before_a_file_is_written(tmp_path: Path) -> None:
    relations = load_relations(
        _files(tmp_path, "SELECT * FROM (VALUES ('A1', 'FR', 1), ('A2', 'XX', 2)) AS told (cell, territory_id, b)")
    )
    with open_databases(":memory:", ":memory:") as connection:
        for relation in relations.values():
            create_relation(connection, relation)
        outcome = references_outcome(connection, relations["fact.b"])
    assert outcome.failures == 1
    assert outcome.sample.to_dicts() == [
        {"rule": "territory_id is in dim.territory", "cell": "A2", "territory_id": "XX"}
    ]


def test_a_release_can_be_copied_whole_into_another_database(release: duckdb.DuckDBPyConnection) -> None:
    (path,) = release.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchone() or ("",)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH {quoted(path)} AS release (READ_ONLY)")
        connection.execute("COPY FROM DATABASE release TO memory")
        count = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'memory'"
        assert connection.execute(count).fetchone() == (len(tables()),)
