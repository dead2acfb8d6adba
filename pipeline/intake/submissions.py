"""Submissions: what the events of the ledger add up to.

What belongs here: one received content, where it was seen, what took its place. What does not: the file that the events
stand in (``events``), the kinds of events there are (``ledger``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pipeline.intake.events import CHAIN, RESTORE, Event, LedgerDamagedError
from pipeline.rejections.copies import copied_stem, folded_stem, one_form

ID_LENGTH = 16
_SAVED_ANEW = (".xlsx", ".xlsm")
"""What our sentences ask a sender to save a file as, and the formats in which we give one back."""
_NAMED_AT_WILL = "corrections"
"""The source whose files have any name: two of them that are named alike have nothing to do with each other."""


class UnknownSubmissionError(LookupError):
    """No submission, or more than one, is meant; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Pending:
    """That a submission could not be read, for a cause outside it: since when, why, and how often it was tried."""

    since: datetime
    cause: tuple[str, str]
    """In French and in English."""
    under: str
    """What it was tried under: the code that reads and the limits."""
    attempts: int = 1
    """Loads in a row that tried, under the same."""


class Stretch(NamedTuple):
    """A time in which a content was the last that had been seen at a place of ``raw/``.

    A file that is put back after another has a second one there.
    """

    place: str
    """The place, or the one whose file it answers as a corrected copy."""
    since: datetime
    ledger_event: int
    """The number of the event that tells of it: the order in which all of them began."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One received content, with every place in ``raw/`` where it was seen (POSIX, relative to ``raw/``)."""

    sha256: str
    places: tuple[str, ...]
    size_bytes: int
    received_at: datetime
    stretches: tuple[Stretch, ...] = ()
    """When it lay where, in the order of the ledger."""
    superseded_by: str = ""
    """The SHA-256 of the content that came later to the place where this one was seen last, or whose name says that it
    is the corrected copy of what stands there, or the same saved as a workbook; empty for none."""
    is_displaced: bool = False
    """Whether another content came later to that very place, so that this one no longer lies there."""
    withdrawn_at: datetime | None = None
    """When it was taken back; its figures were known until then, and are not current any more."""
    withdrawal_reason: str = ""
    pending: Pending | None = None
    """Why it could not be read yet; until it is, what it would replace goes on holding."""
    erased_by: str = ""
    """Who had its bytes removed, for that reason; empty where they are kept."""

    @property
    def is_answered(self) -> bool:
        """Whether nothing in it is left to correct: a later content replaced it, or it was withdrawn."""
        return bool(self.superseded_by) or self.withdrawn_at is not None

    @property
    def file(self) -> str:
        """The place where it was seen last."""
        return self.places[-1]

    @property
    def name(self) -> str:
        """The name of the file, without its folders."""
        return self.file.rpartition("/")[2]

    @property
    def submission_id(self) -> str:
        """The identifier that SQL users see."""
        return self.sha256[:ID_LENGTH]

    @property
    def source(self) -> str:
        """The folder of ``raw/`` that it came by."""
        return self.file.partition("/")[0]

    @property
    def region_slugs(self) -> tuple[str, ...]:
        """The regions' folders below the source's in which it was seen."""
        parts = [place.split("/") for place in self.places]
        return tuple(dict.fromkeys(part[1] for part in parts if len(part) > 2))  # source / region / file


