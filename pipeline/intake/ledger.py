"""The ledger: an append-only file of events, the only memory of what came when and of what was published.

Events of submissions, which a release is made from:

* ``received``: a content seen for the first time; ``located``: a known content that also stands elsewhere in ``raw/``,
  moved to its right folder or copied, or that came back to where another one stood. Both know when the survey of
  ``raw/`` began that brought them (``look`` in the file), which tells what came together;
* ``withdrawn``: a content that its sender or we take back; ``erased``: one whose bytes were removed besides;
* ``pending``: a load could not read it, for a cause outside it; ``read``: it was read after all, or refused for good.

Events of the installation, which no release is made from:

* ``begun``: the ledger begins;
* ``found``: a content of the archive that no event tells of, left by a receipt that was cut;
* ``published``: a release became the published one; ``rolled_back``: an older one became so again;
* ``held``: a release was made and not published, for movements that somebody has to accept first; ``accepted``: who
  accepted movements, and why; a release that has no others is published from then on;
* ``sending``, ``sent``, ``not_sent``: what a run tells was about to be sent to somebody, and whether it was;
* ``restored``: the ledger was lost and written anew, in place of the one that ended with the events it names.

What belongs here: the kinds of events, and what they add up to. What does not: their lines (``events``), what they say
of submissions (``submissions``), reading ``raw/`` (``receive``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pipeline.intake.events import (
    NOTHING,
    RESTORE,
    Head,
    LaterVersionError,
    LedgerDamagedError,
    append_events,
    read_events,
)
from pipeline.intake.movements import Movement, read_movements, written
from pipeline.intake.sendings import OF_SENDING, Attempt, attempts_of
from pipeline.intake.submissions import INPUTS, OF_SUBMISSIONS, SEEN, Derivation, Submission
from pipeline.rejections.copies import one_form
from pipeline.vocabulary.days import paris_day

_OF_RELEASES = {"published", "rolled_back", "held", "accepted"}
KINDS = OF_SUBMISSIONS | _OF_RELEASES | OF_SENDING | {"begun", "found", "restored"}
_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Publication:
    """That a release was published: what its file is, and what it was made from."""

    release_id: str
    published_at: datetime
    inputs_sha256: str
    sha256: str
    size_bytes: int
    modified_ns: int
    """When the file was last changed, in nanoseconds since 1970."""
    head: Head
    """The last event that it was made from."""


@dataclass(frozen=True, slots=True)
class HeldRelease:
    """That a release was held, and for what."""

    publication: Publication
    """What its file is; ``published_at`` is when it was held."""
    against: str
    """The release that was published then, which its movements are told against."""
    movements: tuple[Movement, ...]
    """Those that nobody had accepted then."""

    @property
    def release_id(self) -> str:
        """The release that is held."""
        return self.publication.release_id


class Ledger:
    """The ledger of one installation, read once: what it adds up to is kept until an event is appended."""

    def __init__(self, path: Path) -> None:
        """Read every event.

        Raises:
            LedgerDamagedError: a line cannot be read, was changed or is gone.
            LaterVersionError: all lines are whole, and one is of a version later than this.
        """
        self.path = path
        self._events = read_events(path)
        self._submissions: list[Submission] | None = None
        self._derivation, self._added = Derivation(path), 0
        self._inputs: str | None = None
        self._publications: list[Publication] | None = None
        self._ever_held: list[HeldRelease] | None = None
        for head, event in self._events:
            if event["event"] not in KINDS:
                raise LaterVersionError(
                    f"{path}, line {head.number}: {event['event']!r} is an event of a later version; install that "
                    "version again, or put back the copy of the ledger that was taken before it"
                )

    @property
    def submissions(self) -> list[Submission]:
        """Every submission, in the order of receipt, as :class:`Derivation` adds them up."""
        if self._submissions is None:
            self._submissions = self._add_up().submissions()
        return self._submissions

    def submissions_but(self, refused: Collection[str]) -> list[Submission]:
        """Every submission, where some were read and gave nothing: those replace nothing."""
        return self._add_up().submissions(refused) if refused else self.submissions

    @property
    def last_seen(self) -> dict[str, str]:
        """The SHA-256 of the content that was seen last at each place of ``raw/``."""
        return {one_form(event["file"]): event["sha256"] for event in self._events_of(*SEEN)}

    @property
    def size(self) -> int:
        """The number of events: another one whenever something was received, located, withdrawn, pending or read."""
        return len(self._events)

    @property
    def head(self) -> Head:
        """The last event."""
        return self._events[-1].head if self._events else NOTHING

    def contains(self, head: Head) -> bool:
        """Whether the ledger, or the lost one that it was written for, ended with an event when it had so many."""
        if head == NOTHING or (head.number <= self.size and self._events[head.number - 1].head == head):
            return True
        return any(list(head) in event["heads"] for event in self._events_of("restored"))

    @property
    def inputs(self) -> str:
        """What a release is made from: every event of that kind, and what is pending now, as JSON."""
        if self._inputs is None:
            pending = [[s.sha256, s.pending.attempts >= ATTEMPTS] for s in self.submissions if s.pending]
            self._inputs = f"[{', '.join([*self._add_up().inputs, *map(json.dumps, pending)])}]"
        return self._inputs

    @property
    def as_of(self) -> date:
        """The day in Paris of the last event that a release is made from; the first there can be, where there is none.

        A clock that stepped back does not make it an earlier one.
        """
        moments = [datetime.fromisoformat(fields["at"]) for _, fields in self._events if fields["event"] in INPUTS]
        moments += [submission.pending.since for submission in self.submissions if submission.pending]
        return max(map(paris_day, moments), default=date.min)

    @property
    def found(self) -> set[str]:
        """Contents of the archive that were found there without an event that tells of them."""
        return {event["sha256"] for event in self._events_of("found")}

    @property
    def publications(self) -> list[Publication]:
        """Every release that was published, in the order of its first publication."""
        if self._publications is None:
            self._publications = self._read_releases(_publication, "published")
        return self._publications

    @property
    def published(self) -> Publication | None:
        """The release that is published now: the last one, or an older one that was put back; ``None`` for none."""
        events = self._events_of("published", "rolled_back")
        return next(
            (each for each in self.publications if events and each.release_id == events[-1]["release_id"]), None
        )

    @property
    def ever_held(self) -> list[HeldRelease]:
        """Every release that was held, in the order of making, also where it was published since."""
        if self._ever_held is None:
            self._ever_held = self._read_releases(_held, "held")
        return self._ever_held

    @property
    def held(self) -> list[HeldRelease]:
        """The releases that are held now, in the order of making.

        No newer one was published, nor held against another release than they.
        """
        published = {each.release_id for each in self.publications}
        newest = max((each.head.number for each in self.publications), default=0)
        newer = [each for each in self.ever_held if each.publication.head.number > newest]
        return [each for each in newer if each.against == newer[-1].against and each.release_id not in published]

    @property
    def newest_held(self) -> HeldRelease | None:
        """The release that waits for somebody to accept it, the newest of several; ``None`` for none."""
        return next(reversed(self.held), None)

    @property
    def newest(self) -> Publication | None:
        """The release that was made last, be it published or held; ``None`` for none."""
        made = [*self.publications, *(each.publication for each in self.held)]
        return made[-1] if made else None

    @property
    def accepted(self) -> frozenset[Movement]:
        """Every movement that was ever accepted."""
        events = self._read_releases(lambda event: read_movements(event["movements"]), "accepted")
        return frozenset(movement for movements in events for movement in movements)

    @property
    def attempts(self) -> list[Attempt]:
        """Every attempt to send something, in the order of beginning, with how it ended."""
        try:
            return attempts_of(self._events_of(*OF_SENDING))
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerDamagedError(f"{self.path}: {error!r} is nothing that was sent; {RESTORE}") from error

    def came_since(self, publications: int) -> list[Submission]:
        """The submissions that were received, or read at last, since the last of the first so many publications."""
        published = [(head, event) for head, event in self._events if event["event"] == "published"]
        last = max((_made_from(head, event) for head, event in published[:publications]), default=0)
        since = {e["sha256"] for _, e in self._events[last:] if e["event"] in {"received", "read"}}
        return [submission for submission in self.submissions if submission.sha256 in since]

    def holds_erased(self, publication: Publication) -> bool:
        """Whether a release was made from a content that was erased since."""
        made_from = publication.head
        if made_from == NOTHING:  # an earlier version published it, and did not say
            return bool(self._events_of("erased"))
        before, after = self._events[: made_from.number], self._events[made_from.number :]
        erased = {event["sha256"] for _, event in after if event["event"] == "erased"}
        return bool(erased) and any(e["event"] == "received" and e.get("sha256") in erased for _, e in before)

    def was_published(self, submission: Submission) -> bool:
        """Whether the release that was published last was made from a submission that had been read."""
        # one that was held was published after events that it was not made from
        published = ((head, event) for head, event in self._events if event["event"] == "published")
        last = max((_made_from(head, event) for head, event in published), default=0)
        told = [event["event"] for event_head, event in self._events[:last] if event.get("sha256") == submission.sha256]
        return (
            "received" in told and [kind for kind in told if kind in {"received", "pending", "read"}][-1] != "pending"
        )

    def append(self, *events: dict[str, Any]) -> None:
        """Append events, and make sure that they are on disk before returning.

        Raises:
            OSError: they could not be written; the ledger is as it was.
        """
        if events:
            self._events += append_events(self.path, events, self.head)
            self._publications = self._ever_held = None
            if any(event["event"] in OF_SUBMISSIONS for event in events):
                self._submissions = self._inputs = None

    def _add_up(self) -> Derivation:
        """Return what all events add up to; those that were added before are not read again."""
        self._derivation.add(self._events[self._added :])
        self._added = len(self._events)
        return self._derivation

    def _read_releases(self, read: Callable[[Any], _Told], kind: str) -> list[_Told]:
        """Return what the events of one kind say of releases."""
        try:
            return [read(event) for event in self._events_of(kind)]
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerDamagedError(f"{self.path}: {error!r} is not a release that can be read; {RESTORE}") from error

    def _events_of(self, *kinds: str) -> list[Any]:
        return [event.fields for event in self._events if event.fields["event"] in kinds]


ATTEMPTS = 3
"""After so many loads in a row that could not read it, a pending submission is refused until what reads it changes."""


def read_ledger(path: Path) -> list[Submission]:
    """Return every submission of a ledger, in the order of receipt."""
    return Ledger(path).submissions


def begun_event(at: datetime) -> dict[str, Any]:
    """Return the first event of a ledger."""
    return {"event": "begun", "at": stamp(at)}


def received_event(
    sha256: str, file: str, size_bytes: int, at: datetime, survey: datetime | None = None
) -> dict[str, Any]:
    """Return the event of a content seen for the first time; ``survey`` is when the survey of ``raw/`` began."""
    event = {"event": "received", "sha256": sha256, "file": file, "size_bytes": size_bytes, "at": stamp(at)}
    return event | _at_survey(survey)


def located_event(sha256: str, file: str, at: datetime, survey: datetime | None = None) -> dict[str, Any]:
    """Return the event of a known content that also stands elsewhere."""
    return {"event": "located", "sha256": sha256, "file": file, "at": stamp(at)} | _at_survey(survey)


def withdrawn_event(sha256: str, reason: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content that is taken back."""
    return {"event": "withdrawn", "sha256": sha256, "reason": reason, "at": stamp(at)}


