"""Accounting: the ledger and the archive account for each other, in both directions.

What belongs here: noticing that one of them lost something, and healing the archive from ``raw/``. What does not:
hashing every byte (``pipeline.proof.verify``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.intake import archive
from pipeline.intake.archive import ArchiveDamagedError, archived_path, sha256_of
from pipeline.intake.events import RESTORE, Head, LedgerDamagedError
from pipeline.intake.ledger import Ledger
from pipeline.intake.new_events import begun_event, found_event
from pipeline.intake.submissions import Submission
from pipeline.settings import Settings
from pipeline.stores.disk import remove


def account(settings: Settings, ledger: Ledger) -> list[str]:
    """Hold the archive and the ledger against each other; return a line for each thing that was put right.

    A content that the archive lost, or that has another size there, is taken again from where it lies in ``raw/``.
    Those that no event tells of are what a cut receipt left: they are kept, and told once, in one line.

    Raises:
        LedgerDamagedError: there is an archive and no ledger.
        ArchiveDamagedError: contents are lost and do not lie in ``raw/`` either.
    """
    kept = archive.kept(settings)
    if not ledger.size:
        if kept:
            raise LedgerDamagedError(f"{ledger.name}: it is empty or gone, and the archive is not; {RESTORE}")
        ledger.append(begun_event(datetime.now(UTC)))
    said = []
    if swept := archive.sweep(settings.archive):
        said.append(f"{swept} half copied files of a receipt that was cut were removed from the archive.")
    known = {submission.sha256: submission for submission in ledger.submissions}
    wrong = [s for s in known.values() if not s.erased_by and kept.get(s.sha256) != s.size_bytes]
    said += heal(settings, wrong)
    strays = sorted(kept.keys() - known.keys() - ledger.found)
    ledger.append(*(found_event(sha256, datetime.now(UTC)) for sha256 in strays))
    if strays:
        first = archived_path(settings.archive, strays[0])
        said.append(f"{len(strays)} archived files are kept, though no event tells of them; the first is {first}.")
    return said


def heal(settings: Settings, submissions: Iterable[Submission]) -> list[str]:
    """Take contents again from where they lie in ``raw/``, since the archive has not their bytes any more.

    Returns:
        A line for each.

    Raises:
        ArchiveDamagedError: some lie nowhere in ``raw/``; the others were taken.
    """
    said, lost = [], []
    for submission in submissions:
        origin = next(_origins(settings, submission), None)
        if origin is None:
            lost.append(submission)
            continue
        archive.renew(settings, submission.sha256, origin)
        said.append(f"{submission.file}: the archive was not what was received; taken again from {origin}.")
    if lost:
        names = "; ".join(f"{each.file} ({archived_path(settings.archive, each.sha256)})" for each in lost)
        raise ArchiveDamagedError(
            f"the archive is not what was received, and these lie nowhere in {settings.raw} either: {names}. Put them "
            "there or into the archive from a backup; nothing was published"
        )
    return said


def _origins(settings: Settings, submission: Submission) -> Iterator[Path]:
    """Yield the files that are a content: what this host or the shared store has, those of its places, any of its size.

    One machine alone has its archive, which is what is wrong, and ``raw/``.
    """
    yield from _shared(settings, submission.sha256)
    places = (settings.raw / place for place in reversed(submission.places))
    for path in (*places, *settings.raw.rglob("*")):
        if (
            path.is_file()
            and not path.is_symlink()
            and path.stat().st_size == submission.size_bytes
            and sha256_of(path) == submission.sha256
        ):
            yield path


def _shared(settings: Settings, sha256: str) -> Iterator[Path]:
    if not settings.shared_store:
        return
    path = archived_path(settings.archive, sha256)
    if not archive.is_content(path, sha256):
        remove(path)
        archive.bring(settings, [sha256])
    if archive.is_content(path, sha256):
        yield path


def require(ledger: Ledger, heads: Iterable[tuple[str, Head]]) -> None:
    """Hold the ledger against the last events that releases were made from, each with the release that remembers it.

    Raises:
        LedgerDamagedError: the ledger does not contain one of them: lines are gone, or it is another ledger.
    """
    for release_id, head in heads:
        if not ledger.contains(head):
            raise LedgerDamagedError(
                f"{ledger.name} has {ledger.size} events, and release {release_id} was made from event {head.number} "
                f"of a ledger that this one does not contain; {RESTORE}"
            )
