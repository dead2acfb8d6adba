"""Telling: every run leaves its note when it ends, however it ends, and sends it to whom it is configured to.

What of that cannot be done is told in a line and stops nothing: neither the end of a run nor its release is hidden.

What belongs here: that every run does both. What does not: composing and keeping (``note``), sending (``sending``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import takewhile

from pipeline.intake import Ledger
from pipeline.load import Report, Run
from pipeline.publishing.note import Outcome, kept_notes, read_note
from pipeline.publishing.note.compose import Note, compose, run_id_of
from pipeline.publishing.note.keep import write_note
from pipeline.publishing.sending import require_sendable, send_note
from pipeline.settings import Settings

_LOG = logging.getLogger(__name__)


@contextmanager
def noting(run: Run) -> Iterator[None]:
    """Leave the note of a run when it ends, however it ends, and send it.

    Raises:
        SettingError: what is to be sent is configured wrongly; the run did not begin.
    """
    require_sendable(run.settings)
    started_at = datetime.now(UTC)
    told = {"run": run_id_of(started_at)}
    _LOG.info("the run began", extra=told)
    try:
        yield
    except BaseException as error:
        for line in leave_note(run.report, run.settings, started_at, error, run.ledger):
            error.add_note(line)
        raise
    said = leave_note(run.report, run.settings, started_at, None, run.ledger)
    run.report.said += said


def leave_note(
    report: Report,
    settings: Settings,
    started_at: datetime,
    error: BaseException | None = None,
    ledger: Ledger | None = None,
) -> list[str]:
    """Compose, write and send the note of a run; return a line for each of it that could not be done, and why.

    Args:
        report: what the run did, as far as it came.
        settings: where the note stands, and who is told.
        started_at: when the run began, UTC.
        error: what stopped it.
        ledger: that of the warehouse, which the caller holds; nothing is sent without one.
    """
    try:
        note = compose_after(report, settings, started_at, error, ledger)
        said = write_note(note, settings)
    except Exception as trouble:  # noqa: BLE001  # what is told of a run hides neither its end nor its release
        from pipeline.publishing.sentences import sentence_of

        return [f"The note of this run could not be made: {sentence_of(trouble)}"]
    for line in (*report.said, *said):
        _LOG.warning(line, extra={"run": note.run_id})
    ended = f"the run ended: {note.outcome}, {note.seconds:g} s, release {note.release_id or 'none'}"
    _LOG.log(logging.ERROR if note.failure else logging.INFO, ended, extra={"run": note.run_id})
    return said + (sent(note, settings, ledger) if ledger is not None else [])


def compose_after(
    report: Report,
    settings: Settings,
    started_at: datetime,
    error: BaseException | None = None,
    ledger: Ledger | None = None,
) -> Note:
    """Return the note of a run, in which the ledger tells what the release before it did not know."""
    if ledger is None:
        return compose(report, settings, started_at, error)
    arrivals = ledger.came_since(len(ledger.publications) - report.is_new_release)
    return compose(report, settings, started_at, error, arrivals)


def tell_of_held(settings: Settings, ledger: Ledger) -> list[str]:
    """Send what runs could not tell the offices while their release was held; return what :func:`sent` does.

    Those are the runs since the last one that published, nights without news among them.
    """
    since = takewhile(lambda note: note.outcome is not Outcome.PUBLISHED, map(read_note, kept_notes(settings)))
    held = [note for note in since if note.outcome is Outcome.HELD]
    return [line for note in reversed(held) for line in sent(note, settings, ledger)]


def sent(note: Note, settings: Settings, ledger: Ledger) -> list[str]:
    """Send a note to whom it is configured to; return a line for each who was not told, whatever hindered it."""
    try:
        return send_note(note, settings, ledger)
    except Exception as trouble:  # noqa: BLE001  # as above
        from pipeline.publishing.sentences import sentence_of

        return [f"The note of run {note.run_id} was not sent: {sentence_of(trouble)}"]
