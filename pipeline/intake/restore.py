"""Restoring a lost or damaged ledger from what remembers it: its own lines that are left, and the releases.

A release lists every file that it was made from, with its bytes, its place, the moment of its receipt, the day of its
withdrawal and the days on which it was put back. Put in the order of time, that is a ledger again, from which the same
figures come. What it cannot say is named: hours, former places, and what came after the newest release.

What belongs here: the events, and writing them. What does not: asking the releases (``pipeline.warehouse.memory``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.intake import archive
from pipeline.intake.events import CHAIN, NOTHING, Event, Head, LaterVersionError, LedgerDamagedError
from pipeline.intake.ledger import Ledger
from pipeline.intake.movements import Movement, read_movements
from pipeline.intake.new_events import (
    accepted_event,
    begun_event,
    erased_event,
    held_event,
    located_event,
    published_event,
    received_event,
    restored_event,
    rolled_back_event,
    withdrawn_event,
)
from pipeline.intake.publications import HeldRelease, Publication
from pipeline.intake.sendings import OF_SENDING, is_of_sending
from pipeline.intake.submissions import OF_SUBMISSIONS, submissions_of
from pipeline.settings import Settings
from pipeline.stores.hosts import journal_of
from pipeline.stores.journal import Journal, JournalFile
from pipeline.vocabulary.days import PARIS

_UNKNOWN = "unknown: the ledger that said so was lost"
_MOMENT = timedelta(microseconds=1)


_KEPT = OF_SENDING | {"accepted"}
"""Events that no release tells of, and what is left of them holds: what was sent is not sent again."""


@dataclass(frozen=True, slots=True)
class RememberedFile:
    """One received file, as a release tells of it."""

    sha256: str
    file: str
    size_bytes: int
    received_at: datetime
    superseded_by: str
    """The SHA-256 of the file that stood in its place; empty for none."""
    withdrawn_on: date | None
    withdrawal_reason: str
    is_erased: bool
    put_back_on: tuple[date, ...]
    """The days from which it held again."""


@dataclass(frozen=True, slots=True)
class RememberedRelease:
    """One kept release: what its file is, and the files that it was made from."""

    publication: Publication
    """With the head of the ledger that was lost."""
    files: tuple[RememberedFile, ...]
    compared_with: str = ""
    """The release that was published before it; empty where it does not say."""
    movements: tuple[Movement, ...] = ()
    """What it moves against that one, and was held for unless it was accepted before."""


def restore(settings: Settings, releases: Sequence[RememberedRelease], published: str) -> list[str]:
    """Write the ledger anew; the caller holds the warehouse. What is left of the old one is kept beside it.

    Args:
        settings: where the ledger and the archive stand.
        releases: what the kept releases remember, in the order of their publication.
        published: the release that stands under the published name; empty where none can be read.

    Returns:
        What was kept, and a line for each thing that cannot be known.

    Raises:
        OSError: the disk is full or cannot be written; the ledger is as it was.
        LaterVersionError: nothing is lost, and a later version wrote it; the ledger is as it was.
    """
    journal = journal_of(settings)
    _leave_to_later_version(journal)
    lines = _lines_left(journal)
    left = [line for line in lines if line["event"] in OF_SUBMISSIONS]
    events = [*left, *_told_by(releases, left)]
    said: list[str] = []
    aside = settings.warehouse / "ledger.restored"
    aside.unlink(missing_ok=True)
    ledger = Ledger(aside)
    ledger.append(begun_event(_moment(events[0]) if events else datetime.now(UTC)))
    published_once = {published, *(release.compared_with for release in releases)}
    said += _write(ledger, sorted(events, key=_moment), releases, published_once)
    now = datetime.now(UTC)
    ledger.append(*(line for line in lines if line["event"] in _KEPT), *_acceptances(ledger, releases, now))
    if published and ledger.published and ledger.published.release_id != published:
        ledger.append(rolled_back_event(published, now))
    heads = [release.publication.head for release in releases]
    ledger.append(restored_event([head for head in heads if head != NOTHING], now))
    said += _unknown(settings, ledger, releases)
    kept = journal.replace(JournalFile(aside).read())
    aside.unlink()
    return [*([f"What was left of the ledger is kept as {kept}."] if kept else []), *said]


def _leave_to_later_version(journal: Journal) -> None:
    """Refuse a ledger that is whole, and of which this version would drop what it does not know."""
    try:
        Ledger(journal)
    except LaterVersionError:
        raise
    except LedgerDamagedError:
        return


def _lines_left(journal: Journal) -> list[dict[str, Any]]:
    """Return what the lines of a damaged ledger say of submissions, acceptances and what was sent, without the chain.

    What cannot be read is left out.
    """
    events = []
    for line in journal.remains():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict) and _is_readable(fields):
            events.append({name: value for name, value in fields.items() if name != CHAIN})
    return events


def _is_readable(fields: dict[str, Any]) -> bool:
    """Whether an event of _KEPT can be read, or one of a submission, given that its file was received before."""
    if fields.get("event") == "accepted":
        return _is_acceptance(fields)
    if fields.get("event") in OF_SENDING:
        return is_of_sending(fields)
    sha256 = fields.get("sha256")
    if fields.get("event") not in OF_SUBMISSIONS or not re.fullmatch(r"[0-9a-f]{64}", str(sha256)):
        return False
    before = received_event(str(sha256), "source/file", 0, datetime.now(UTC))
    try:
        submissions_of([Event(Head(1, ""), before), Event(Head(2, ""), fields)], "")
    except LedgerDamagedError:
        return False
    return True


def _is_acceptance(fields: dict[str, Any]) -> bool:
    try:
        return bool(read_movements(fields["movements"])) and isinstance(fields["at"], str)
    except (KeyError, TypeError):
        return False


def _told_by(releases: Sequence[RememberedRelease], left: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the events that releases tell of, each as the first of them saw it, and no line that is left says."""
    told = {(event["event"], event["sha256"]) for event in left}
    places: dict[str, str] = {}
    for release in releases:
        just_before = release.publication.published_at - _MOMENT
        for file in release.files:
            for event in _of_file(file, release.files, places.get(file.sha256, file.file), just_before):
                if (event["event"], event["sha256"]) not in told:
                    yield event
            places[file.sha256] = file.file
        told |= {
            (kind, file.sha256)
            for file in release.files
            for kind, is_told in (
                ("received", True),
                ("located", bool(file.put_back_on)),
                ("withdrawn", file.withdrawn_on is not None),
                ("erased", file.is_erased),
            )
            if is_told
        }


