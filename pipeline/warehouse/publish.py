"""Publishing: an audited working database becomes the published file, or is held.

What belongs here: writing the file of a release and telling the ledger. What does not: deciding whether to publish
(``load``), which releases there are and what stands under the published name (``releases``).
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import duckdb

from pipeline.intake import Ledger
from pipeline.intake.archive import sha256_of
from pipeline.intake.new_events import held_event, published_event
from pipeline.intake.publications import HeldRelease, Publication
from pipeline.settings import Settings
from pipeline.stores.disk import make_folder, remove, rename, sync_file
from pipeline.warehouse import shared_releases
from pipeline.warehouse.build import can_compare, release_before
from pipeline.warehouse.changes import changes_file, tell_changes, telling
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.movements import movements_of
from pipeline.warehouse.reads import PREVIOUS
from pipeline.warehouse.relations import Relation, load_relations
from pipeline.warehouse.release_file import copy_release_file, write_release_file
from pipeline.warehouse.releases import ASIDE, Release, kept_path, prune, put_in_place, release_of

_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
"""A client that asks for a writable connection is told at once and locks nobody out."""
STAMPED = "release_id, published_at, compared_with, ledger_event, ledger_sha256"
"""Columns of ``audit.release`` that publishing fills: two builds of the same inputs differ in these alone."""


class Base(NamedTuple):
    """The release that was made of the working database as it was before a delta, and that delta."""

    release_id: str
    delta: Delta


def publish(
    connection: duckdb.DuckDBPyConnection, settings: Settings, ledger: Ledger, base: Base | None = None
) -> Release | None:
    """Publish a copy of the working database, or hold it where it moves what nobody has accepted.

    ``connection`` has the audited working database open; the caller holds the warehouse. The release says from which
    event of the ledger it was made. Where there is a ``base``, what changed since is told to whoever copies releases.

    Returns:
        The release that is published now; ``None`` where it is held, as ``ledger.held`` then tells.

    Raises:
        OSError: the disk is full or cannot be written. Before the ledger tells of it, nothing was published; after, the
            next run that holds the warehouse finishes it.
    """
    publication = _write(connection, settings, ledger, base)
    unaccepted = [each for each in movements_of(connection) if each not in ledger.accepted]
    published = ledger.published
    # what was erased must not stay published for want of an acceptance
    is_held = bool(unaccepted) and published is not None and not ledger.holds_erased(published)
    if published is not None and is_held:
        ledger.append(held_event(HeldRelease(publication, published.release_id, tuple(unaccepted))))
    else:
        ledger.append(published_event(publication))
        # the checks are over; some systems replace no file that is open
        connection.execute(f"DETACH DATABASE IF EXISTS {PREVIOUS}")
        put_in_place(kept_path(settings, publication.release_id), settings.release_file)
    prune(settings, ledger)
    return None if is_held else release_of(publication, settings)


def _write(connection: duckdb.DuckDBPyConnection, settings: Settings, ledger: Ledger, base: Base | None) -> Publication:
    """Write the file of a release and give it its name, by which it is kept; nobody is told of it yet."""
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
    aside = path.with_suffix(ASIDE)
    try:
        remove(changes_file(settings))
        if not copy_release_file(connection, aside, relations, release_id):
            remove(aside)
            write_release_file(connection, aside, relations, release_id)
        if base is not None and settings.lake:  # nobody else asks
            _tell_changes(connection, settings, ledger, relations, release_id, base)
        aside.chmod(_READ_ONLY)
        sync_file(aside)
        status = aside.stat()
        publication = Publication(
            release_id, now, row[0], sha256_of(aside), status.st_size, status.st_mtime_ns, ledger.head
        )
        rename(aside, path)
        shared_releases.give(settings, path)
    except BaseException:
        remove(aside)
        remove(path)
        raise
    return publication


def _tell_changes(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    ledger: Ledger,
    relations: Mapping[str, Relation],
    release_id: str,
    base: Base,
) -> None:
    """Keep the rows by which a release differs from its base, where that is what was published."""
    path = kept_path(settings, base.release_id)
    publication = next((each for each in ledger.made if each.release_id == base.release_id), None)
    if publication is None or not path.is_file() or sha256_of(path) != publication.sha256:
        return
    with telling(connection, settings, base.release_id, release_id):
        tell_changes(connection, relations.values(), base.delta, path)


def _compared_with(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> str | None:
    """Return the release that ``audit.release_change`` compares with; ``None`` where it compares with none."""
    changes = relations.get("audit.release_change")
    if changes is None or not can_compare(connection, changes):
        return None
    return release_before(connection)
