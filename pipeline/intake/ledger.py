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
* ``restored``: the ledger was lost and written anew, in place of the one that ended with the events it names;
* ``moved``: the ledger goes on elsewhere, and no line follows here.

What belongs here: the kinds of events, and what they add up to. What does not: their lines (``events``), what they say
of submissions (``submissions``), reading ``raw/`` (``receive``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from pipeline.intake.events import (
    NOTHING,
    RESTORE,
    Event,
    Head,
    LaterVersionError,
    LedgerDamagedError,
    append_events,
    read_events,
)
from pipeline.intake.movements import Movement, read_movements
from pipeline.intake.publications import HeldRelease, Publication, made_from, read_held, read_publication
from pipeline.intake.sendings import OF_SENDING, Attempt, attempts_of
from pipeline.intake.submissions import INPUTS, OF_SUBMISSIONS, SEEN, Derivation, Submission
from pipeline.rejections.copies import one_form
from pipeline.settings import Settings
from pipeline.stores.hosts import journal_of
from pipeline.stores.journal import Journal, JournalFile
from pipeline.vocabulary.days import paris_day

_OF_RELEASES = {"published", "rolled_back", "held", "accepted"}
KINDS = OF_SUBMISSIONS | _OF_RELEASES | OF_SENDING | {"begun", "found", "restored", "moved"}
_Told = TypeVar("_Told")


class LedgerMovedError(ValueError):
    """The ledger of an installation stands elsewhere; the message says where, and what to do."""


class Ledger:
    """The ledger of one installation, read once: what it adds up to is kept until an event is appended."""

    def __init__(self, place: Path | Journal) -> None:
        """Read every event.

        Args:
            place: the file, or whatever else keeps its lines.

        Raises:
            LedgerDamagedError: a line cannot be read, was changed or is gone.
            LaterVersionError: all lines are whole, and one is of a version later than this.
        """
        self._journal = JournalFile(place) if isinstance(place, Path) else place
        self.name = self._journal.name
        self._events = read_events(self._journal)
        self._submissions: list[Submission] | None = None
        self._derivation, self._added = Derivation(self.name), 0
        self._inputs: str | None = None
        self._publications: list[Publication] | None = None
        self._ever_held: list[HeldRelease] | None = None
        for head, event in self._events:
            if event["event"] not in KINDS:
                raise LaterVersionError(
                    f"{self.name}, line {head.number}: {event['event']!r} is an event of a later version; install that "
                    "version again, or put back the copy of the ledger that was taken before it"
                )

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the ledger of an installation, wherever it stands.

        Raises:
            LedgerDamagedError: as above, or it was moved elsewhere, and is no ledger any more.
        """
        ledger = cls(journal_of(settings))
        if ledger._events and ledger._events[-1].fields["event"] == "moved":
            raise LedgerMovedError(_moved(ledger.name, ledger._events[-1].fields))
        if settings.shared_ledger and not ledger.size and JournalFile(settings.ledger).read():
            raise LedgerMovedError(
                f"{ledger.name} is empty, and this installation has the ledger {settings.ledger}; move it with "
                "'housing migrate', or unset HOUSING_SHARED_LEDGER"
            )
        return ledger

    @property
    def submissions(self) -> list[Submission]:
        """Every submission, in the order of receipt, as :class:`Derivation` adds them up."""
        if self._submissions is None:
            self._submissions = self._add_up().submissions()
        return self._submissions

    def submissions_but(self, refused: Collection[str]) -> list[Submission]:
        """Every submission, where some were read and gave nothing: those replace nothing."""
        return self._add_up().submissions(refused) if refused else self.submissions

    def last_seen(self, host: str = "") -> dict[str, str]:
        """Return the SHA-256 of the content that was seen last at each place of ``raw/``.

        Of hosts that share a ledger, each has its own ``raw/``: what it saw there itself goes before what others saw.
        """
        seen = [(one_form(event["file"]), event["sha256"], event.get("host", "")) for event in self._events_of(*SEEN)]
        own = {place: sha256 for place, sha256, by in seen if by == host}
        return {place: sha256 for place, sha256, _ in seen} | own

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
        return paris_day(max(moments)) if moments else date.min

    @property
    def found(self) -> set[str]:
        """Contents of the archive that were found there without an event that tells of them."""
        return {event["sha256"] for event in self._events_of("found")}

    @property
    def publications(self) -> list[Publication]:
        """Every release that was published, in the order of its first publication."""
        if self._publications is None:
            self._publications = self._read_releases(read_publication, "published")
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
            self._ever_held = self._read_releases(read_held, "held")
        return self._ever_held

    @property
    def made(self) -> list[Publication]:
        """Every release that was made, be it published or held; one that was held and then published is there twice."""
        return [*self.publications, *(each.publication for each in self.ever_held)]

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
            raise LedgerDamagedError(f"{self.name}: {error!r} is nothing that was sent; {RESTORE}") from error

    def came_since(self, publications: int) -> list[Submission]:
        """The submissions that were received, or read at last, since the last of the first so many publications."""
        published = [(head, event) for head, event in self._events if event["event"] == "published"]
        last = max((made_from(head, event) for head, event in published[:publications]), default=0)
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
        last = max((made_from(head, event) for head, event in published), default=0)
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
            if self._journal.is_shared:
                events = tuple(_in_order(events, self._events))
            self._events += append_events(self._journal, events, self.head)
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
            raise LedgerDamagedError(f"{self.name}: {error!r} is not a release that can be read; {RESTORE}") from error

    def _events_of(self, *kinds: str) -> list[Any]:
        return [event.fields for event in self._events if event.fields["event"] in kinds]


ATTEMPTS = 3
"""After so many loads in a row that could not read it, a pending submission is refused until what reads it changes."""


def _in_order(events: Iterable[dict[str, Any]], before: Sequence[Event]) -> Iterator[dict[str, Any]]:
    """Let no event be older than the one before it, which a host wrote whose clock is ahead: their order is history."""
    last = max((event.fields["at"] for event in before[-1:]), default="")
    for event in events:
        last = max(last, event["at"])
        yield event | {"at": last}


def _moved(name: str, event: Mapping[str, Any]) -> str:
    return (
        f"{name}: this ledger goes on in {event['to']} since {event['at'][:10]}; set HOUSING_SHARED_LEDGER and "
        "HOUSING_SHARED_STORE accordingly, or unset both where that is a file"
    )


def read_ledger(place: Path | Journal) -> list[Submission]:
    """Return every submission of a ledger, in the order of receipt."""
    return Ledger(place).submissions
