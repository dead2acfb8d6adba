"""Releases: an audited working database becomes the published file; the last ones are kept.

A release is one file with two names, ``releases/<id>.duckdb`` and the published one. It is written aside and hashed,
named, and told to the ledger: that is the moment of publication. Then a second name of the same bytes takes the place
of the published one, in one step. A reader that has the old file open keeps its consistent old release; whoever opens
the path afterwards sees the new one. The release id stands inside the file, so that anyone can tell which one is open.

What belongs here: publishing, listing, going back. What does not: deciding whether to publish (``load``), finishing
what a killed run began (``recovery``).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.intake import Ledger
from pipeline.intake.archive import sha256_of
from pipeline.intake.disk import make_folder, remove, rename, sync_file
from pipeline.intake.ledger import Publication, published_event, rolled_back_event
from pipeline.settings import Settings
from pipeline.warehouse.build import can_compare
from pipeline.warehouse.relations import PREVIOUS, Relation, load_relations
from pipeline.warehouse.release_file import write_release_file

_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
"""A client that asks for a writable connection is told at once and locks nobody out."""
_ASIDE = ".tmp"
STAMPED = "release_id, published_at, compared_with, ledger_event, ledger_sha256"
"""Columns of ``audit.release`` that publishing fills: two builds of the same inputs differ in these alone."""


class UnknownReleaseError(LookupError):
    """There is no such release; the message lists those there are."""


@dataclass(frozen=True, slots=True)
class Release:
    """One published file."""

    release_id: str
    published_at: datetime
    inputs_sha256: str
    path: Path


def publish(connection: duckdb.DuckDBPyConnection, settings: Settings, ledger: Ledger) -> Release:
    """Publish a copy of the working database, which says from which event of the ledger it was made.

    ``connection`` has the audited working database open; the caller holds the warehouse.

    Raises:
        OSError: the disk is full or cannot be written. Before the ledger tells of it, nothing was published; after, the
            next run that holds the warehouse finishes it.
    """
    now = datetime.now(UTC)
    row = connection.execute("SELECT inputs_sha256 FROM audit.release").fetchone()
    if row is None:
        raise RuntimeError("audit.release is empty; build the warehouse before publishing it")
    release_id = f"{now:%Y%m%dT%H%M%S%f}-{row[0][:8]}"
    relations = load_relations(*settings.sql_folders)
    connection.execute(
        f"UPDATE audit.release SET ({STAMPED}) = (?, ?, ?, ?, ?)",  # noqa: S608  # our own names
        [release_id, now.replace(tzinfo=None), _compared_with(connection, relations), *ledger.head],
    )
    make_folder(settings.releases)
    path = kept_path(settings, release_id)
    aside = path.with_suffix(_ASIDE)
    try:
        write_release_file(connection, aside, relations, release_id)
        aside.chmod(_READ_ONLY)
        sync_file(aside)
        status = aside.stat()
        publication = Publication(
            release_id, now, row[0], sha256_of(aside), status.st_size, status.st_mtime_ns, ledger.head
        )
        rename(aside, path)
    except BaseException:
        remove(aside)
        raise
    ledger.append(published_event(publication))
    # the checks are over; some systems replace no file that is open
    connection.execute(f"DETACH DATABASE IF EXISTS {PREVIOUS}")
    put_in_place(path, settings.release_file)
    prune(settings, ledger)
    return Release(release_id, now.replace(tzinfo=None), row[0], path)


def _compared_with(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> str | None:
    """Return the release that ``audit.release_change`` compares with; ``None`` where it compares with none."""
    changes = relations.get("audit.release_change")
    if changes is None or not can_compare(connection, changes):
        return None
    row = connection.execute(f"SELECT release_id FROM {PREVIOUS}.audit.release").fetchone()  # noqa: S608  # our names
    return str(row[0]) if row else None


def kept_path(settings: Settings, release_id: str) -> Path:
    """Return where a release is kept."""
    return settings.releases / f"{release_id}.duckdb"


def put_in_place(file: Path, name: Path) -> None:
    """Give the bytes of a release a second name, in one step for whoever opens it; a copy where that cannot be done."""
    aside = name.with_suffix(_ASIDE)
    remove(aside)
    try:
        os.link(file, aside)
    except OSError:
        shutil.copy2(file, aside)  # with its date, by which it is known
        sync_file(aside)
    if name.is_dir():
        remove(name)
    rename(aside, name)
    remove(aside)  # where both names were one file already, the renaming did nothing


def published_release(settings: Settings) -> Release | None:
    """Return the release that stands under the published name, ``None`` before the first."""
    return read_release(settings.release_file)


def list_releases(settings: Settings, ledger: Ledger | None = None) -> list[Release]:
    """Return the releases that are kept, the one last published first."""
    publications = reversed((ledger or Ledger(settings.ledger)).publications)
    return [_of(each, settings) for each in publications if kept_path(settings, each.release_id).is_file()]


def _of(publication: Publication, settings: Settings) -> Release:
    return Release(
        publication.release_id,
        publication.published_at.replace(tzinfo=None),
        publication.inputs_sha256,
        kept_path(settings, publication.release_id),
    )


def roll_back(settings: Settings, release_id: str = "", ledger: Ledger | None = None) -> Release:
    """Publish a kept release again: the one named, or the one before the published one. The caller holds the warehouse.

    Raises:
        UnknownReleaseError: there is no such release, or it is damaged.
    """
    ledger = ledger or Ledger(settings.ledger)
    kept = list_releases(settings, ledger)
    names = [release.release_id for release in kept]
    current = ledger.published.release_id if ledger.published else ""
    older = names[names.index(current) + 1 :] if current in names else []
    wanted = release_id or next(iter(older), "")
    if wanted not in names:
        there_are = ", ".join(names) or "none"
        raise UnknownReleaseError(
            f"there is no {release_id or 'release before the published one'}; the releases kept are: {there_are}"
        )
    chosen = kept[names.index(wanted)]
    publication = next(each for each in ledger.publications if each.release_id == wanted)
    if sha256_of(chosen.path) != publication.sha256:
        raise UnknownReleaseError(f"{chosen.path} is damaged: it is not what was published; choose another release")
    ledger.append(rolled_back_event(wanted, datetime.now(UTC)))
    put_in_place(chosen.path, settings.release_file)
    return chosen


def read_release(path: Path) -> Release | None:
    """Return what a release says of itself; ``None`` where there is none, or it cannot be read."""
    with contextlib.suppress(duckdb.Error, OSError):
        if path.is_file():
            with duckdb.connect(path, read_only=True) as connection:
                row = connection.execute("SELECT release_id, published_at, inputs_sha256 FROM audit.release").fetchone()
            if row is not None and row[0] is not None:
                return Release(row[0], row[1], row[2], path)
    return None


def prune(settings: Settings, ledger: Ledger) -> None:
    """Drop the releases that are too many, and those that hold what was erased since; never the published one."""
    current = ledger.published
    kept = [each for each in reversed(ledger.publications) if kept_path(settings, each.release_id).exists()]
    for number, publication in enumerate(kept):
        is_too_old = number >= settings.keep_releases or ledger.holds_erased(publication)
        if is_too_old and publication != current:
            remove(kept_path(settings, publication.release_id))
