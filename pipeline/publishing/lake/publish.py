"""Publishing the release into the lake: one transaction, in which only what differs is written.

Which relations differ is told by the digest of their rows, which the lake keeps beside them (``audit.lake``); of one
that does, the rows that differ are written. What the lake cannot keep of the file, the comments of macros, stands in
``audit.macro``.

What belongs here: the order of work. What does not: opening the lake (``connect``), the rows of a table
(``differing``), letting go of old snapshots and small files (``upkeep``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Self

import duckdb

from pipeline.load import Progress
from pipeline.publishing.lake.connect import LAKE, RELEASE, LakeError, open_lake
from pipeline.publishing.lake.differing import Digest, compare, take, write_anew, write_differing
from pipeline.publishing.lake.upkeep import keep_up, name_snapshot
from pipeline.publishing.sentences import after_publishing
from pipeline.settings import Settings
from pipeline.stores.errors import first_line
from pipeline.warehouse.build import quoted
from pipeline.warehouse.changes import attach_changes, come_into, gone_from
from pipeline.warehouse.relations import SCHEMAS, Relation, load_relations
from pipeline.warehouse.release_file import comments_of, create_in_release, macro_comment
from pipeline.warehouse.releases import kept_path

_STATE = "audit.lake"
_OF_STATE = "Une ligne par relation : ce dont elle est faite — one row per relation: what it is made of; "
_KEPT = f"CREATE TABLE IF NOT EXISTS {_STATE} (relation_name VARCHAR, content VARCHAR)"
_MACROS = "audit.macro"
_BEFORE = "before"
"""The name of the release that the lake holds, on the connection."""


_ATTEMPTS = 3
"""How often a publication is tried that another one overtakes."""


class _OvertakenError(LakeError):
    """Somebody else published into the lake meanwhile."""


class Published(NamedTuple):
    """What became of a release in the lake."""

    release_id: str
    is_new: bool
    """Whether it was written now; ``False`` where the lake had it already."""
    written: tuple[str, ...] = ()
    """The relations of which something was written."""


def publish_to_lake(settings: Settings, on_progress: Progress = lambda *_: None) -> Published:
    """Let the lake be what the published release is, as one snapshot; do nothing where it is.

    Raises:
        SettingError: the extensions are not installed.
        LakeError: the lake cannot be opened or written; it is as it was.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _publish(settings, on_progress)
        except _OvertakenError:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("an attempt returns or raises")


def _publish(settings: Settings, on_progress: Progress) -> Published:
    """Do so once.

    Raises:
        _OvertakenError: somebody else published meanwhile.
    """
    relations = load_relations(*settings.sql_folders)
    with open_lake(settings) as connection:
        (release_id,) = connection.execute(f"SELECT release_id FROM {RELEASE}.audit.release").fetchone() or ("",)  # noqa: S608
        number, before = _newest(connection)
        if before == release_id:
            return Published(release_id, is_new=False)
        is_told = bool(before) and attach_changes(connection, settings, before, release_id)
        holds = "" if is_told else _beside(connection, settings, before)
        try:
            connection.execute("BEGIN")
            written = tuple(_write(connection, relations, release_id, holds, on_progress))
            name_snapshot(connection, release_id, json.dumps({"written": list(written)}))
            connection.execute("COMMIT")
        except (duckdb.Error, OSError) as error:
            with suppress(duckdb.Error):
                connection.execute("ROLLBACK")
            # asked of the lake, not of the message, which is in the language of the server
            kind = _OvertakenError if _is_past(connection, number) else LakeError
            raise kind(
                f"The lake was not written and stays as it was: {first_line(error)}. The next run tries again."
            ) from error
        try:
            keep_up(connection, settings, release_id)
        except (duckdb.Error, OSError) as error:
            raise LakeError(
                f"The lake has the release, but not its upkeep: {first_line(error)}. The next publication tries again."
            ) from error
    return Published(release_id, is_new=True, written=written)


def renew_lake(settings: Settings, say: Callable[[str], None], on_progress: Progress = lambda *_: None) -> None:
    """Publish into the lake after a release was published: what hinders it is one line, and hinders nothing else."""
    if not settings.lake:
        return
    try:
        publish_to_lake(settings, on_progress)
    except Exception as error:  # noqa: BLE001  # the release is published, whatever becomes of its copy
        say(after_publishing("The lake was not written", error))


