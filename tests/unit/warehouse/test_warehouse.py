"""Relations read from files, built with their comments, checked; one writer at a time."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.contracts import stage_contracts
from pipeline.settings import Settings
from pipeline.warehouse import audit
from pipeline.warehouse.audit import contract_outcome, run_check
from pipeline.warehouse.build import (
    ContractBrokenError,
    build_all,
    create_relation,
    open_databases,
    open_work,
    write_slices,
    write_stage,
)
from pipeline.warehouse.lock import WarehouseBusyError, hold_warehouse
from pipeline.warehouse.reads import tables_read
from pipeline.warehouse.relations import Check, load_checks, load_relations, read_header

HEADER = 'row_en = "One row."\nrow_fr = "Une ligne."\ncolumns = ["code", "name"]\n'


def write(folder: Path, name: str, sql: str, header: str = HEADER) -> None:
    """Write one relation, ``dim.a``, below a folder of SQL."""
    schema, relation = name.split(".")
    (folder / schema).mkdir(parents=True, exist_ok=True)
    (folder / schema / f"{relation}.sql").write_text(f"/*\n{header}*/\n{sql}\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "fact.b", "SELECT code, name FROM dim.a")
    write(tmp_path, "dim.a", "SELECT code, name FROM stage.territory")
    write(tmp_path, "kpi.c", "SELECT code, name FROM fact.d('x')", HEADER + 'without_lineage = "No figure."\n')
    write(
        tmp_path, "fact.d", "SELECT code, name FROM fact.b WHERE name <> wanted", HEADER + 'parameters = ["wanted"]\n'
    )
    return tmp_path


@pytest.fixture
def connection() -> object:
    with open_databases(":memory:", ":memory:") as opened:
        territory = {"code": "32", "level": "region", "name": "Hauts-de-France", "slug": "hauts-de-france"}
        write_stage(opened, {"territory": stage_contracts()["territory"].frame([territory])})
        yield opened


def test_dependencies_are_what_the_select_reads_through_ctes_macros_and_subqueries() -> None:
    sql = """
        WITH local AS (FROM dim.a), other AS (SELECT * FROM fact.m(DATE '2020-01-01'))
        SELECT *, (SELECT count(*) FROM kpi.c) FROM local JOIN other USING (x) ANTI JOIN stage.cell AS s USING (x)
    """
    assert tables_read(sql) == {"dim.a", "fact.m", "kpi.c", "stage.cell"}


def test_each_relation_follows_what_it_reads(folder: Path) -> None:
    assert list(load_relations(folder)) == ["dim.a", "fact.b", "fact.d", "kpi.c"]


def test_relations_that_read_each_other_are_told_as_a_circle(folder: Path) -> None:
    write(folder, "dim.a", "SELECT code, name FROM kpi.c")
    with pytest.raises(ValueError, match=r"circle: .*dim\.a"):
        load_relations(folder)


def test_a_relation_that_reads_an_unknown_one_is_named(folder: Path) -> None:
    write(folder, "dim.a", "SELECT code, name FROM dim.gone JOIN stage.territory USING (code)")
    with pytest.raises(ValueError, match=r"dim\.a reads dim\.gone, which no file"):
        load_relations(folder)


def test_a_select_that_cannot_be_read_is_named_with_its_line(folder: Path) -> None:
    write(folder, "dim.a", "SELECT code,\nname FRM stage.territory WHERE")
    with pytest.raises(ValueError, match=r"dim/a\.sql: line 2 of the SELECT: syntax error .*; correct it"):
        load_relations(folder)


@pytest.mark.parametrize(
    ("text", "message"), [("SELECT 1", "expected a header"), ("/* row_en = */ SELECT 1", "the header is not TOML")]
)
def test_a_file_without_a_readable_header_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.sql"
    with pytest.raises(ValueError, match=f"x.sql.*{message}"):
        read_header(path, text)


def test_a_relation_like_another_has_its_columns(folder: Path) -> None:
    described = HEADER + '\n[describe.name]\nen = "Own."\nfr = "Propre."\n'
    write(folder, "dim.a", "SELECT code, name FROM stage.territory", described)
    write(folder, "fact.b", "FROM dim.a", 'row_en = "x"\nrow_fr = "x"\nlike = "dim.a"\n')
    assert load_relations(folder)["fact.b"].contract.columns == load_relations(folder)["dim.a"].contract.columns


def test_a_relation_like_an_unknown_one_is_named(folder: Path) -> None:
    write(folder, "fact.b", "FROM dim.a", 'row_en = "x"\nrow_fr = "x"\nlike = "dim.gone"\n')
    with pytest.raises(ValueError, match=r"fact\.b: like = 'dim\.gone'"):
        load_relations(folder)


def test_relations_are_built_in_order_with_their_rows(folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    assert build_all(connection, folder) == {"dim.a": 1, "fact.b": 1, "fact.d": None, "kpi.c": 1}


def test_building_again_replaces(folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    build_all(connection, folder)
    assert build_all(connection, folder)["kpi.c"] == 1


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT code, 1 AS name FROM stage.territory", r"Only in the SELECT: \['name INTEGER'\]"),
        ("SELECT code FROM stage.territory", r"only in the header: \['name VARCHAR'\]"),
        ("SELECT name, code FROM stage.territory", "the order counts too"),
    ],
)
def test_a_select_that_breaks_its_promise_is_told_column_by_column(
    folder: Path, connection: duckdb.DuckDBPyConnection, sql: str, message: str
) -> None:
    write(folder, "dim.a", sql)
    with pytest.raises(ContractBrokenError, match=message):
        create_relation(connection, load_relations(folder)["dim.a"])


def test_a_macro_that_breaks_its_promise_is_told_too(folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write(folder, "fact.d", "SELECT 'x' AS code, wanted = 1 AS name", HEADER + 'parameters = ["wanted"]\n')
    with pytest.raises(ContractBrokenError, match=r"fact\.d: .*'name BOOLEAN'"):
        create_relation(connection, load_relations(folder)["fact.d"])


def test_a_stage_table_of_other_types_is_refused_and_leaves_the_old_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    wrong = stage_contracts()["run"].frame([]).with_columns(pl.lit(1).alias("as_of"))
    with pytest.raises(ContractBrokenError, match=r"stage\.run"):
        write_stage(connection, {"territory": stage_contracts()["territory"].frame([]), "run": wrong})
    assert connection.execute("SELECT count(*) FROM stage.territory").fetchone() == (1,)


def test_slices_add_up_and_an_empty_first_one_hides_nothing(settings: Settings) -> None:
    many = 150_000  # more than DuckDB keeps for the end of a transaction
    none = stage_contracts()["run"].frame([])
    days = pl.Series([date(2022, 1, 19)]).new_from_index(0, many)
    rows = pl.DataFrame({"inputs_sha256": pl.int_range(many, eager=True).cast(pl.String), "as_of": days})
    with open_work(settings) as connection:
        for _ in range(2):  # a second load replaces the first
            write_slices(connection, iter([{"run": none}, {"run": rows}, {"run": rows.head(3)}]))
            assert connection.execute("SELECT count(*) FROM stage.run").fetchone() == (many + 3,)


def test_a_slice_that_cannot_be_made_leaves_the_old_tables(connection: duckdb.DuckDBPyConnection) -> None:
    def slices() -> Iterator[dict[str, pl.DataFrame]]:
        yield {"territory": stage_contracts()["territory"].frame([])}
        raise RuntimeError("the cache is gone")

    with pytest.raises(RuntimeError, match="the cache is gone"):
        write_slices(connection, slices())
    assert connection.execute("SELECT count(*) FROM stage.territory").fetchone() == (1,)


def test_what_does_not_fit_the_memory_is_spilt_beside_the_working_database_and_swept(settings: Settings) -> None:
    small = settings.changed(database_memory_bytes=100_000_000)
    left_behind = settings.work / "spill" / "of a run that was cut"
    left_behind.mkdir(parents=True)
    with open_work(small) as connection:
        assert not left_behind.exists()
        many = "SELECT hash(range) AS a, repeat('x', 100) AS b FROM range(2_000_000)"
        connection.execute(f"SET threads = 2; CREATE TEMP TABLE in_order AS {many} ORDER BY a")
        assert any((settings.work / "spill").iterdir())
    assert not (settings.work / "spill").exists()


def test_the_stage_is_not_in_the_working_database(settings: Settings) -> None:
    with open_work(settings) as connection:
        write_stage(connection, {"run": stage_contracts()["run"].frame([])})
    with duckdb.connect(settings.work / "housing.duckdb") as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == []


def test_a_check_counts_what_fails_and_keeps_the_first_rows(connection: duckdb.DuckDBPyConnection) -> None:
    check = Check("many", "dim.a", "d", "d", is_blocking=True, sql="SELECT 49 - range AS row FROM range(50)")
    outcome = run_check(connection, check)
    assert (outcome.passed, outcome.failures) == (False, 50)
    assert outcome.sample["row"].to_list() == list(range(20))
    assert run_check(connection, Check("none", "dim.a", "d", "d", is_blocking=True, sql="SELECT 1 WHERE FALSE")).passed


def test_rows_that_break_their_contract_are_counted_and_shown() -> None:
    contract = stage_contracts()["run"]
    outcome = contract_outcome(contract, contract.frame([{"inputs_sha256": "a"}, {"inputs_sha256": "a"}]))
    assert (outcome.is_blocking, outcome.failures) == (True, 4)
    assert set(outcome.sample["rule"]) == {"unique_key", "not_nullable"}
    assert '"rule":"unique_key"' in str(outcome.row()["sample"])


def test_a_relation_is_held_against_its_contract_whole_though_it_is_read_in_slices(
    folder: Path, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SLICE_ROWS", 2048)
    header = HEADER + 'key = ["code"]\nrequired = ["name"]\n'
    # one row in every slice has no name, and the first key comes back in the last slice
    name = "CASE WHEN range % 2500 > 0 THEN 'x' END"
    rows = f"SELECT CAST(range % 9999 AS VARCHAR) AS code, {name} AS name FROM range(10000)"
    write(folder, "dim.a", rows, header)
    relation = load_relations(folder)["dim.a"]
    create_relation(connection, relation)
    outcome = audit.relation_outcome(connection, relation)
    assert outcome.failures == 4 + 2
    assert set(outcome.sample["rule"]) == {"not_nullable", "unique_key"}
    assert outcome.sample.filter(pl.col("rule") == "unique_key")["code"].to_list() == ["0", "0"]
    write(folder, "dim.a", f"{rows} WHERE FALSE", header)
    create_relation(connection, relation := load_relations(folder)["dim.a"])
    assert audit.relation_outcome(connection, relation).passed


def test_the_published_release_is_there_for_checks_under_the_name_previous(settings: Settings) -> None:
    with open_work(settings) as connection, pytest.raises(duckdb.BinderException, match="previous"):
        connection.execute("FROM previous.kpi.national")
    with duckdb.connect(settings.release_file) as published:
        published.execute("CREATE SCHEMA kpi; CREATE TABLE kpi.national AS SELECT 1 AS value")
    with open_work(settings) as connection:
        assert connection.execute("FROM previous.kpi.national").fetchall() == [(1,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("DELETE FROM previous.kpi.national")
    settings.release_file.write_bytes(b"no database")
    with open_work(settings) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_check_that_reads_the_previous_release_is_known_by_its_sql() -> None:
    def compares(sql: str) -> bool:
        return Check("one", "dim.a", "d", "d", is_blocking=True, sql=sql).compares_releases

    assert compares("FROM previous.kpi.national ANTI JOIN kpi.national USING (year)")
    assert not compares("SELECT previous.value FROM kpi.national AS previous")


def test_a_check_file_says_what_it_wants(tmp_path: Path) -> None:
    header = 'relation = "dim.a"\nblocking = true\nen = "Yes."\nfr = "Oui."\n'
    write(tmp_path, "checks.one", "SELECT 1;", header)
    assert load_checks(tmp_path) == [Check("one", "dim.a", "Yes.", "Oui.", is_blocking=True, sql="SELECT 1")]


def _hold(settings: Settings, held: object, release: object) -> None:
    with hold_warehouse(settings, "the nightly load"):
        held.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_a_second_process_is_told_who_holds_the_warehouse(settings: Settings) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(settings, held, release))
    holder.start()
    try:
        assert held.wait(30)
        told = pytest.raises(WarehouseBusyError, match=f"“the nightly load” .process {holder.pid}. since 20")
        with told, hold_warehouse(settings, "an analyst"):
            pass
    finally:
        release.set()
        holder.join(30)
    with hold_warehouse(settings, "an analyst"):
        pass


def test_the_same_run_may_hold_the_warehouse_twice_and_lets_go_once(settings: Settings) -> None:
    holder = settings.warehouse / ".lock-holder"
    with hold_warehouse(settings, "outer"):
        with hold_warehouse(settings, "inner"):
            assert "outer" in holder.read_text(encoding="utf-8")
        assert holder.exists()
    assert not holder.exists()


def test_the_wrong_rows_of_a_check_are_kept_as_texts_lists_included(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT 1 AS n, ['x', 'y'] AS keys, DATE '2021-01-02'"
    check = Check("listed", "dim.a", "d", "d", is_blocking=False, sql=sql)
    (row,) = json.loads(str(run_check(connection, check).row()["sample"]))
    assert list(row.values()) == ["1", "x, y", "2021-01-02"]


def test_a_former_name_is_a_view_where_an_earlier_version_left_a_table_and_the_other_way_round(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    relation = load_relations(folder)["dim.a"]
    for is_view, kind in ((False, "BASE TABLE"), (True, "VIEW"), (True, "VIEW"), (False, "BASE TABLE")):
        assert create_relation(connection, replace(relation, is_view=is_view)) == 1
        found = "SELECT table_type FROM information_schema.tables WHERE table_schema = 'dim' AND table_name = 'a'"
        assert connection.execute(f"{found} AND table_catalog = current_database()").fetchall() == [(kind,)]
