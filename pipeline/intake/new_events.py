"""What an event says when it is made: one function for each kind that ``ledger`` lists.

What belongs here: the fields of new events. What does not: what they add up to (``ledger``), their lines (``events``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.intake.events import Head
from pipeline.intake.movements import Movement, written
from pipeline.intake.publications import HeldRelease, Publication


def begun_event(at: datetime) -> dict[str, Any]:
    """Return the first event of a ledger."""
    return {"event": "begun", "at": stamp(at)}


def received_event(
    sha256: str, file: str, size_bytes: int, at: datetime, survey: datetime | None = None, host: str = ""
) -> dict[str, Any]:
    """Return the event of a content seen for the first time.

    Args:
        sha256: the content.
        file: its place in ``raw/``.
        size_bytes: its size.
        at: when.
        survey: when the survey of ``raw/`` began that found it.
        host: in whose ``raw/``, where several hosts share a ledger.
    """
    event = {"event": "received", "sha256": sha256, "file": file, "size_bytes": size_bytes, "at": stamp(at)}
    return event | _at_survey(survey, host)


def located_event(
    sha256: str, file: str, at: datetime, survey: datetime | None = None, host: str = ""
) -> dict[str, Any]:
    """Return the event of a known content that also stands elsewhere."""
    return {"event": "located", "sha256": sha256, "file": file, "at": stamp(at)} | _at_survey(survey, host)


def withdrawn_event(sha256: str, reason: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content that is taken back."""
    return {"event": "withdrawn", "sha256": sha256, "reason": reason, "at": stamp(at)}


def erased_event(sha256: str, reason: str, who: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content whose bytes are removed."""
    return {"event": "erased", "sha256": sha256, "reason": reason, "who": who, "at": stamp(at)}


def pending_event(sha256: str, cause: Sequence[str], under: str, at: datetime) -> dict[str, Any]:
    """Return the event of a content that a load could not read.

    Args:
        sha256: the content.
        cause: why, in French and in English.
        under: the code and the limits that tried.
        at: when.
    """
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


def moved_event(to: str, at: datetime) -> dict[str, Any]:
    """Return the last event of a ledger that goes on elsewhere."""
    return {"event": "moved", "to": to, "at": stamp(at)}


def restored_event(heads: Iterable[Head], at: datetime) -> dict[str, Any]:
    """Return the event of a ledger that was written anew; ``heads`` are what releases remember of the lost one."""
    return {"event": "restored", "heads": [list(head) for head in heads], "at": stamp(at)}


def stamp(at: datetime) -> str:
    """Return a moment as the ledger writes it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _at_survey(survey: datetime | None, host: str) -> dict[str, str]:
    """Return what tells the files that were first seen together; ledgers of earlier versions do not know it."""
    return ({} if survey is None else {"look": stamp(survey)}) | ({"host": host} if host else {})
