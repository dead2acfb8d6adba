"""The database that several hosts share: the lines of the ledger, the index of readings, and who may write.

A table of lines holds what the file of the ledger holds else, to the last byte, so that the chain of hashes is the
same; lines are added in a transaction and never changed. One host writes at a time: it holds an advisory lock, which
the server frees when the host goes away, and says under which name. Whoever has lost the lock without knowing finds
other lines before its own, and writes nothing.

What belongs here: PostgreSQL. What does not: what the lines say (``pipeline.intake``), the objects (``objects``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg import errors

from pipeline.stores.errors import SharedStoreError, first_line
from pipeline.stores.journal import JournalMovedError

_PATIENCE_SECONDS = 30.0
"""How long a server that is down, or a network that is cut, is waited for."""
_REFUSED_SECONDS = 5.0
"""How long one is asked again that answers and refuses: it may be starting, and says so in its own language."""
_PAUSE_SECONDS = 0.5
_LOCK, _APPENDING = (1_752_135_027, 1), (1_752_135_027, 2)
"""Which advisory locks are ours: that of the one writer, and that of a transaction that appends."""
_NAME_BYTES = 63
"""How much PostgreSQL keeps of the name that a connection goes under."""

_TABLES = """
CREATE SCHEMA IF NOT EXISTS housing;
CREATE TABLE IF NOT EXISTS housing.ledger (number bigint PRIMARY KEY CHECK (number > 0), line text NOT NULL);
CREATE TABLE IF NOT EXISTS housing.reading (key text PRIMARY KEY, folder text NOT NULL);
COMMENT ON TABLE housing.ledger IS 'The ledger of the housing pipeline: a line an event, chained to the one before.';
COMMENT ON TABLE housing.reading IS 'Which object of the store holds the reading with a key.';
"""
_MISSING = "SELECT to_regclass('housing.ledger') IS NULL OR to_regclass('housing.reading') IS NULL"
_HOLDER = """
SELECT a.application_name, a.backend_start FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.objsubid = 2
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# a host that is cut off must not hold the lock for the two hours that the server would wait for it by itself
_LIVELY = """
SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
       set_config('tcp_keepalives_count', '3', false)
"""
_Made = TypeVar("_Made")


class HeldElsewhereError(RuntimeError):
    """Another host holds the lock; the message says who, and since when."""


