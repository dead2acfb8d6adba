"""Memory: what releases remember of the ledger that they were made from.

Each holds the last event that it was made from, by which lost lines are noticed, and lists the files of that ledger,
from which a lost one is written anew.

What belongs here: asking releases. What does not: what follows from it (``recovery``, ``pipeline.intake.restore``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

import duckdb

from pipeline.intake.archive import sha256_of
from pipeline.intake.events import NOTHING, Head
from pipeline.intake.publications import Publication
from pipeline.intake.restore import RememberedFile, RememberedRelease
from pipeline.settings import Settings
from pipeline.warehouse.movements import movements_of

_HEAD = "SELECT release_id, ledger_event, ledger_sha256 FROM audit.release WHERE ledger_event IS NOT NULL"
_RELEASE = "SELECT release_id, published_at, inputs_sha256 FROM audit.release"
_FILES = """
SELECT
    s.sha256, s.file, s.size_bytes, s.received_at, coalesce(n.sha256, '') AS superseded_by, s.withdrawn_on,
    coalesce(s.withdrawal_reason, '') AS withdrawal_reason, s.status = 'erased' AS is_erased, s.submission_id
FROM fact.submission AS s
LEFT JOIN fact.submission AS n ON n.submission_id = s.superseded_by
ORDER BY s.received_at, s.submission_id
"""
_HELD_FROM = "SELECT DISTINCT submission_id, holds_from FROM fact.observation_history ORDER BY ALL"


def remembered_heads(settings: Settings) -> Iterator[tuple[str, Head]]:
    """Yield the last event that the published and the newest kept release were made from, as each remembers it."""
    newest = max(settings.releases.glob("*.duckdb"), default=settings.release_file)
    is_one = newest.exists() and settings.release_file.exists() and newest.samefile(settings.release_file)
    for path in (newest,) if is_one else (settings.release_file, newest):
        with contextlib.suppress(duckdb.Error, OSError):  # damaged, or made by an earlier version
            if path.is_file():
                with duckdb.connect(path, read_only=True) as connection:
                    heads = _heads(connection)
                yield from heads


def _heads(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, Head]]:
    return [(release_id, Head(number, sha256)) for release_id, number, sha256 in connection.execute(_HEAD).fetchall()]


def remembered_releases(settings: Settings) -> list[RememberedRelease]:
    """Return what every release remembers that is kept and can be read, in the order of their publication."""
    paths = [*settings.releases.glob("*.duckdb"), settings.release_file]
    found = [release for path in paths if (release := _remembered(path)) is not None]
    by_name = {release.publication.release_id: release for release in reversed(found)}
    return sorted(by_name.values(), key=lambda release: release.publication.published_at)


def _remembered(path: Path) -> RememberedRelease | None:
    with contextlib.suppress(duckdb.Error, OSError):
        if path.is_file():
            with duckdb.connect(path, read_only=True) as connection:
                before = _compared_with(connection)
                return RememberedRelease(
                    _publication(connection, path), _files(connection), before, movements_of(connection)
                )
    return None


def _publication(connection: duckdb.DuckDBPyConnection, path: Path) -> Publication:
    row = connection.execute(_RELEASE).fetchone()
    if row is None:
        raise duckdb.InvalidInputException(f"{path} is no release")
    release_id, published_at, inputs_sha256 = row
    status = path.stat()
    size, modified = status.st_size, status.st_mtime_ns
    at = published_at.replace(tzinfo=UTC)
    return Publication(release_id, at, inputs_sha256, sha256_of(path), size, modified, _head(connection))


def _head(connection: duckdb.DuckDBPyConnection) -> Head:
    with contextlib.suppress(duckdb.Error):  # made by an earlier version
        for _, head in _heads(connection):
            return head
    return NOTHING


def _compared_with(connection: duckdb.DuckDBPyConnection) -> str:
    with contextlib.suppress(duckdb.Error):  # made by an earlier version
        (before,) = connection.execute("SELECT compared_with FROM audit.release").fetchone() or (None,)
        return str(before or "")
    return ""


def _files(connection: duckdb.DuckDBPyConnection) -> tuple[RememberedFile, ...]:
    days = _put_back_on(connection)
    rows = connection.execute(_FILES).fetchall()
    return tuple(
        RememberedFile(
            sha256,
            file,
            size,
            received_at.replace(tzinfo=UTC),
            superseded_by,
            withdrawn_on,
            reason,
            is_erased,
            days.get(submission_id, ()),
        )
        for sha256, file, size, received_at, superseded_by, withdrawn_on, reason, is_erased, submission_id in rows
    )


def _put_back_on(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[date, ...]]:
    """Return the days from which each file held again, by submission: all but the first."""
    days: dict[str, list[date]] = {}
    with contextlib.suppress(duckdb.Error):  # made by an earlier version
        for submission_id, holds_from in connection.execute(_HELD_FROM).fetchall():
            days.setdefault(submission_id, []).append(holds_from)
    return {submission_id: tuple(held[1:]) for submission_id, held in days.items()}