def erased_event(sha256: str, reason: str, who: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content whose bytes are removed."""
    return {"event": "erased", "sha256": sha256, "reason": reason, "who": who, "at": stamp(at)}


def pending_event(sha256: str, cause: Sequence[str], under: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content that a load could not read, and under what; the cause in French and English."""
    return {"event": "pending", "sha256": sha256, "cause": list(cause), "under": under, "at": stamp(at)}


def read_event(sha256: str, at: datetime) -> dict[str, Any]:
    """Return the event of a pending content that is pending no more."""
    return {"event": "read", "sha256": sha256, "at": stamp(at)}


def found_event(sha256: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content of the archive that no event told of."""
    return {"event": "found", "sha256": sha256, "at": stamp(at)}


def published_event(publication: Publication) -> dict[str, Any]:
    """Return the event of a release that is published."""
    return {"event": "published", **_of_file(publication)}


def held_event(held: HeldRelease) -> dict[str, Any]:
    """Return the event of a release that is held."""
    told = {"against": held.against, "movements": written(held.movements)}
    return {"event": "held", **_of_file(held.publication), **told}


def accepted_event(movements: Iterable[Movement], reason: str, who: str, at: datetime) -> dict[str, Any]:
    """Return the event of movements that somebody accepts."""
    return {"event": "accepted", "movements": written(movements), "reason": reason, "who": who, "at": stamp(at)}


def _of_file(publication: Publication) -> dict[str, Any]:
    return {
        "release_id": publication.release_id,
        "inputs_sha256": publication.inputs_sha256,
        "sha256": publication.sha256,
        "size_bytes": publication.size_bytes,
        "modified_ns": publication.modified_ns,
        "made_from": list(publication.head),
        "at": stamp(publication.published_at),
    }


def rolled_back_event(release_id: str, at: datetime) -> dict[str, Any]:
    """Return the event of a kept release that is published again."""
    return {"event": "rolled_back", "release_id": release_id, "at": stamp(at)}


def restored_event(heads: Iterable[Head], at: datetime) -> dict[str, Any]:
    """Return the event of a ledger that was written anew; ``heads`` are what releases remember of the lost one."""
    return {"event": "restored", "heads": [list(head) for head in heads], "at": stamp(at)}


def stamp(at: datetime) -> str:
    """Return a moment as the ledger writes it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _at_survey(survey: datetime | None) -> dict[str, str]:
    """Return what tells the files that were first seen together; ledgers of earlier versions do not know it."""
    return {} if survey is None else {"look": stamp(survey)}


def _made_from(head: Head, event: Any) -> int:
    """Return the number of the last event that a published release was made from; earlier versions did not say it."""
    return int(event["made_from"][0]) or head.number


def _held(event: Any) -> HeldRelease:
    return HeldRelease(_publication(event), event["against"], read_movements(event["movements"]))


def _publication(event: Any) -> Publication:
    return Publication(
        release_id=event["release_id"],
        published_at=datetime.fromisoformat(event["at"]),
        inputs_sha256=event["inputs_sha256"],
        sha256=event["sha256"],
        size_bytes=event["size_bytes"],
        modified_ns=event["modified_ns"],
        head=Head(*event["made_from"]),
    )
