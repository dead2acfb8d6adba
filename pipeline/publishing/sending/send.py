"""Send: what of a run is sent now, to whom, and what is said of it.

Each parcel is told to the ledger before it is sent, and again when its outcome is known. One that was sent is not sent
again; one that failed is, whenever this is called; one whose outcome is unknown only where the caller says so.

What belongs here: that order. What does not: the words (``messages``), the ways (``mail``, ``webhooks``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.feedback import is_returned_current
from pipeline.intake import Ledger
from pipeline.intake.sendings import NOT_SENT, SENT, UNKNOWN, Attempt, Parcel
from pipeline.intake.sendings import attempt_event as event
from pipeline.publishing.note.compose import Note
from pipeline.publishing.sending import mail, webhooks
from pipeline.publishing.sending.messages import Letter, as_mail, national_letter, national_post, office_letter
from pipeline.publishing.sending.offices import addresses_of, files_of
from pipeline.publishing.sending.outcome import Ending, Turn, within
from pipeline.settings import Settings
from pipeline.vocabulary.territories import current_regions

LONGEST = 60.0
"""Seconds that all messages of a run may take together; what is not sent then is not tried."""
NATIONAL, MAIL = "national", "mail"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    """One parcel that is to be sent, with what it holds and how it goes."""

    parcel: Parcel
    letter: Letter
    by: Callable[[Turn], Ending]
    submissions: tuple[str, ...] = ()


def require_sendable(settings: Settings) -> None:
    """Refuse what is configured wrongly, before anything is done that would be told.

    Raises:
        SettingError: a password, an address or a webhook cannot be used; the message names the variable.
    """
    sending = settings.sending
    if sending.smtp_host:
        mail.password_of(sending)
        addresses_of(settings)
    if sending.note_webhooks:
        webhooks.require_webhooks(sending)


def send_note(note: Note, settings: Settings, ledger: Ledger, *, again: bool = False) -> list[str]:
    """Send what a run tells, to everybody who was not told yet; return a line for each that was not reached.

    Args:
        note: what the run tells.
        settings: who is told. The caller holds the warehouse.
        ledger: what was sent before, and is told of what is sent now.
        again: send also what was sent before without an answer, so that it may arrive twice.

    Raises:
        SettingError: something is configured wrongly.
    """
    ends_at = time.monotonic() + LONGEST
    said = []
    if _waits_for_workbooks(note, settings):
        said.append(
            f"The offices were not told: {settings.returned} is not of the published release. Run 'housing load', then "
            f"'housing note {note.run_id} --send'."
        )
    for task in _tasks(note, settings, ledger):
        if line := _send(task, ledger, ends_at, again=again):
            said.append(line)
            _LOG.warning(line, extra={"run": note.run_id})
        else:
            _LOG.info("sent to %s by %s", task.parcel.to, task.parcel.channel, extra={"run": note.run_id})
    return said


def told_of(run_id: str, ledger: Ledger) -> list[str]:
    """Return a line for each parcel of a run: to whom it was sent, or why not."""
    return [_line(attempt) for attempt in _last(ledger).values() if attempt.parcel.run == run_id]


def _last(ledger: Ledger) -> dict[Parcel, Attempt]:
    """Return the last attempt to send each parcel."""
    return {attempt.parcel: attempt for attempt in ledger.attempts}


def _tasks(note: Note, settings: Settings, ledger: Ledger) -> Iterator[_Task]:
    """Yield what is configured to be sent of a run, whether it was sent or not."""
    sending = settings.sending
    if sending.smtp_host and sending.smtp_to:
        yield _mailed(Parcel(note.run_id, NATIONAL, MAIL), national_letter(note), sending.smtp_to, settings)
    for name, url in zip(webhooks.names_of(sending), sending.note_webhooks, strict=True):
        post = national_post(note)
        yield _Task(
            Parcel(note.run_id, NATIONAL, name), post, partial(webhooks.call, name, url, post.subject, post.text)
        )
    if _tells_offices(note, settings) and not _waits_for_workbooks(note, settings):
        yield from _to_offices(note, settings, ledger)


def _tells_offices(note: Note, settings: Settings) -> bool:
    return bool(settings.sending.addresses and note.arrivals) and settings.release_file.is_file()


def _waits_for_workbooks(note: Note, settings: Settings) -> bool:
    return _tells_offices(note, settings) and not is_returned_current(settings)


def _to_offices(note: Note, settings: Settings, ledger: Ledger) -> Iterator[_Task]:
    """Yield a message to each office of whose files something came with this run, but for what it was told of."""
    attempts, addresses = _last(ledger).values(), addresses_of(settings)
    for region in current_regions():
        to = addresses.get(region.code)
        if to is None:
            continue
        parcel = Parcel(note.run_id, region.code, MAIL)
        # what another run told, or may have told, this one does not tell again
        told = {
            submission
            for attempt in attempts
            if attempt.parcel.to == region.code and attempt.parcel != parcel and attempt.state != NOT_SENT
            for submission in attempt.submissions
        }
        files = files_of(region, [each for each in note.arrivals if each not in told], settings)
        if files:
            submissions = tuple(file.submission_id for file in files)
            yield replace(_mailed(parcel, office_letter(region, files, note), to, settings), submissions=submissions)


def _mailed(parcel: Parcel, letter: Letter, to: Sequence[str], settings: Settings) -> _Task:
    message = as_mail(letter, parcel, settings.sending.smtp_sender, to)
    return _Task(parcel, letter, partial(mail.deliver, message, to, settings.sending))


def _send(task: _Task, ledger: Ledger, ends_at: float, *, again: bool) -> str:
    """Send one parcel unless it was; return a line where somebody was not reached, or may not have been."""
    before = _last(ledger).get(task.parcel)
    if before is not None and (before.state == SENT or (before.state == UNKNOWN and not again)):
        return "" if before.state == SENT else _line(before)
    attempt = Attempt(task.parcel, task.letter.sha256, task.submissions, UNKNOWN)
    left = ends_at - time.monotonic()
    if left <= 0:
        return _line(replace(attempt, state=NOT_SENT, why=f"the time for sending, {LONGEST:g} s, was over"))
    ledger.append(event(attempt))
    ending = within(left, task.by)
    ended = replace(attempt, state=ending.state, why=ending.why)
    if ending.state != UNKNOWN:
        ledger.append(event(ended))
    return "" if ended.state == SENT and not ended.why else _line(ended)


def _line(attempt: Attempt) -> str:
    """Return what is to be said of an attempt."""
    run, to, channel = attempt.parcel
    where = f"run {run}, to {to} by {channel}"
    why = f": {attempt.why}" if attempt.why else ""
    if attempt.state == SENT:
        return f"Sent: {where}{why}."
    if attempt.state == NOT_SENT:
        return f"Not sent: {where}{why}. Repeat it with 'housing note {run} --send'."
    return (
        f"Perhaps sent: {where}{why}. Nobody knows whether it arrived; where it did not, repeat it with "
        f"'housing note {run} --send --again'."
    )
