"""A release and its copy in a lake are one, whatever was published before; its catalogue is a file here."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli import commands
from pipeline.intake.withdraw import withdraw
from pipeline.load import load
from pipeline.publishing.lake import publish
from pipeline.publishing.lake.connect import LAKE, RELEASE, LakeError, open_lake
from pipeline.publishing.lake.differing import compare, write_differing
from pipeline.publishing.lake.publish import lake_release, publish_to_lake
from pipeline.settings import SettingError, Settings
from pipeline.vocabulary.territories import current_regions
from pipeline.warehouse.changes import changes_file
from pipeline.warehouse.relations import load_examples, load_relations
from pipeline.warehouse.releases import roll_back
from tests.support.lakes import TABLES, deliver, differing_in, with_lake
from tests.support.workbooks import regional_return

pytest.importorskip("duckdb_extension_ducklake", reason="the extension of DuckDB for a lake is not installed")

COMMENTS = """
SELECT schema_name || '.' || table_name AS name, '' AS column_name, comment
FROM duckdb_tables() WHERE database_name = '{0}' AND schema_name IN ('dim', 'fact', 'kpi', 'audit')
UNION ALL
SELECT schema_name || '.' || table_name, column_name, comment
FROM duckdb_columns() WHERE database_name = '{0}' AND schema_name IN ('dim', 'fact', 'kpi', 'audit')
ORDER BY ALL
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse with the release of a few files of ``raw/``, published into a lake."""
    home = tmp_path_factory.mktemp("lake")
    for source in ("regional_return", "commitments", "agreements"):
        shutil.copytree(Settings().raw / source, home / "raw" / source)
    settings = Settings(raw=home / "raw", warehouse=home / "warehouse", workers=2, settle_seconds=0)
    settings = with_lake(settings, home)
    load(settings)
    made = publish_to_lake(settings)
    assert made.is_new
    return settings


def test_every_relation_is_equal_row_by_row(published: Settings) -> None:
    assert differing_in(published) == {}
    assert len(TABLES) > 40


def test_every_comment_of_a_table_and_its_columns_is_kept(published: Settings) -> None:
    with open_lake(published) as connection:
        known = load_relations(published.sql)
        of_tables = {name for name in TABLES if not known[name].is_view}
        found = {
            database: {(n, c): text for n, c, text in connection.execute(COMMENTS.format(database)).fetchall()}
            for database in (LAKE, RELEASE)
        }
        kept = {place: text for place, text in found[RELEASE].items() if place[0] in of_tables and text}
        assert {place: found[LAKE].get(place) for place in kept} == kept
        macros = {name for (name,) in connection.execute("SELECT macro_name FROM audit.macro").fetchall()}
        assert macros == {name for name, each in known.items() if each.is_macro}


@pytest.mark.parametrize("name", sorted(load_examples(Settings().sql)))
def test_an_example_has_the_same_answer_on_the_file_and_on_the_lake(published: Settings, name: str) -> None:
    query = load_examples(published.sql)[name].rstrip().rstrip(";")
    with duckdb.connect(published.release_file, read_only=True) as file:
        on_file = file.execute(query).fetchall()
    with open_lake(published) as connection:
        on_lake = connection.execute(query).fetchall()
    assert sorted(map(repr, on_lake)) == sorted(map(repr, on_file))


def test_a_release_that_is_there_is_not_written_again(published: Settings) -> None:
    assert not publish_to_lake(published).is_new


def test_a_changed_file_writes_what_differs_and_each_release_can_be_asked_again(
    settings: Settings, tmp_path: Path
) -> None:
    settings = with_lake(settings, tmp_path)
    figures = {}
    for deliveries in (10, 12, 15):
        regional_return(
            settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, deliveries, "logements")]
        )
        load(settings)
        made = publish_to_lake(settings)
        figures[made.release_id] = deliveries
    assert {"fact.observation", "kpi.regional"} <= set(made.written)
    assert not {"dim.territory", "dim.indicator", "fact.target"} & set(made.written)
    with open_lake(settings) as connection:
        snapshots = connection.execute(f"SELECT commit_message, snapshot_id FROM {LAKE}.snapshots()").fetchall()
        told = {message: snapshot for message, snapshot in snapshots if message}
        assert list(told) == list(figures)
        then = {
            release: connection.execute(f"SELECT value FROM fact.observation AT (VERSION => {number})").fetchall()
            for release, number in told.items()
        }
    assert then == {release: [(value,)] for release, value in figures.items()}


def test_what_is_declared_no_more_is_dropped_whatever_it_was(settings: Settings, tmp_path: Path) -> None:
    settings = with_lake(settings, tmp_path)
    regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, 10, "logements")])
    load(settings)
    publish_to_lake(settings)
    with open_lake(settings) as connection:
        connection.execute("CREATE TABLE kpi.one AS SELECT 1 AS a; CREATE VIEW kpi.two AS FROM kpi.one")
        connection.execute("CREATE MACRO kpi.three(x) AS TABLE SELECT x AS a")
        connection.execute("INSERT INTO audit.lake VALUES ('kpi.one', ''), ('kpi.two', ''), ('kpi.three', '')")
    regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, 12, "logements")])
    load(settings)
    assert {"kpi.one", "kpi.two", "kpi.three"} <= set(publish_to_lake(settings).written)
    with open_lake(settings) as connection:
        for name in ("kpi.one", "kpi.two", "kpi.three(1)"):
            with pytest.raises(duckdb.CatalogException):
                connection.execute(f"FROM {name}")


def test_a_rollback_is_followed_and_old_snapshots_are_let_go(settings: Settings, tmp_path: Path) -> None:
    settings = with_lake(settings, tmp_path).changed(keep_releases=2)
    for deliveries in (10, 12):
        regional_return(
            settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, deliveries, "logements")]
        )
        load(settings)
        publish_to_lake(settings)
    first = roll_back(settings)
    made = publish_to_lake(settings)
    assert made.release_id == first.release_id
    with open_lake(settings) as connection:
        assert lake_release(connection) == first.release_id
        assert connection.execute("SELECT value FROM fact.observation").fetchall() == [(10,)]
        (kept,) = connection.execute(f"SELECT count(*) FROM {LAKE}.snapshots()").fetchone() or (0,)
    assert kept == 2


def test_a_lake_that_cannot_be_opened_hinders_no_release_and_is_told_in_a_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "catalogue.ducklake").write_text("this is no catalogue", encoding="utf-8")
    regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, 10, "logements")])
    for name, value in (
        ("RAW", settings.raw), ("WAREHOUSE", settings.warehouse), ("SETTLE_SECONDS", 0),
        ("LAKE", tmp_path / "catalogue.ducklake"), ("LAKE_DATA", tmp_path / "data"),
    ):  # fmt: skip
        monkeypatch.setenv(f"HOUSING_{name}", str(value))
    ended = CliRunner().invoke(commands, ["load"])
    assert ended.exit_code == 5
    assert "The lake cannot be opened" in ended.output
    assert settings.release_file.exists()
    (tmp_path / "catalogue.ducklake").unlink()
    assert CliRunner().invoke(commands, ["load"]).exit_code == 0
    told = CliRunner().invoke(commands, ["lake"])
    assert "there already" in told.output


def test_what_is_set_wrongly_is_told_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="HOUSING_LAKE_DATA are needed together"):
        settings.changed(lake=str(tmp_path / "c"))
    with pytest.raises(ValueError, match="PGPASSFILE"):
        settings.changed(lake="postgres:dbname=a password=secret", lake_data=str(tmp_path))


def test_without_the_extension_its_package_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with (
        pytest.raises(SettingError, match=r"duckdb-extension-ducklake .*\[lake\]"),
        open_lake(with_lake(settings, tmp_path)),
    ):
        pass


def test_a_cut_publication_leaves_the_lake_as_it_was(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_lake(settings, tmp_path)
    regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, 10, "logements")])
    load(settings)
    first = publish_to_lake(settings)
    regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, 12, "logements")])
    load(settings)

    def cut(*_: object) -> None:
        raise duckdb.IOException("the data cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.publishing.lake.publish._write_macros", cut)
        with pytest.raises(LakeError, match="stays as it was: the data cannot be written"):
            publish_to_lake(settings)
    with open_lake(settings) as connection:
        assert lake_release(connection) == first.release_id
        assert connection.execute("SELECT value FROM fact.observation").fetchall() == [(10,)]
    assert publish_to_lake(settings).is_new


def published_twice(settings: Settings, tmp_path: Path) -> Settings:
    """A lake that holds the first of two releases."""
    settings = with_lake(settings, tmp_path)
    place = settings.raw / "regional_return/bretagne/b.xlsx"
    regional_return(place, [("Livraisons", 2021, 10, "logements")])
    regional_return(
        settings.raw / "regional_return/corse/c.xlsx", [("Livraisons", 2021, 7, "logements")], region="Corse"
    )
    load(settings)
    publish_to_lake(settings)
    regional_return(place, [("Livraisons", 2021, 12, "logements")])
    load(settings)
    return settings


def test_a_release_that_is_kept_as_a_file_no_more_is_compared_in_the_lake(settings: Settings, tmp_path: Path) -> None:
    settings = published_twice(settings, tmp_path)
    for file in settings.releases.glob("*.duckdb"):
        file.unlink()
    assert "fact.observation" in publish_to_lake(settings).written
    assert differing_in(settings) == {}


def test_a_table_into_which_somebody_else_wrote_is_written_anew(settings: Settings, tmp_path: Path) -> None:
    settings = published_twice(settings, tmp_path)
    with open_lake(settings) as connection:
        connection.execute("BEGIN; DELETE FROM fact.observation")
        (release_id,) = connection.execute("SELECT release_id FROM audit.release").fetchone() or ("",)
        connection.execute(f"CALL {LAKE}.set_commit_message('somebody', '{release_id}'); COMMIT")
    publish_to_lake(settings)
    assert differing_in(settings) == {}


def test_a_release_that_was_made_of_what_changed_tells_what_differs_and_nothing_is_compared(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_lake(settings, tmp_path)
    of_all_regions(settings)
    deliver(settings, 10)

    def refused(*_: object) -> None:
        raise AssertionError("two releases are compared")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "compare", refused)
        deliver(settings, 14, 11)
        withdraw(settings, "regional_return/corse/a.xlsx", "doublon")
        load(settings)
        publish_to_lake(settings)
    assert differing_in(settings) == {}
    load(settings, force=True)  # made anew, and told by nobody
    assert not changes_file(settings).exists()
    deliver(settings, 15)
    assert differing_in(settings) == {}


def of_all_regions(settings: Settings) -> None:
    """A return of each region, so that one more changes little."""
    for region in current_regions():
        rows = [("Livraisons", 2020, 10, "logements")]
        regional_return(settings.raw / f"regional_return/{region.slug}/a.xlsx", rows, region=region.name)


def test_changes_that_lead_from_another_release_are_not_taken(settings: Settings, tmp_path: Path) -> None:
    settings = with_lake(settings, tmp_path)
    of_all_regions(settings)
    deliver(settings, 10)
    for figure in (12, 14):
        regional_return(settings.raw / "regional_return/bretagne/b.xlsx", [("Livraisons", 2021, figure, "logements")])
        load(settings)
    assert changes_file(settings).exists()
    publish_to_lake(settings)
    assert differing_in(settings) == {}


def test_rows_that_stand_several_times_are_as_many_in_the_lake(settings: Settings, tmp_path: Path) -> None:
    relation = load_relations(settings.sql)["kpi.agreements"]
    assert not relation.contract.key
    with open_lake(published_twice(settings, tmp_path)) as connection:
        connection.execute(f"CREATE OR REPLACE TABLE {relation.name} AS SELECT unnest([1, 1, 2, NULL, 4]) AS indicator")
        connection.execute("CREATE TEMP TABLE before AS FROM kpi.agreements")
        connection.execute("CREATE TEMP TABLE source AS SELECT unnest([1, 2, 2, NULL, NULL, 5]) AS indicator")
        model = relation.contract.columns[0]
        contract = replace(relation.contract, columns=(replace(model, name="indicator", type="INTEGER"),))
        compare(connection, "temp.source", "temp.before")
        write_differing(connection, replace(relation, contract=contract), "temp.source")
        rows = connection.execute("FROM kpi.agreements ORDER BY ALL NULLS LAST").fetchall()
    assert rows == [(1,), (2,), (2,), (5,), (None,), (None,)]
