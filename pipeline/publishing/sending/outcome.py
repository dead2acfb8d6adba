"""How an attempt to send ends, within a time that is bounded whatever the server does.

What belongs here: outcomes and the bound. What does not: talking to a server (``mail``, ``webhooks``).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread

from pipeline.intake.sendings import NOT_SENT, SENT, UNKNOWN

SECONDS = 10
"""How long a server may say nothing."""
_LONGEST_MESSAGE = 20
"""How long one message may take, from looking up the server to its answer."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: ``sent``, ``not_sent``, or ``sending`` where it may have arrived."""

    state: str
    why: str = ""
    """What is to be told of it, in one sentence that holds no secret: never what a server or a library said."""


ARRIVED = Ending(SENT)


def failed(why: str) -> Ending:
    """Return the end of an attempt that certainly did not arrive."""
    return Ending(NOT_SENT, why)


def unknown(why: str) -> Ending:
    """Return the end of an attempt that may have arrived."""
    return Ending(UNKNOWN, why)


class Turn:
    """The right to send, which ends when the time is over: what has not begun to be sent then never will."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_over = False
        self._is_taken = False

    def take(self) -> bool:
        """Return whether to send now; from then on nobody knows whether it arrived until the server says so."""
        with self._lock:
            self._is_taken = not self._is_over
            return self._is_taken

    def end(self) -> bool:
        """End the turn; return whether it was taken."""
        with self._lock:
            self._is_over = True
            return self._is_taken


def within(seconds: float, attempt: Callable[[Turn], Ending]) -> Ending:
    """Return how an attempt ends, or that it has not in time.

    It runs beside: neither looking up a name nor a server that says a byte now and then can be bounded otherwise.
    """
    turn, endings = Turn(), list[Ending]()
    beside = Thread(target=lambda: endings.append(_ending_of(attempt, turn)), daemon=True)
    beside.start()
    beside.join(min(seconds, _LONGEST_MESSAGE))
    if not endings:
        over = "the server did not answer in time"
        return unknown(over) if turn.end() else failed(over)
    return endings[0]


def _ending_of(attempt: Callable[[Turn], Ending], turn: Turn) -> Ending:
    try:
        return attempt(turn)
    except Exception as error:  # noqa: BLE001  # whatever a library raises: a run does not fail for it
        return unknown(reason_of(error)) if turn.end() else failed(reason_of(error))


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not one that this machine trusts"),
    (ssl.SSLError, "no encrypted connection could be made"),
    (socket.gaierror, "no server of this name is known"),
    (TimeoutError, "the server did not answer in time"),
    (ConnectionRefusedError, "nothing answers at its port"),
    (ConnectionError, "the connection broke"),
    (OSError, "it cannot be reached"),
)


def reason_of(error: Exception) -> str:
    """Return why a server was not reached, in our own words."""
    return next((why for kind, why in _REASONS if isinstance(error, kind)), f"it failed ({type(error).__name__})")