def _of_file(
    file: RememberedFile, beside: Sequence[RememberedFile], former_place: str, just_before: datetime
) -> Iterator[dict[str, Any]]:
    """Yield what happened to a file until a release was published."""
    answered = [other for other in beside if other.superseded_by == file.sha256]
    is_saved_anew = any(Path(other.file).suffix != Path(file.file).suffix for other in answered)
    # what was saved anew in another format answers only what an earlier survey saw
    survey = file.received_at if is_saved_anew else None
    yield received_event(file.sha256, file.file, file.size_bytes, file.received_at, survey)
    back = [_noon(day) for day in file.put_back_on]
    last = max((other.received_at for other in answered), default=file.received_at)
    if last > max([file.received_at, *back]):
        back[-1:] = [last + _MOMENT]
    elif former_place != file.file:
        back.append(just_before)
    yield from (located_event(file.sha256, file.file, at) for at in back)
    if file.withdrawn_on is None:
        return
    at = max(file.received_at, min(_noon(file.withdrawn_on), just_before))
    if file.is_erased:
        yield erased_event(file.sha256, file.withdrawal_reason, _UNKNOWN, at)
    else:
        yield withdrawn_event(file.sha256, file.withdrawal_reason, at)


def _write(
    ledger: Ledger,
    events: Sequence[dict[str, Any]],
    releases: Sequence[RememberedRelease],
    published_once: Collection[str],
) -> Iterator[str]:
    """Append events in the order of time, and each release after what it was made from.

    One that moves something was published where it is so now, or where a later one was compared with it; else it is
    held, and may be accepted.
    """
    received: set[str] = set()
    ends = [*(release.publication.published_at for release in releases), datetime.max.replace(tzinfo=UTC)]
    for (after, until), release in zip(
        pairwise([datetime.min.replace(tzinfo=UTC), *ends]), [*releases, None], strict=True
    ):
        between = []
        for event in (each for each in events if after <= _moment(each) < until):
            if event["event"] == "received":
                if event["sha256"] in received:
                    continue
                received.add(event["sha256"])
            elif event["sha256"] not in received:
                yield f"{event['event']} {event['sha256'][:16]}: left out, for nothing tells of its receipt."
                continue
            between.append(event)
        ledger.append(*between)
        if release is None:
            continue
        publication = replace(release.publication, head=ledger.head)
        if release.movements and publication.release_id not in published_once and release.compared_with:
            ledger.append(held_event(HeldRelease(publication, release.compared_with, release.movements)))
        else:
            ledger.append(published_event(publication))


def _acceptances(ledger: Ledger, releases: Sequence[RememberedRelease], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what somebody must have accepted, for it was published; who and why nobody can tell any more."""
    published = {publication.release_id for publication in ledger.publications}
    for release in releases:
        if release.movements and release.publication.release_id in published:
            yield accepted_event(release.movements, _UNKNOWN, _UNKNOWN, now)


def _unknown(settings: Settings, ledger: Ledger, releases: Sequence[RememberedRelease]) -> Iterator[str]:
    """Yield what nobody can tell any more."""
    known = {submission.sha256: submission for submission in ledger.submissions}
    for sha256, _ in sorted(archive.kept(settings).items()):
        if sha256 not in known:
            yield (
                f"{archive.archived_path(settings.archive, sha256)}: what it was called and when it came is unknown; "
                "where it lies in raw/, the next load receives it as of that day."
            )
    if not releases:
        yield "No release can be read: withdrawals, erasures and former days of receipt are unknown."
        return
    newest = releases[-1]
    yield (
        f"What was moved or withdrawn after the newest release ({newest.publication.published_at:%Y-%m-%d %H:%M} UTC) "
        "is unknown, unless a line that was left tells of it: withdraw again what was withdrawn since."
    )
    for file in newest.files:
        now = known[file.sha256]
        if file.superseded_by and not file.withdrawn_on and now.superseded_by != file.superseded_by:
            yield (
                f"{file.file} ({now.submission_id}): the release says that {file.superseded_by[:16]} stands in its "
                f"place, and now {known[now.superseded_by].submission_id if now.superseded_by else 'nothing'} does."
            )


def _moment(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS).astimezone(UTC)
