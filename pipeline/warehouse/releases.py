"""Releases: an audited working database becomes the published file, in one swap; the last ones are kept.

A reader that has the old file open keeps its consistent old release; whoever opens the path after the swap sees the new
one. The release id stands inside the file, so that anyone can tell which one is open.

What belongs here: publishing, listing, going back. What does not: deciding whether to publish (``load``).
"""

from __future__ import annotations

import contextlib
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.settings import Settings
from pipeline.warehouse.build import quoted
from pipeline.warehouse.relations import PREVIOUS


class UnknownReleaseError(LookupError):
    """There is no such release; the message lists those there are."""


@dataclass(frozen=True, slots=True)
class Release:
    """One published file."""

    release_id: str
    published_at: datetime
    inputs_sha256: str
    path: Path


def publish(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Release:
    """Stamp the working database, copy it compactly aside and swap the copy over the published name.

    ``connection`` has the audited working database open; the caller holds the warehouse.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    row = connection.execute("SELECT inputs_sha256 FROM audit.release").fetchone()
    if row is None:
        raise RuntimeError("audit.release is empty; build the warehouse before publishing it")
    release_id = f"{now:%Y%m%dT%H%M%S%f}-{row[0][:8]}"
    connection.execute("UPDATE audit.release SET release_id = ?, published_at = ?", [release_id, now])
    settings.releases.mkdir(parents=True, exist_ok=True)
    _sweep(settings)
    path = settings.releases / f"{release_id}.duckdb"
    aside = path.with_suffix(".tmp")
    connection.execute(f"ATTACH {quoted(str(aside))} AS publication")
    try:
        source = connection.execute("SELECT current_database()").fetchone() or ("",)
        connection.execute(f'COPY FROM DATABASE "{source[0]}" TO publication')
    finally:
        connection.execute("DETACH publication")
    # read-only, so that a client that asks for a writable connection is told at once and locks nobody out
    aside.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    aside.replace(path)
    # the checks are over; some systems replace no file that is open
    connection.execute(f"DETACH DATABASE IF EXISTS {PREVIOUS}")
    _swap(path, settings.release_file)
    _prune(settings)
    return Release(release_id, now, row[0], path)


def published_release(settings: Settings) -> Release | None:
    """Return the release that stands under the published name, ``None`` before the first."""
    return _read(settings.release_file) if settings.release_file.exists() else None


def list_releases(settings: Settings) -> list[Release]:
    """Return the releases that are kept, newest first."""
    return list(_kept(settings))


def newest_release(settings: Settings) -> Release | None:
    """Return the newest release that is kept, which is not the published one after a roll-back; ``None`` if none is."""
    return next(_kept(settings), None)


def _kept(settings: Settings) -> Iterator[Release]:
    """Yield the releases that are kept, newest first, opening each file only when it is asked for."""
    for path in sorted(settings.releases.glob("*.duckdb"), reverse=True):
        if (release := _read(path)) is not None:
            yield release


def roll_back(settings: Settings, release_id: str = "") -> Release:
    """Publish a kept release again: the one named, or the one before the published one. The caller holds the warehouse.

    Raises:
        UnknownReleaseError: there is no such release.
    """
    kept = list_releases(settings)
    current = published_release(settings)
    if release_id:
        chosen = [release for release in kept if release.release_id == release_id]
    else:
        chosen = [release for release in kept if current and release.release_id < current.release_id]
    if not chosen:
        wanted = release_id or "a release before the published one"
        there_are = ", ".join(release.release_id for release in kept) or "none"
        raise UnknownReleaseError(f"there is no {wanted}; the releases kept are: {there_are}")
    _swap(chosen[0].path, settings.release_file)
    return chosen[0]


def _read(path: Path) -> Release | None:
    with contextlib.suppress(duckdb.Error), duckdb.connect(path, read_only=True) as connection:
        row = connection.execute("SELECT release_id, published_at, inputs_sha256 FROM audit.release").fetchone()
        if row is not None:
            return Release(row[0], row[1], row[2], path)
    return None


def _swap(release: Path, name: Path) -> None:
    """Put a copy of a release under the published name, in one step for whoever opens it."""
    aside = name.with_suffix(".tmp")
    shutil.copy(release, aside)
    aside.replace(name)


def _prune(settings: Settings) -> None:
    for path in sorted(settings.releases.glob("*.duckdb"), reverse=True)[settings.keep_releases :]:
        path.unlink(missing_ok=True)


def _sweep(settings: Settings) -> None:
    """Remove what a run that was cut left behind."""
    for path in settings.releases.glob("*.tmp*"):
        path.unlink(missing_ok=True)
