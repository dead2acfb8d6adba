"""Upkeep of the lake after a publication: small files become one, old snapshots are let go, what was erased goes.

A snapshot is a release, and stays as long as the release is kept as a file. Files that no snapshot needs any more wait
a while for readers who are still in their transaction; but where releases went before their time, something was erased
from the archive: then no row that was deleted stays in a file, and no file waits.

What belongs here: what changes no answer of the newest snapshot. What does not: writing a release (``publish``).
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

import duckdb

from pipeline.publishing.lake.connect import LAKE
from pipeline.settings import Settings
from pipeline.warehouse.build import quoted
from pipeline.warehouse.releases import kept_releases

AUTHOR = "housing"
_GRACE = "7 days"
_MANY_FILES = 32
"""Of a table; beyond, those of little are made one. Measured: each publication leaves one to three."""
_SMALL_BYTES = 16 * 1024**2
_SPARSE = 0.3
"""The share of a file that is deleted, from which it is written without that."""


class _Snapshot(NamedTuple):
    number: int
    release_id: str


def name_snapshot(connection: duckdb.DuckDBPyConnection, release_id: str, extra: str = "") -> None:
    """Let the snapshot that the transaction makes be a release."""
    told = f"{quoted(AUTHOR)}, {quoted(release_id)}, extra_info => {quoted(extra)}"
    connection.execute(f"CALL {LAKE}.set_commit_message({told})")


def keep_up(connection: duckdb.DuckDBPyConnection, settings: Settings, release_id: str) -> None:
    """Do what is due after a release was published.

    Raises:
        duckdb.Error: the lake cannot be written; what the newest snapshot answers is as it was.
    """
    kept = kept_releases(settings) | {release_id}
    gone_early = set(_newest(connection, settings.keep_releases)) - kept
    if gone_early:
        # before the rest: what the catalogue itself holds comes into files
        connection.execute(f"CALL ducklake_flush_inlined_data({quoted(LAKE)})")
        _rewrite(connection, release_id, share=0)
    elif _has_many_files(connection):
        _rewrite(connection, release_id, share=_SPARSE)
    _let_go(connection, kept)
    waiting = "cleanup_all => true" if gone_early else f"older_than => now() - INTERVAL '{_GRACE}'"
    connection.execute(f"CALL ducklake_cleanup_old_files({quoted(LAKE)}, {waiting})")


def _snapshots(connection: duckdb.DuckDBPyConnection) -> list[_Snapshot]:
    """Return the snapshots, the newest first."""
    query = f"SELECT snapshot_id, coalesce(commit_message, '') FROM {LAKE}.snapshots() ORDER BY snapshot_id DESC"  # noqa: S608
    return [_Snapshot(int(number), str(release)) for number, release in connection.execute(query).fetchall()]


def _newest(connection: duckdb.DuckDBPyConnection, count: int) -> list[str]:
    """Return the releases of the newest snapshots, at most so many."""
    return list(dict.fromkeys(each.release_id for each in _snapshots(connection) if each.release_id))[:count]


def _has_many_files(connection: duckdb.DuckDBPyConnection) -> bool:
    query = f"SELECT max(greatest(file_count, delete_file_count)) FROM ducklake_table_info({quoted(LAKE)})"  # noqa: S608
    (most,) = connection.execute(query).fetchone() or (0,)
    return int(most or 0) > _MANY_FILES


def _rewrite(connection: duckdb.DuckDBPyConnection, release_id: str, share: float) -> None:
    """Make one file of small ones, and write those anew of which more than a share is deleted; older snapshots stay."""
    for call in (
        f"ducklake_rewrite_data_files({quoted(LAKE)}, delete_threshold => {share})",
        f"ducklake_merge_adjacent_files({quoted(LAKE)}, max_file_size => {_SMALL_BYTES})",
    ):
        connection.execute("BEGIN")
        try:
            connection.execute(f"CALL {call}")
            name_snapshot(connection, release_id)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _let_go(connection: duckdb.DuckDBPyConnection, kept: Container[str]) -> None:
    """Let go of snapshots of releases that are kept no more, and of all but the newest of each."""
    seen: set[str] = set()
    old = []
    for number, release in _snapshots(connection):
        if release in seen or release not in kept:
            old.append(number)
        seen.add(release)
    if old:
        connection.execute(f"CALL ducklake_expire_snapshots({quoted(LAKE)}, versions => {old})")
