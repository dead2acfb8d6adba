"""What was sent to whom: each attempt is told to the ledger before it begins, and again when its outcome is known.

A message is never sent twice, also where the process dies between sending and telling: an attempt that no second event
ends may have arrived, and is repeated only by who says so.

What belongs here: the events, and what they add up to. What does not: sending (``publishing.sending``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

OF_SENDING = {"sending", "sent", "not_sent"}
UNKNOWN = "sending"
"""How an attempt stands that nothing is known to have ended."""
SENT, NOT_SENT = "sent", "not_sent"


class Parcel(NamedTuple):
    """What is sent once: what a run tells to somebody through a channel."""

    run: str
    to: str
    """The code of a region, whose office it goes to, or ``national``."""
    channel: str
    """``mail``, or the kind and the number of a webhook; never an address that is a secret."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send a parcel."""

    parcel: Parcel
    content: str
    """The SHA-256 of what was sent."""
    submissions: tuple[str, ...]
    """The files that it tells the office of a region about."""
    state: str
    """``sent``, ``not_sent``, or ``sending`` where the outcome is unknown."""
    why: str = ""
    """Why it was not sent, in one sentence."""


def attempt_event(attempt: Attempt) -> dict[str, Any]:
    """Return the event of an attempt that is about to begin, or whose outcome is known."""
    told = {"content": attempt.content, "submissions": list(attempt.submissions), "why": attempt.why}
    return {"event": attempt.state, **attempt.parcel._asdict(), **told, "at": _now()}


def attempts_of(events: Iterable[Any]) -> list[Attempt]:
    """Return what events of attempts add up to."""
    attempts: list[Attempt] = []
    standing: dict[Parcel, int] = {}
    for event in events:
        parcel = Parcel(event["run"], event["to"], event["channel"])
        attempt = Attempt(parcel, event["content"], tuple(event["submissions"]), event["event"], event["why"])
        if attempt.state != UNKNOWN and parcel in standing:
            attempts[standing.pop(parcel)] = attempt
            continue
        if attempt.state == UNKNOWN:
            standing[parcel] = len(attempts)
        attempts.append(attempt)
    return attempts


def is_of_sending(fields: dict[str, Any]) -> bool:
    """Whether a line tells of an attempt."""
    try:
        return fields["event"] in OF_SENDING and isinstance(fields["at"], str) and len(attempts_of([fields])) == 1
    except (KeyError, TypeError):
        return False


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
