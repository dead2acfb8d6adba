"""The ledger: an append-only file of JSON lines, the only memory of what came when.

Three events are written: ``received`` (a content seen for the first time), ``located`` (a known content that also
stands elsewhere in ``raw/``, moved to its right folder or copied, or that came back to where another one stood) and
``withdrawn`` (a content that its sender or we take back). The first two know when the survey of ``raw/`` began that
brought them (``look`` in the file), which tells what came together. Everything else about a submission is derived.

What belongs here: events and what they add up to. What does not: reading ``raw/`` (``receive``).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.rejections.copies import copied_stem, folded_stem

ID_LENGTH = 16
_SAVED_ANEW = (".xlsx", ".xlsm")
"""What our sentences ask a sender to save a file as, and the formats in which we give one back."""
_NAMED_AT_WILL = "corrections"
"""The source whose files have any name: two of them that are named alike have nothing to do with each other."""


class LedgerDamagedError(RuntimeError):
    """A line of the ledger cannot be read; the message names the line."""


class UnknownSubmissionError(LookupError):
    """No submission, or more than one, is meant; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One received content, with every place in ``raw/`` where it was seen (POSIX, relative to ``raw/``)."""

    sha256: str
    places: tuple[str, ...]
    size_bytes: int
    received_at: datetime
    superseded_by: str = ""
    """The SHA-256 of the content that came later to the place where this one was seen last, or whose name says that it
    is the corrected copy of what stands there, or the same saved as a workbook; empty for none."""
    is_displaced: bool = False
    """Whether another content came later to that very place, so that this one no longer lies there."""
    withdrawn_at: datetime | None = None
    """When it was taken back; its figures were known until then, and are not current any more."""
    withdrawal_reason: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether nothing in it is left to correct: a later content replaced it, or it was withdrawn."""
        return bool(self.superseded_by) or self.withdrawn_at is not None

    @property
    def file(self) -> str:
        """The place where it was seen last."""
        return self.places[-1]

    @property
    def submission_id(self) -> str:
        """The identifier that SQL users see."""
        return self.sha256[:ID_LENGTH]

    @property
    def source(self) -> str:
        """The folder of ``raw/`` that it came by."""
        return PurePosixPath(self.file).parts[0]

    @property
    def region_slugs(self) -> tuple[str, ...]:
        """The regions' folders below the source's in which it was seen."""
        parts = [PurePosixPath(place).parts for place in self.places]
        return tuple(dict.fromkeys(part[1] for part in parts if len(part) > 2))  # source / region / file


class Ledger:
    """The ledger of one installation, read once: what it adds up to is kept until an event is appended."""

    def __init__(self, path: Path) -> None:
        """Read every event.

        Raises:
            LedgerDamagedError: a line cannot be read.
        """
        self._path = path
        self._events = list(_events(path))
        self._submissions: list[Submission] | None = None

    @property
    def submissions(self) -> list[Submission]:
        """Every submission, in the order of receipt, as :func:`submissions_of` derives them."""
        if self._submissions is None:
            self._submissions = submissions_of(self._events, self._path)
        return self._submissions

    @property
    def size(self) -> int:
        """The number of events: another one whenever something was received, located or withdrawn."""
        return len(self._events)

    def append(self, *events: dict[str, Any]) -> None:
        """Append events, and make sure that they are on disk before returning."""
        append_events(self._path, events)
        self._events += enumerate(events, start=len(self._events) + 1)
        self._submissions = None


def read_ledger(path: Path) -> list[Submission]:
    """Return every submission of a ledger, in the order of receipt."""
    return Ledger(path).submissions


def submissions_of(events: Iterable[tuple[int, Any]], path: Path) -> list[Submission]:
    """Return every submission, in the order of receipt.

    A submission is superseded when another content was seen later at the place where it was seen last: that is how a
    corrected workbook replaces the first one. So does one that comes back beside it under the name of its annotated
    copy, ``bilan - à corriger.xlsx``, where one file alone can be meant. So does a workbook, ``bilan.xlsx``, that comes
    beside what its sender had saved in another format, ``bilan.csv`` or ``BILAN.XLS``, as our sentences ask for: at a
    later survey of ``raw/``, for what is first seen together is two files. The figures of the first stay as vintages;
    its rejections need no correction any more. A withdrawn content supersedes nothing: what stood there before it
    stands again.

    A last line that a cut left unfinished is passed over: its event was not confirmed and will be written again.

    Raises:
        LedgerDamagedError: any other line cannot be read; the ledger is the memory of the archive and is never guessed.
    """
    known: dict[str, Submission] = {}
    standing: dict[str, list[str]] = {}
    answers: dict[str, list[str]] = {}
    places = _Places()
    for number, event in events:
        try:
            known[event["sha256"]] = _after(event, known.get(event["sha256"]))
            if event["event"] != "withdrawn":
                file = event["file"]
                standing.setdefault(file, []).append(event["sha256"])
                answers.setdefault(places.see(file, event.get("look", "")), []).append(event["sha256"])
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerDamagedError(
                f"{path}, line {number}: {error!r} is not an event that can be read; restore the ledger from a backup"
            ) from error
    return [
        replace(
            item,
            superseded_by=_superseded_by(item, answers[places.of(item.file)], known),
            is_displaced=bool(_superseded_by(item, standing[item.file], known)),
        )
        for item in known.values()
    ]