class Derivation:
    """What events say of submissions, added up event by event: where more come, those before are not read again.

    A submission is superseded when another content was seen later at the place where it was seen last: that is how a
    corrected workbook replaces the first one. So does one that comes back beside it under the name of its annotated
    copy, ``bilan - à corriger.xlsx``, where one file alone can be meant. So does a workbook, ``bilan.xlsx``, that comes
    beside what its sender had saved in another format, ``bilan.csv`` or ``BILAN.XLS``, as our sentences ask for: at a
    later survey of ``raw/``, for what is first seen together is two files. The figures of the first stay as vintages;
    its rejections need no correction any more. A withdrawn content supersedes nothing, nor does one that is pending or
    refused: what stood there before it stands again, or goes on standing.
    """

    def __init__(self, name: str) -> None:
        """Begin before the first event of the ledger of that name."""
        self._name = name
        self._known: dict[str, Submission] = {}
        self._standing: dict[str, list[str]] = {}
        self._answers: dict[str, list[str]] = {}
        self._stretches: dict[str, list[Stretch]] = {}
        self._places = _Places()
        self._told: dict[str, tuple[tuple[object, ...], Submission]] = {}
        """What was told last of each, and of what it was made: of many, almost all are the same the next time."""
        self.inputs: list[str] = []
        """The events that a release is made from, each as JSON."""

    def add(self, events: Iterable[Event]) -> None:
        """Add what comes next in the ledger.

        Raises:
            LedgerDamagedError: an event cannot be read; the ledger is the memory of the archive and is never guessed.
        """
        for event in events:
            try:
                if event.fields["event"] in OF_SUBMISSIONS:
                    self._add(event)
            except (KeyError, TypeError, ValueError) as error:
                raise LedgerDamagedError(
                    f"{self._name}, line {event.head.number}: {error!r} is not an event that can be read; {RESTORE}"
                ) from error

    def _add(self, told: Event) -> None:
        head, event = told
        sha256 = event["sha256"]
        if event["event"] in INPUTS:
            self.inputs.append(json.dumps({name: value for name, value in event.items() if name != CHAIN}))
        self._known[sha256] = _after(event, self._known.get(sha256))
        if event["event"] in SEEN:
            file = one_form(event["file"])
            self._standing.setdefault(file, []).append(sha256)
            place = self._places.see(file, event.get("look", ""))
            came = self._answers.setdefault(place, [])
            if came[-1:] != [sha256]:
                came.append(sha256)
                began = datetime.fromisoformat(event["at"])
                self._stretches.setdefault(sha256, []).append(Stretch(place, began, head.number))

    def submissions(self, refused: Collection[str] = frozenset()) -> list[Submission]:
        """Return every submission, in the order of receipt.

        Args:
            refused: contents that were read and gave nothing, where that is known.
        """
        gone = {sha256 for sha256, item in self._known.items() if item.withdrawn_at is not None}
        silent = gone.union(refused, (sha256 for sha256, item in self._known.items() if item.pending is not None))
        return [self._derived(item, gone, silent) for item in self._known.values()]

    def _derived(self, item: Submission, gone: Collection[str], silent: Collection[str]) -> Submission:
        stretches = tuple(self._stretches.get(item.sha256, ()))
        superseded_by = _superseded_by(item, self._answers[self._places.of(item.file)], silent)
        is_displaced = bool(_superseded_by(item, self._standing[item.file], gone))
        made_of = (item, stretches, superseded_by, is_displaced)
        before, told = self._told.get(item.sha256, ((), item))
        if before != made_of:
            told = replace(item, stretches=stretches, superseded_by=superseded_by, is_displaced=is_displaced)
            self._told[item.sha256] = made_of, told
        return told


def submissions_of(events: Iterable[Event], name: str) -> list[Submission]:
    """Return every submission that the events of a ledger tell of, in the order of receipt (``Derivation``).

    Raises:
        LedgerDamagedError: an event cannot be read.
    """
    derivation = Derivation(name)
    derivation.add(events)
    return derivation.submissions()


def _superseded_by(item: Submission, came: list[str], passed_over: Collection[str]) -> str:
    """Return the content that took the place of a submission; ``came`` are all that came there, in order."""
    if item.withdrawn_at is not None:
        return ""
    later = takewhile(lambda sha256: sha256 != item.sha256, reversed(came))
    return next((sha256 for sha256 in later if sha256 not in passed_over), "")


