"""Recovery: what a killed run left half done is finished or undone, and what was lost is noticed.

Only who holds the warehouse does this, before anything else. Each thing that was put right is told in a line.

What belongs here: releases, and what is left of erased bytes. What does not: the archive (``intake.account``), what can
be thrown away and made again (``reading.cache``, ``build``, ``feedback.folders``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.intake import Ledger, LedgerDamagedError, archive
from pipeline.intake.account import account, require
from pipeline.intake.archive import archived_path, sha256_of
from pipeline.intake.events import NOTHING
from pipeline.intake.new_events import published_event, rolled_back_event
from pipeline.intake.publications import Publication
from pipeline.intake.restore import restore
from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.warehouse import shared_releases
from pipeline.warehouse.made_from import inputs_sha256
from pipeline.warehouse.memory import remembered_heads, remembered_releases
from pipeline.warehouse.releases import kept_path, prune, put_in_place, read_release


def recover(settings: Settings, ledger: Ledger) -> list[str]:
    """Put right what can be, and return a line for each thing; the caller holds the warehouse.

    Raises:
        LedgerDamagedError: the ledger is not the one that the releases were made from, or the archive was filled by.
        ArchiveDamagedError: received bytes are lost.
    """
    require(ledger, remembered_heads(settings))
    return [*account(settings, ledger), *_finish_publication(settings, ledger), *_finish_erasures(settings, ledger)]


def restore_ledger(settings: Settings) -> list[str]:
    """Write a ledger anew that is damaged or gone; the caller holds the warehouse.

    Returns:
        What was kept and what cannot be known, a line each; none where the ledger is whole, and was left as it is.
    """
    if _ledger_is_whole(settings):
        return []
    shared_releases.bring_all(settings)
    published = read_release(settings.release_file)
    return restore(settings, remembered_releases(settings), published.release_id if published else "")


def _ledger_is_whole(settings: Settings) -> bool:
    try:
        ledger = Ledger.of(settings)
        require(ledger, remembered_heads(settings))
    except LedgerDamagedError:
        return False
    return bool(ledger.size) or not archive.kept(settings)


def is_whole(path: Path, publication: Publication) -> bool:
    """Whether a file is a release as it was published, by its size and date; its bytes tell where the date does not."""
    if not path.is_file() or path.stat().st_size != publication.size_bytes:
        return False
    return path.stat().st_mtime_ns == publication.modified_ns or sha256_of(path) == publication.sha256


def published_is_whole(settings: Settings, ledger: Ledger) -> bool:
    """Whether the published name stands for the release that the ledger says."""
    return ledger.published is not None and is_whole(settings.release_file, ledger.published)


def newest_is_current(settings: Settings, ledger: Ledger) -> bool:
    """Whether the release made last, be it held, is made from the present inputs, so that nothing need be built.

    The newest, not the published one: what was rolled back stays so until something changes. One that is held must be
    there, and must be told against the release published last: another one may have been accepted since.
    """
    newest = ledger.newest
    if newest is None or newest.inputs_sha256 != inputs_sha256(settings, ledger):
        return False
    held = [each for each in ledger.held if each.publication == newest]
    return all(
        each.against == ledger.publications[-1].release_id and is_whole(kept_path(settings, each.release_id), newest)
        for each in held
    )


def nothing_to_build(settings: Settings, ledger: Ledger) -> bool:
    """Whether a load has nothing to build: the newest release is current, and the published one is whole."""
    return newest_is_current(settings, ledger) and published_is_whole(settings, ledger)


def _finish_publication(settings: Settings, ledger: Ledger) -> Iterator[str]:
    if settings.releases.exists() and not settings.releases.is_dir():
        remove(settings.releases)
        yield f"{settings.releases} was no folder, and is made again."
    if not ledger.publications:
        yield from _adopt(settings, ledger)
    yield from _undo(settings, ledger)
    publication = ledger.published
    if publication is None:
        return
    kept, published = kept_path(settings, publication.release_id), settings.release_file
    if is_whole(published, publication):
        if not is_whole(kept, publication):
            put_in_place(published, kept)
            yield f"{kept} was damaged or gone; it is the published file again."
    elif is_whole(kept, publication):
        put_in_place(kept, published)
        yield f"Release {publication.release_id} is published, as the run was about to do that was cut."
    elif shared_releases.bring(settings, publication, kept):
        put_in_place(kept, published)
        yield f"Release {publication.release_id} is published here, as another host has made it."
    else:
        yield f"Release {publication.release_id} is damaged or gone; it is built again from the present inputs."


def _adopt(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """Tell the ledger of the releases that an earlier version published without a word to it."""
    published = read_release(settings.release_file)
    if published is None:
        return
    found = [release for path in sorted(settings.releases.glob("*.duckdb")) if (release := read_release(path))]
    for release in found:
        at, status = release.published_at.replace(tzinfo=UTC), release.path.stat()
        size, modified = status.st_size, status.st_mtime_ns
        is_named_so = release.path == kept_path(settings, release.release_id)
        if is_named_so:
            publication = Publication(
                release.release_id, at, release.inputs_sha256, sha256_of(release.path), size, modified, NOTHING
            )
            ledger.append(published_event(publication))
    last = ledger.published
    if last is not None and last.release_id != published.release_id:
        ledger.append(rolled_back_event(published.release_id, datetime.now(UTC)))
    yield f"The ledger was told of {len(ledger.publications)} releases that an earlier version published."


def _undo(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """Remove what was being written, and releases that were never published."""
    aside = [*settings.releases.glob("*.tmp*"), *settings.warehouse.glob(f"{settings.release_file.stem}.tmp*")]
    known = {publication.release_id for publication in ledger.made}
    unknown = [path for path in settings.releases.glob("*.duckdb") if path.stem not in known]
    for path in (*aside, *unknown):
        remove(path)
    shared_releases.drop(settings, shared_releases.shared(settings) - known)
    if aside or unknown:
        names = ", ".join(sorted(path.name for path in (*aside, *unknown)))
        yield f"Removed what was written and never published: {names}."


def _finish_erasures(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """Remove what is left of the bytes that were erased, and all that was made of them and can be made again."""
    for submission in (each for each in ledger.submissions if each.erased_by):
        path = archived_path(settings.archive, submission.sha256)
        if not (path.exists() or archive.holds(settings, submission.sha256)):
            continue
        for made in (settings.cache, settings.work, settings.returned, *settings.shown):
            remove(made)
        prune(settings, ledger)
        archive.drop(settings, submission.sha256)  # last, for it tells that the rest is not done
        yield f"{submission.file}: its bytes were removed, with all that was made of them but the published release."
