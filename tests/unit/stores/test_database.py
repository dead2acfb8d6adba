"""The shared database keeps lines in order, waits for a server that restarts, and tells of one that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pipeline.settings import PRODUCT
from pipeline.stores import database as module
from pipeline.stores.database import Database, HeldElsewhereError
from pipeline.stores.errors import SharedStoreError
from pipeline.stores.journal import JournalMovedError
from tests.support.certificates import another_authority, certify
from tests.support.postgres import Server, psql, server


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as started:
        yield started


@pytest.fixture
def database(running: Server) -> Database:
    with psycopg.connect(running.conninfo, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS housing CASCADE")
    return Database(running.conninfo)


def test_lines_are_kept_to_the_last_byte_and_never_between_others(database: Database) -> None:
    lines = [b'{"a": "\xc3\xa9 \\u0000 \xe2\x80\xaf"}', b"", b"  x  "]
    database.append(lines, after=0)
    assert database.lines() == lines
    for after in (0, 2, 4):
        with pytest.raises(JournalMovedError):
            database.append([b"late"], after)
    assert database.lines() == lines
    database.append(lines, after=0)  # an answer that was lost: they are there
    assert database.lines() == lines
    kept = database.replace([b"other"])
    assert (database.lines(), kept.startswith("housing.ledger_until_")) == ([b"other"], True)


def test_of_many_that_append_at_once_one_is_let_in(database: Database) -> None:
    database.lines()
    ended: list[str] = []

    def append(name: int) -> None:
        try:
            database.append([b"%d" % name, b"more"], after=0)
        except JournalMovedError:
            ended.append("moved")
        else:
            ended.append("written")

    threads = [threading.Thread(target=append, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["moved"] * 5 + ["written"]
    assert len(database.lines()) == 2


def test_the_index_tells_where_a_reading_stands(database: Database) -> None:
    database.index_readings({"a": "one", "b": "one", "c": "two"})
    assert database.find_readings(["a", "c", "d"]) == {"a": "one", "c": "two"}
    database.index_readings({"b": "three"}, gone=["one"])
    assert database.all_readings() == {"b": "three", "c": "two"}


def test_a_server_that_restarts_is_waited_for(running: Server, database: Database) -> None:
    database.append([b"one"], after=0)
    running.stop()
    starting = threading.Timer(1.5, running.start)
    starting.start()
    database.append([b"two"], after=1)
    starting.join()
    assert database.lines() == [b"one", b"two"]


def test_a_server_that_does_not_come_back_is_one_sentence(running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.1)
    nowhere = Database(f"{running.conninfo} port=1")
    with pytest.raises(SharedStoreError, match="see HOUSING_SHARED_LEDGER") as told:
        nowhere.lines()
    assert "\n" not in str(told.value)
    with pytest.raises(
        SharedStoreError, match="does not exist"
    ):  # it may be starting, and is asked no longer than that
        Database(running.conninfo.replace("dbname=lake", "dbname=other")).lines()


def test_a_lock_is_freed_when_its_holder_is_gone(running: Server, database: Database) -> None:
    with database.held("one: housing load", 0):
        with pytest.raises(HeldElsewhereError, match="“one: housing load” since 2"), database.held("other", 0):
            pass
        with psycopg.connect(running.conninfo, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'one: housing load'"
            )
        with database.held("other", 5):
            pass


def test_a_host_adds_lines_and_changes_none(running: Server, database: Database) -> None:
    database.append([b"one"], after=0)
    for _ in range(2):
        psql(running.conninfo, "-v", "host=a-host", "-f", str(PRODUCT / "deploy" / "hosts" / "roles.sql"))
    as_host = running.conninfo.replace("user=housing", "user=a-host")
    host = Database(as_host)
    host.append([b"two"], after=1)
    host.index_readings({"key": "folder"})
    with host.held("a host", 0):
        assert (host.lines(), host.find_readings(["key"])) == ([b"one", b"two"], {"key": "folder"})
    with pytest.raises(SharedStoreError, match=r"permission denied|must be owner"):
        host.replace([])
    for what in (
        "UPDATE housing.ledger SET line = ''",
        "DELETE FROM housing.ledger",
        "TRUNCATE housing.ledger",
        "DROP TABLE housing.ledger",
        "CREATE TABLE housing.more (a int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(as_host) as connection:
            connection.execute(what)


def test_the_server_is_known_by_its_certificate(tmp_path: Path) -> None:
    authority, certificate = certify(tmp_path, "localhost")
    with server(certificate=certificate) as encrypted:
        parts = " ".join(part for part in encrypted.conninfo.split() if not part.startswith("host="))
        known = f"{parts} host=localhost sslmode=verify-full sslrootcert="
        assert Database(f"{known}{authority}").lines() == []
        with pytest.raises(SharedStoreError, match="certificate verify failed") as told:
            Database(f"{known}{another_authority(tmp_path)}").lines()
        assert "\n" not in str(told.value)


def test_a_user_without_the_right_is_told_so(running: Server, database: Database) -> None:
    database.lines()
    with psycopg.connect(running.conninfo, autocommit=True) as connection:
        connection.execute("CREATE ROLE stranger LOGIN")
        connection.execute("GRANT CONNECT ON DATABASE lake TO stranger")
    stranger = Database(running.conninfo.replace("user=housing", "user=stranger"))
    with pytest.raises(SharedStoreError, match="give this user the right to it"):
        stranger.lines()