class _Places:
    """The places of ``raw/`` in the order in which they were first seen, each with the one whose file it answers."""

    def __init__(self) -> None:
        self._answered: dict[str, str] = {}
        self._surveys: dict[str, str] = {}
        self._alike: dict[tuple[str, str], list[str]] = {}

    def see(self, file: str, survey: str) -> str:
        """Return the place that a file answers: its own where its name says nothing else or several could be meant."""
        if file not in self._answered:
            alike = self._alike.setdefault((file.rpartition("/")[0], folded_stem(file)), [])
            meant = {self._answered[other] for other in self._meant(file, survey, alike)}
            self._answered[file] = meant.pop() if len(meant) == 1 else file
            self._surveys[file] = survey
            alike.append(file)
        return self._answered[file]

    def of(self, file: str) -> str:
        """Return the place that a file answers, which was seen."""
        return self._answered[file]

    def _meant(self, file: str, survey: str, alike: list[str]) -> list[str]:
        """Return the places beside a file that it may answer: of what it is a copy, or what it was saved anew from.

        ``alike`` are those of its name that were seen before, whatever their ending.
        """
        if stem := copied_stem(file):
            return self._alike.get((file.rpartition("/")[0], stem), [])
        if not survey or not alike or file.startswith(f"{_NAMED_AT_WILL}/"):
            return []
        suffix = PurePosixPath(file).suffix
        if suffix.lower() not in _SAVED_ANEW:
            return []
        return [other for other in alike if PurePosixPath(other).suffix != suffix and self._surveys[other] != survey]


def find(submissions: Iterable[Submission], wanted: str) -> Submission:
    """Return the submission that a text means: the first digits of its SHA-256, or the place where it was seen last.

    Raises:
        UnknownSubmissionError: none is meant, or several are.
    """
    digits = wanted.lower() if re.fullmatch(r"[0-9a-fA-F]{8,64}", wanted) else "no digits"
    found = [s for s in submissions if s.sha256.startswith(digits) or _stands_at(s, wanted)]
    if len(found) != 1:
        there = "; ".join(f"{s.submission_id} {s.file}" for s in found) or "none"
        raise UnknownSubmissionError(
            f"{wanted!r} means {there}; give a submission_id of fact.submission, or a file as fact.submission names it"
        )
    return found[0]


def _stands_at(submission: Submission, place: str) -> bool:
    return submission.file == place and not submission.is_displaced and submission.withdrawn_at is None


SEEN = {"received", "located"}
"""Events of a content that was seen at a place of ``raw/``."""
INPUTS = SEEN | {"withdrawn", "erased"}
"""Events that a release is made from, beside what is pending now."""
OF_SUBMISSIONS = INPUTS | {"pending", "read"}
"""Events that a submission is derived from; the others tell of releases."""


def _after(event: Any, before: Submission | None) -> Submission:
    """Return a submission after an event; whatever the event lacks raises."""
    kind, at = event["event"], datetime.fromisoformat(event["at"])
    if kind == "received":
        return Submission(event["sha256"], (one_form(event["file"]),), event["size_bytes"], at)
    if before is None:
        raise ValueError(kind)
    if kind == "located":
        return replace(before, places=(*before.places, one_form(event["file"])))
    if kind == "withdrawn":
        return replace(before, withdrawn_at=at, withdrawal_reason=event["reason"])
    if kind == "erased":
        taken = replace(before, erased_by=event["who"], withdrawal_reason=event["reason"], pending=None)
        return replace(taken, withdrawn_at=before.withdrawn_at or at)
    if kind == "read":
        return replace(before, pending=None)
    return replace(before, pending=_pending_after(event, at, before.pending))


def _pending_after(event: Any, at: datetime, before: Pending | None) -> Pending:
    """Return how a submission is pending after one more load that could not read it."""
    french, english = event["cause"]
    if before is None or before.under != event["under"]:
        return Pending(before.since if before else at, (french, english), event["under"])
    return replace(before, cause=(french, english), attempts=before.attempts + 1)
