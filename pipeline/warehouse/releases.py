"""Releases: an audited working database becomes the published file; the last ones are kept.

A release is one file with two names, ``releases/<id>.duckdb`` and the published one. It is written aside and hashed,
named, and told to the ledger: that is the moment of publication. Then a second name of the same bytes takes the place
of the published one, in one step. A reader that has the old file open keeps its consistent old release; whoever opens
the path afterwards sees the new one. The release id stands inside the file, so that anyone can tell which one is open.

One that moves what was published further than goes without a word is *held*: written, named and told to the ledger as
such, it waits beside the published one until its movements are accepted.

What belongs here: listing, going back, what stands under which name. What does not: making one (``publish``), accepting
(``acceptance``), finishing what a killed run began (``recovery``).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.intake import Ledger
from pipeline.intake.archive import is_content
from pipeline.intake.new_events import rolled_back_event
from pipeline.intake.publications import Publication
from pipeline.settings import Settings
from pipeline.stores.disk import remove, rename, sync_file
from pipeline.warehouse import shared_releases

ASIDE = ".tmp"
"""The ending of what is being written, and is no release yet."""


class UnknownReleaseError(LookupError):
    """There is no such release; the message lists those there are."""


@dataclass(frozen=True, slots=True)
class Release:
    """One published file."""

    release_id: str
    published_at: datetime
    inputs_sha256: str
    path: Path


def kept_path(settings: Settings, release_id: str) -> Path:
    """Return where a release is kept."""
    return settings.releases / f"{release_id}.duckdb"


def put_in_place(file: Path, name: Path) -> None:
    """Give the bytes of a release a second name, in one step for whoever opens it; a copy where that cannot be done."""
    aside = name.with_suffix(ASIDE)
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
    """Return the releases that were published and are kept, the one last published first."""
    return _kept(reversed((ledger or Ledger.of(settings)).publications), settings)


def list_held(settings: Settings, ledger: Ledger | None = None) -> list[Release]:
    """Return the releases that are held, the newest first."""
    held = reversed((ledger or Ledger.of(settings)).held)
    return _kept((each.publication for each in held), settings)


def _kept(publications: Iterable[Publication], settings: Settings) -> list[Release]:
    kept = kept_releases(settings)
    return [release_of(each, settings) for each in publications if each.release_id in kept]


def kept_releases(settings: Settings) -> set[str]:
    """Return the names of the releases that are kept as files, here or where hosts share them."""
    return {path.stem for path in settings.releases.glob("*.duckdb")} | shared_releases.shared(settings)


def at_hand(settings: Settings, publication: Publication) -> Path:
    """Return where a release is kept, brought from where hosts share it if this one has it not, or another file."""
    path = kept_path(settings, publication.release_id)
    if settings.shared_store and not is_content(path, publication.sha256):
        shared_releases.bring(settings, publication, path)
    return path


def release_of(publication: Publication, settings: Settings) -> Release:
    """Return the release that the ledger tells of."""
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
    ledger = ledger or Ledger.of(settings)
    kept = list_releases(settings, ledger)
    names = [release.release_id for release in kept]
    current = ledger.published.release_id if ledger.published else ""
    older = names[names.index(current) + 1 :] if current in names else []
    wanted = release_id or next(iter(older), "")
    if wanted not in names:
        there_are = ", ".join(names) or "none"
        if wanted in {each.release_id for each in ledger.held}:
            raise UnknownReleaseError(
                f"{wanted} is held and was never published; accept its movements with 'housing accept {wanted}'"
            )
        raise UnknownReleaseError(
            f"there is no {release_id or 'release before the published one'}; the releases kept are: {there_are}"
        )
    chosen = kept[names.index(wanted)]
    publication = next(each for each in ledger.publications if each.release_id == wanted)
    if not is_content(at_hand(settings, publication), publication.sha256):
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


def count_refused(path: Path, submissions: Sequence[str]) -> int:
    """Return how much a release refuses of some submissions."""
    with duckdb.connect(path, read_only=True) as release:
        among = "submission_id IN (SELECT unnest(CAST(? AS VARCHAR[])))"  # hashed: each row is looked up once
        query = f"SELECT count(*) FROM fact.rejection WHERE {among}"  # noqa: S608  # our own words
        (count,) = release.execute(query, [submissions]).fetchone() or (0,)
    return int(count)


def prune(settings: Settings, ledger: Ledger) -> None:
    """Drop the releases that are too many, those that will never be published, and those that hold what was erased.

    Never the published one; nor, but for what was erased, the one before it and the newest that is held.
    """
    published = [each.release_id for each in list_releases(settings, ledger)]
    held = [each.release_id for each in reversed(ledger.held)]
    current = ledger.published.release_id if ledger.published else ""
    before = published[published.index(current) + 1 :][:1] if current in published else []
    spared = {current, *before, *published[: settings.keep_releases], *held[: settings.keep_releases]}
    gone = [
        made.release_id
        for made in ledger.made
        if made.release_id not in spared or (made.release_id != current and ledger.holds_erased(made))
    ]
    for release_id in gone:
        remove(kept_path(settings, release_id))
    shared_releases.drop(settings, shared_releases.shared(settings).intersection(gone))