class Database:
    """The database of an installation that several hosts share; each call has a connection of its own."""

    def __init__(self, conninfo: str) -> None:
        """Name the database; nothing is opened.

        Args:
            conninfo: as libpq reads it, ``dbname=housing host=…``; the password comes from PGPASSWORD or PGPASSFILE.
        """
        self._conninfo = conninfo
        self.name = f"postgres:{conninfo}"
        self._is_ready = False

    # -- lines ---------------------------------------------------------------------------------------------------------

    def lines(self) -> list[bytes]:
        """Return every line of the ledger, in order."""
        query = "SELECT line FROM housing.ledger ORDER BY number"
        return self._patiently(lambda c: [line.encode() for (line,) in c.execute(query).fetchall()])

    def append(self, lines: Sequence[bytes], after: int) -> None:
        """Append lines after the first so many, all of them or none.

        Where the connection breaks before the server has answered, it is asked again whether they are there.

        Raises:
            JournalMovedError: other lines stand there.
            SharedStoreError: the server cannot be reached, or does not let us.
        """
        self._patiently(lambda connection: self._append(connection, [line.decode() for line in lines], after))

    def _append(self, connection: psycopg.Connection, lines: Sequence[str], after: int) -> None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", _APPENDING)
            (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM housing.ledger").fetchone() or (0,)
            query = "SELECT line FROM housing.ledger WHERE number > %s ORDER BY number"
            there = [line for (line,) in connection.execute(query, [after]).fetchall()]
            if there == lines:
                return
            if there or last != after:
                raise JournalMovedError(
                    f"{self.name}: another host has written to the ledger meanwhile ({last} events, and not {after}); "
                    "nothing of this run was written. Run it again."
                )
            with connection.cursor() as cursor:
                rows = list(enumerate(lines, start=after + 1))
                cursor.executemany("INSERT INTO housing.ledger (number, line) VALUES (%s, %s)", rows)

    def replace(self, lines: Sequence[bytes]) -> str:
        """Put other lines in the place of all; return the table in which the old ones are kept, empty for none."""
        kept = f"ledger_until_{time.strftime('%Y%m%d_%H%M%S', time.gmtime())}"

        def exchange(connection: psycopg.Connection) -> str:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", _APPENDING)
                (is_empty,) = connection.execute("SELECT count(*) = 0 FROM housing.ledger").fetchone() or (True,)
                if not is_empty:
                    connection.execute(f"ALTER TABLE housing.ledger RENAME TO {kept}")
                    connection.execute(f"ALTER INDEX housing.ledger_pkey RENAME TO {kept}_pkey")
                    connection.execute(_TABLES)
                with connection.cursor() as cursor:
                    rows = [(number, line.decode()) for number, line in enumerate(lines, start=1)]
                    cursor.executemany("INSERT INTO housing.ledger (number, line) VALUES (%s, %s)", rows)
            return "" if is_empty else f"housing.{kept}"

        return self._patiently(exchange)

    # -- the index of readings -----------------------------------------------------------------------------------------

    def find_readings(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the folder that holds the reading of each key, where there is one."""
        query = "SELECT key, folder FROM housing.reading WHERE key = ANY(%s)"
        return self._patiently(lambda c: dict(c.execute(query, [list(keys)]).fetchall()))

    def all_readings(self) -> dict[str, str]:
        """Return the folder of every reading that is indexed."""
        return self._patiently(lambda c: dict(c.execute("SELECT key, folder FROM housing.reading").fetchall()))

    def index_readings(self, folders: Mapping[str, str], gone: Sequence[str] = ()) -> None:
        """Take note of where readings stand; forget those of folders that are gone, unless they are named anew."""

        def write(connection: psycopg.Connection) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute("DELETE FROM housing.reading WHERE folder = ANY(%s)", [list(gone)])
                cursor.executemany(
                    "INSERT INTO housing.reading (key, folder) VALUES (%s, %s) "
                    "ON CONFLICT (key) DO UPDATE SET folder = excluded.folder",
                    sorted(folders.items()),  # in one order, so that two hosts wait for each other and never both
                )

        self._patiently(write)

    # -- the lock ------------------------------------------------------------------------------------------------------

    @contextmanager
    def held(self, who: str, wait_seconds: float) -> Iterator[None]:
        """Hold the lock while the block runs, waiting for another holder.

        Args:
            who: the name that another host is told.
            wait_seconds: how long another holder is waited for.

        Raises:
            HeldElsewhereError: another one still holds it.
            SharedStoreError: the server cannot be reached.
        """
        self._patiently(lambda _: None)  # a server that restarts is waited for here
        with self._connect(who) as connection:
            connection.execute(_LIVELY)
            until = time.monotonic() + wait_seconds
            while not _is_taken(connection):
                if time.monotonic() >= until:
                    raise HeldElsewhereError(_holder(connection))
                time.sleep(min(_PAUSE_SECONDS, max(0.0, until - time.monotonic())))
            yield

    # -- connections ---------------------------------------------------------------------------------------------------

    def _patiently(self, work: Callable[[psycopg.Connection], _Made]) -> _Made:
        """Do something in a connection of its own, again where the connection fails, until that lasts too long."""
        began = time.monotonic()
        while True:
            try:
                with self._connect("") as connection:
                    self._make_ready(connection)
                    return work(connection)
            except errors.InsufficientPrivilege as error:
                raise self._failed(error, "give this user the right to it (docs/hosts.md)") from error
            except psycopg.OperationalError as error:
                if time.monotonic() - began >= _patience(error):
                    raise self._failed(error, "see HOUSING_SHARED_LEDGER") from error
                time.sleep(_PAUSE_SECONDS)
            except psycopg.Error as error:
                raise self._failed(error, "see to the database") from error

    def _connect(self, name: str) -> psycopg.Connection:
        told = name.encode()[:_NAME_BYTES].decode(errors="ignore")
        return psycopg.connect(self._conninfo, autocommit=True, connect_timeout=10, application_name=told or "housing")

    def _make_ready(self, connection: psycopg.Connection) -> None:
        if self._is_ready:
            return
        (is_missing,) = connection.execute(_MISSING).fetchone() or (True,)
        if is_missing:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", _APPENDING)  # two hosts may begin at once
                connection.execute(_TABLES)
        self._is_ready = True

    def _failed(self, error: BaseException, to_do: str) -> SharedStoreError:
        return SharedStoreError(f"{first_line(error)} ({to_do})", self.name)


def _patience(error: psycopg.OperationalError) -> float:
    """Return for how many seconds trying again may help."""
    told = str(error)
    if "SSL error:" in told or "certificate" in told:  # who is there will not become another one
        return 0
    return min(_PATIENCE_SECONDS, _REFUSED_SECONDS) if "FATAL:" in told else _PATIENCE_SECONDS


def _is_taken(connection: psycopg.Connection) -> bool:
    (is_taken,) = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", _LOCK).fetchone() or (False,)
    return bool(is_taken)


def _holder(connection: psycopg.Connection) -> str:
    row = connection.execute(_HOLDER, _LOCK).fetchone()
    return f"“{row[0]}” since {row[1].isoformat(timespec='seconds')}" if row else "another host"


class SharedJournal:
    """The ledger's lines in the shared database."""

    is_shared = True

    def __init__(self, database: Database) -> None:
        self.name = database.name
        self._database = database

    def read(self) -> list[bytes]:
        """Return every line."""
        return self._database.lines()

    remains = read

    def append(self, lines: Sequence[bytes], after: int) -> None:
        """Append lines, in one transaction."""
        self._database.append(lines, after)

    def replace(self, lines: Sequence[bytes]) -> str:
        """Put other lines in the place of all, and keep those in a table beside."""
        return self._database.replace(lines)