class _Places:
    """The places of ``raw/`` in the order in which they were first seen, each with the one whose file it answers."""

    def __init__(self) -> None:
        self._answered: dict[str, str] = {}
        self._surveys: dict[str, str] = {}
        self._alike: dict[tuple[PurePosixPath, str], list[str]] = {}

    def see(self, file: str, survey: str) -> str:
        """Return the place that a file answers: its own where its name says nothing else or several could be meant."""
        if file not in self._answered:
            meant = {self._answered[other] for other in self._meant(PurePosixPath(file), survey)}
            self._answered[file] = meant.pop() if len(meant) == 1 else file
            self._surveys[file] = survey
            self._alike.setdefault((PurePosixPath(file).parent, folded_stem(file)), []).append(file)
        return self._answered[file]

    def of(self, file: str) -> str:
        """Return the place that a file answers, which was seen."""
        return self._answered[file]

    def _meant(self, file: PurePosixPath, survey: str) -> list[str]:
        """Return the places beside a file that it may answer: of what it is a copy, or what it was saved anew from."""
        if stem := copied_stem(file.name):
            return self._alike.get((file.parent, stem), [])
        if not survey or file.suffix.lower() not in _SAVED_ANEW or file.parts[:1] == (_NAMED_AT_WILL,):
            return []
        alike = self._alike.get((file.parent, folded_stem(file.name)), [])
        return [
            other for other in alike if PurePosixPath(other).suffix != file.suffix and self._surveys[other] != survey
        ]


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


def _superseded_by(item: Submission, came: list[str], known: dict[str, Submission]) -> str:
    """Return the content that took the place of a submission; ``came`` are all that came there, in order."""
    standing = next((sha256 for sha256 in reversed(came) if known[sha256].withdrawn_at is None), item.sha256)
    return "" if item.withdrawn_at is not None or standing == item.sha256 else standing


def _after(event: dict[str, Any], before: Submission | None) -> Submission:
    """Return a submission after an event; whatever the event lacks raises."""
    if event["event"] == "received":
        at = datetime.fromisoformat(event["at"])
        return Submission(event["sha256"], (event["file"],), event["size_bytes"], at)
    if event["event"] == "located" and before is not None:
        return replace(before, places=(*before.places, event["file"]))
    if event["event"] == "withdrawn" and before is not None:
        return replace(before, withdrawn_at=datetime.fromisoformat(event["at"]), withdrawal_reason=event["reason"])
    raise ValueError(event["event"])


def _events(path: Path) -> Iterable[tuple[int, Any]]:
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):  # what follows the last line feed was never confirmed
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise LedgerDamagedError(f"{path}, line {number}: not JSON; restore the ledger from a backup") from error


def append_events(path: Path, events: Iterable[dict[str, Any]]) -> None:
    """Append events and make sure that they are on disk before returning."""
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    if not text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _drop_unfinished_line(file)
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def _drop_unfinished_line(file: Any) -> None:
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)


def received_event(
    sha256: str, file: str, size_bytes: int, at: datetime, survey: datetime | None = None
) -> dict[str, Any]:
    """Return the event of a content seen for the first time; ``survey`` is when the survey of ``raw/`` began."""
    event = {"event": "received", "sha256": sha256, "file": file, "size_bytes": size_bytes, "at": _stamp(at)}
    return event | _at_survey(survey)


def located_event(sha256: str, file: str, at: datetime, survey: datetime | None = None) -> dict[str, Any]:
    """Return the event of a known content that also stands elsewhere."""
    return {"event": "located", "sha256": sha256, "file": file, "at": _stamp(at)} | _at_survey(survey)


def withdrawn_event(sha256: str, reason: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content that is taken back."""
    return {"event": "withdrawn", "sha256": sha256, "reason": reason, "at": _stamp(at)}


def _at_survey(survey: datetime | None) -> dict[str, str]:
    """Return what tells the files that were first seen together; ledgers of earlier versions do not know it."""
    return {} if survey is None else {"look": _stamp(survey)}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
