"""A lake whose catalogue is in PostgreSQL: who may do what, who collides with whom, and how its server is known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import duckdb
import pytest

from pipeline.load import load
from pipeline.publishing.lake import publish
from pipeline.publishing.lake.connect import LAKE, LakeError, open_lake
from pipeline.publishing.lake.publish import publish_to_lake
from pipeline.publishing.lake.upkeep import name_snapshot
from pipeline.settings import PRODUCT, Settings
from tests.support.certificates import another_authority, certify
from tests.support.lakes import deliver, differing_in
from tests.support.part_of_sql import part_of_sql
from tests.support.postgres import postgres, psql
from tests.support.workbooks import regional_return

pytest.importorskip("duckdb_extension_postgres_scanner", reason="the extension for PostgreSQL is not installed")

FRENCH = "fr_FR.UTF-8"
PLACE = "regional_return/bretagne/b.xlsx"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings.changed(sql=part_of_sql(tmp_path_factory))


def at(settings: Settings, server: str, tmp_path: Path) -> Settings:
    return settings.changed(lake=f"postgres:{server}", lake_data=str(tmp_path / "data"))


def test_a_reader_who_stays_sees_one_release_through_ten_and_each_can_be_asked_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.publishing.lake.upkeep._MANY_FILES", 2)
    ask = "SELECT value FROM fact.observation"
    figures = [12 + number for number in range(10)]
    with postgres() as server:
        settings = at(settings, server, tmp_path).changed(keep_releases=10)
        deliver(settings, 10)
        with open_lake(settings, read_only=True) as reader:
            reader.execute("BEGIN")
            assert reader.execute(ask).fetchall() == [(10,)]
            for figure in figures:
                deliver(settings, figure)
                assert reader.execute(ask).fetchall() == [(10,)]
                # also what it had not read yet
                assert reader.execute("SELECT count(*) FROM audit.cell_coverage").fetchall()
            reader.execute("COMMIT")
            assert reader.execute(ask).fetchall() == [(figures[-1],)]
            snapshots = reader.execute(f"SELECT snapshot_id FROM {LAKE}.snapshots() ORDER BY ALL").fetchall()
            then = [reader.execute(f"{ask} AT (VERSION => {number})").fetchone() for (number,) in snapshots]
        assert then == [(figure,) for figure in figures]
        assert differing_in(settings) == {}


def test_of_two_who_publish_at_once_the_one_who_comes_late_tries_again_whatever_the_server_speaks(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "fr_FR.utf8" not in subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout:
        pytest.skip("this machine has no French locale")
    with postgres(locale=FRENCH) as server:
        with pytest.raises(subprocess.CalledProcessError) as told:
            psql(server, "-c", "SELECT * FROM nulle_part")
        assert "n'existe pas" in told.value.stderr
        settings = at(settings, server, tmp_path)
        deliver(settings, 10)
        elsewhere = settings.changed(raw=tmp_path / "elsewhere/raw", warehouse=tmp_path / "elsewhere/warehouse")
        for one, figure in ((settings, 12), (elsewhere, 99)):
            regional_return(one.raw / PLACE, [("Livraisons", 2021, figure, "logements")])
            load(one)
        attempts = []

        def late(connection: duckdb.DuckDBPyConnection, release_id: str, extra: str = "") -> None:
            name_snapshot(connection, release_id, extra)
            attempts.append(release_id)
            if len(attempts) == 1:
                assert publish_to_lake(elsewhere).is_new

        monkeypatch.setattr(publish, "name_snapshot", late)
        assert publish_to_lake(settings).is_new
        ours, theirs, again = attempts
        assert ours == again != theirs
        assert differing_in(settings) == {}


def test_who_is_overtaken_each_time_fails_in_a_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres() as server:
        settings = at(settings, server, tmp_path)
        deliver(settings, 10)
        regional_return(settings.raw / PLACE, [("Livraisons", 2021, 12, "logements")])
        load(settings)

        def late(connection: duckdb.DuckDBPyConnection, release_id: str, extra: str = "") -> None:
            name_snapshot(connection, release_id, extra)
            with open_lake(settings) as other:
                other.execute("BEGIN; COMMENT ON TABLE audit.lake IS 'another release'")
                name_snapshot(other, "another release")
                other.execute("COMMIT")

        monkeypatch.setattr(publish, "name_snapshot", late)
        with pytest.raises(LakeError, match="stays as it was") as told:
            publish_to_lake(settings)
        assert "\n" not in str(told.value)


def test_who_publishes_and_who_reads_can_do_that_and_no_more(settings: Settings, tmp_path: Path) -> None:
    with postgres() as server:
        script = ["-v", "writer=a-writer", "-v", "reader=a-reader", "-f", str(PRODUCT / "deploy/lake/roles.sql")]
        for _ in range(2):
            psql(server, *script)
        writer, reader = (server.replace("user=housing", f"user={name}") for name in ("a-writer", "a-reader"))
        settings = at(settings, writer, tmp_path)
        deliver(settings, 10, 12)
        psql(server, *script)
        deliver(settings, 14)
        assert psql(writer, "-c", "SHOW is_superuser").strip() == "off"
        assert psql(writer, "-c", "SHOW lc_messages").strip() == "C"
        with open_lake(settings) as connection:
            query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = ?"
            names = [name for (name,) in connection.execute(query, [LAKE]).fetchall()]
            there = {name: sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) for name in names}
        assert len(there) > 10
        as_reader = settings.changed(lake=f"postgres:{reader}")
        with open_lake(as_reader, read_only=True) as connection:
            for name, rows in there.items():
                assert sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) == rows
            with pytest.raises(duckdb.Error, match="read-only"):
                connection.execute("DELETE FROM fact.observation")
        with open_lake(as_reader) as connection, pytest.raises(duckdb.Error, match=r"read-only|permission denied"):
            connection.execute("DELETE FROM fact.observation")
        for what in ("DROP TABLE ducklake_snapshot", "DELETE FROM ducklake_snapshot", "CREATE TABLE public.a (a int)"):
            with pytest.raises(subprocess.CalledProcessError) as told:
                psql(reader, "-c", "SET default_transaction_read_only = off", "-c", what)
            assert "permission denied" in told.value.stderr or "must be owner" in told.value.stderr
        assert differing_in(settings) == {}


def test_the_server_is_known_by_its_certificate(settings: Settings, tmp_path: Path) -> None:
    authority, certificate = certify(tmp_path, "localhost")
    with postgres(certificate=certificate) as on_socket:
        server = " ".join(part for part in on_socket.split() if not part.startswith("host="))
        known = f"{server} host=localhost sslmode=verify-full sslrootcert="
        deliver(at(settings, f"{known}{authority}", tmp_path), 10)
        with pytest.raises(LakeError, match=r"The lake cannot be opened: .*certificate verify failed") as told:
            publish_to_lake(at(settings, f"{known}{another_authority(tmp_path)}", tmp_path))
        assert "\n" not in str(told.value)
        with pytest.raises(LakeError, match=r"The lake cannot be opened: .*encryption"):
            publish_to_lake(at(settings, f"{server} host=localhost sslmode=disable", tmp_path))


@pytest.mark.parametrize(
    "server",
    [
        "dbname=lake host=db.example.org",
        "dbname=lake hostaddr = 10.0.0.1",
        "postgresql://a@db.example.org/lake",
        "dbname=lake",
    ],
)
def test_another_machine_must_be_known_by_something(
    settings: Settings, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", "db.example.org")
    with pytest.raises(ValueError, match="add sslmode=verify-full"):
        at(settings, server, tmp_path)
    mark = "?" if "://" in server else " "
    assert at(settings, f"{server}{mark}sslmode=require", tmp_path).lake
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert at(settings, server, tmp_path).lake


@pytest.mark.parametrize("server", ["dbname=lake", "dbname=lake host=/run/postgresql", "dbname=lake host=127.0.0.1"])
def test_this_machine_needs_no_certificate(settings: Settings, tmp_path: Path, server: str) -> None:
    assert at(settings, server, tmp_path).lake


def test_a_password_in_an_address_is_refused_as_well(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="PGPASSFILE"):
        at(settings, "postgresql://housing:secret@localhost/lake", tmp_path)