def lake_release(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the release that the newest snapshot is; empty where the lake has none."""
    return _newest(connection)[1]


def _newest(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Return the number of the newest snapshot, and the release that it is."""
    query = f"SELECT snapshot_id, commit_message FROM {LAKE}.snapshots() ORDER BY snapshot_id DESC LIMIT 1"  # noqa: S608
    number, message = connection.execute(query).fetchone() or (0, None)
    return int(number), str(message or "")


def _is_past(connection: duckdb.DuckDBPyConnection, number: int) -> bool:
    """Whether the lake has a newer snapshot than that; not where it cannot be asked."""
    with suppress(duckdb.Error):
        return _newest(connection)[0] > number
    return False


# -- what is written ---------------------------------------------------------------------------------------------------


def _write(
    connection: duckdb.DuckDBPyConnection,
    relations: Mapping[str, Relation],
    release_id: str,
    before: str,
    on_progress: Progress,
) -> Iterator[str]:
    """Write what differs; yield the names of the relations written.

    Args:
        connection: the lake, within a transaction.
        relations: those of ``sql/``.
        release_id: the release that is published.
        before: the database with the release that the lake holds; empty where what differs is told.
        on_progress: told how far it is.
    """
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    connection.execute(_KEPT)
    known = dict(connection.execute(f"FROM {_STATE}").fetchall())
    present: dict[str, str] = {}
    # macros and views last: all of them read tables
    ordered = sorted(relations.values(), key=lambda each: not each.is_table)
    for done, relation in enumerate(ordered, start=1):
        name, form = relation.name, _form(relation, release_id)
        if not relation.is_table:
            present[name] = form
            if known.get(name) != form:
                _replace(connection, relation, release_id)
        else:
            present[name] = _renew(connection, relation, _Held.read(known.get(name, ""), form), before)
        if known.get(name) != present[name]:
            yield name
        on_progress("lake", done, len(ordered))
    for gone in known.keys() - present.keys():
        _drop(connection, gone)
        yield gone
    _write_macros(connection, relations)
    _fill(connection, _STATE, list(present.items()))
    # of two who describe one table at once, the second cannot commit: never the rows of both
    connection.execute(f"COMMENT ON TABLE {_STATE} IS {quoted(_OF_STATE + release_id)}")


def _form(relation: Relation, release_id: str) -> str:
    """Return what tells what a relation is from what it was, whatever rows it has."""
    if relation.is_macro:
        return f"{_hash(relation.parameters)} {release_id}"  # it answers in its own release alone
    columns = [(column.name, column.type) for column in relation.contract.columns]
    return _hash(relation.is_view, columns, comments_of(relation), relation.sql if relation.is_view else "")


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


class _Held(NamedTuple):
    """What the lake says that it holds of a table."""

    form: str
    digest: Digest | None
    """That of its rows; ``None`` where it has another form, or was hashed by another version of DuckDB."""

    @classmethod
    def read(cls, content: str, form: str) -> Self:
        """Read what was written of a table, which has a form now."""
        was, _, digest = content.partition(" ")
        version, _, numbers = digest.partition(":")
        is_known = was == form and version == duckdb.__version__ and numbers
        return cls(was, Digest(*map(int, numbers.split())) if is_known else None)


def _told(form: str, digest: Digest) -> str:
    """Return what the lake is to say of a table."""
    return f"{form} {duckdb.__version__}:{digest.rows} {digest.mixed} {digest.total}"


def _beside(connection: duckdb.DuckDBPyConnection, settings: Settings, release_id: str) -> str:
    """Attach the release that the lake holds; return the database to compare with, the lake where there is no file."""
    file = kept_path(settings, release_id)
    if release_id and file.is_file():
        with suppress(duckdb.Error):
            connection.execute(f"ATTACH {quoted(str(file))} AS {_BEFORE} (READ_ONLY)")
            found = connection.execute(f"SELECT release_id FROM {_BEFORE}.audit.release").fetchone()  # noqa: S608
            if found == (release_id,):
                return _BEFORE
    return LAKE


def _renew(connection: duckdb.DuckDBPyConnection, relation: Relation, held: _Held, before: str) -> str:
    """Let a table of the lake have the rows of the release, and return what the lake is to say of it.

    Those that differ are written; all of them where it is another table than it was, or there is none.
    """
    name, source, form = relation.name, f"{RELEASE}.{relation.name}", _form(relation, "")
    if not before and held.digest is not None:
        take(connection, gone_from(name), come_into(name))
        digest, is_told = held.digest.with_differing(connection), True
    else:
        digest, is_told = Digest.of(connection, source), False
    if digest == held.digest:
        return _told(form, digest)
    if held.form == form:
        if not is_told:
            compare(connection, source, f"{before or LAKE}.{name}")
        write_differing(connection, relation, source)
    else:
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM {source} LIMIT 0")
        write_anew(connection, relation, source)
        for comment in comments_of(relation):
            connection.execute(comment)
    return _told(form, digest)


def _replace(connection: duckdb.DuckDBPyConnection, relation: Relation, release_id: str) -> None:
    """Make a view or a macro anew."""
    kind = "MACRO TABLE" if relation.is_macro else "VIEW"
    connection.execute(f"DROP {kind} IF EXISTS {relation.name}")
    create_in_release(connection, relation, release_id)
    if relation.is_view:  # a lake has no comments on the columns of a view
        connection.execute(f"COMMENT ON VIEW {relation.name} IS {quoted(macro_comment(relation))}")


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop what no file of ``sql/`` makes any more, whatever it was."""
    for kind in ("TABLE", "VIEW", "MACRO TABLE"):
        with suppress(duckdb.CatalogException):
            connection.execute(f"DROP {kind} IF EXISTS {name}")


def _write_macros(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> None:
    """Write what each macro gives, which a lake cannot keep as its comment."""
    rows = [
        (name, list(relation.parameters), macro_comment(relation))
        for name, relation in relations.items()
        if relation.is_macro
    ]
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {_MACROS} (macro_name VARCHAR, parameters VARCHAR[], comment VARCHAR)"
    )
    if connection.execute(f"FROM {_MACROS} ORDER BY macro_name").fetchall() != sorted(rows):
        _fill(connection, _MACROS, rows)


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Sequence[object]]) -> None:
    """Let a table of the lake hold some rows alone."""
    places = ", ".join("?" for _ in rows[0])
    connection.execute(f"DELETE FROM {name}")  # noqa: S608  # our own names
    connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608
