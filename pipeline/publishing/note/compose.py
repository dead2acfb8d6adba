"""Composing: from what a run did, and what its release says of itself, to the note.

What belongs here: which sections there are, and in which order. What does not: how a page draws them (``show``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import duckdb

from pipeline.feedback import returned_of
from pipeline.intake import Submission
from pipeline.load import Report
from pipeline.publishing.put_right import french_of
from pipeline.settings import Settings
from pipeline.vocabulary.days import today
from pipeline.warehouse.acceptance import waiting_rows

SECTIONS = {
    "held": "Ce qui retient la publication, et attend une acceptation",
    "national": "Chiffres nationaux qui changent",
    "restated": "Chiffres révisés, les plus grands écarts d'abord",
    "withdrawn": "Chiffres qui disparaissent",
    "refused": "Ce qui est refusé",
    "pending": "Ce qui attend le prochain chargement",
    "check": "Contrôles en échec",
    "returned": "Classeurs annotés, à renvoyer à leurs expéditeurs",
    "late": "Ce qui est dû et manque",
    "received": "Ce qui est arrivé",
    "remarked": "Ce qui est chargé et mérite un regard",
}
"""The sections of a note in the order in which they are read: of ``audit.release_note``, ``held``, ``returned``."""


class Outcome(StrEnum):
    """How a run ended."""

    PUBLISHED = "published"
    HELD = "held"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section: a sentence in both languages, how much it tells of, and where to look."""

    message_fr: str
    message_en: str
    lines: int = 1
    cells: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a run tells."""

    run_id: str
    """When the run began, as in the identifier of a release: a note's folder has this name, and notes sort by it."""
    started_at: datetime
    seconds: float
    outcome: Outcome
    failure: str = ""
    """Why the run failed, in one sentence; empty where it did not."""
    failure_fr: str = ""
    """The same in French."""
    release_id: str = ""
    """The release that stands after the run."""
    put_right: tuple[str, ...] = ()
    """The lines of what was put right, in English; a page shows them in French."""
    sections: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    """The lines of each section that has some, in the order of :data:`SECTIONS`."""
    arrivals: tuple[str, ...] = ()
    """The identifiers of the submissions that the release before this run did not know."""

    @property
    def wants_a_look(self) -> bool:
        """Whether somebody should act: the run failed, or something is held, refused, pending or fails a check."""
        to_see = ("held", "refused", "pending", "check")
        return self.outcome is Outcome.FAILED or any(name in self.sections for name in to_see)


def run_id_of(started_at: datetime) -> str:
    """Return the name of a run by when it began."""
    return f"{started_at:%Y%m%dT%H%M%S%f}"


def compose(
    report: Report,
    settings: Settings,
    started_at: datetime,
    error: BaseException | None = None,
    arrivals: Sequence[Submission] = (),
) -> Note:
    """Return the note of a run that has ended.

    Args:
        report: what the run did, as far as it came.
        settings: where the release stands.
        started_at: when the run began, UTC.
        error: what stopped it.
        arrivals: the submissions that the release before this run did not know.
    """
    failure, failure_fr = _sentences(error)
    sections = _sections(report, settings)
    sections.setdefault("returned", []).extend(_returned(arrivals, settings))
    return Note(
        run_id=run_id_of(started_at),
        started_at=started_at,
        seconds=round((datetime.now(UTC) - started_at).total_seconds(), 1),
        outcome=_outcome(report, error),
        failure=failure,
        failure_fr=failure_fr,
        release_id=report.release.release_id if report.release is not None else "",
        put_right=tuple(report.said),
        sections={name: sections[name] for name in SECTIONS if sections.get(name)},
        arrivals=tuple(submission.submission_id for submission in arrivals),
    )


def _sentences(error: BaseException | None) -> tuple[str, str]:
    """Return what stopped a run, in English and in French; nothing where nothing did."""
    if error is None:
        return "", ""
    # it knows every failure there is, and imports what raises them
    from pipeline.publishing.sentences import french_sentence_of, sentence_of

    return sentence_of(error), french_sentence_of(error)


def _outcome(report: Report, error: BaseException | None) -> Outcome:
    if error is not None:
        return Outcome.FAILED
    if report.held is not None:
        return Outcome.HELD
    return Outcome.PUBLISHED if report.is_new_release else Outcome.UNCHANGED


def _sections(report: Report, settings: Settings) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for row in report.note:
        found.setdefault(str(row["section"]), []).append(_line(row))
    if report.held is not None:
        found["held"] = [
            Line(row["message_fr"], row["message_en"], cells=f"{row['old_cells'] or '–'} → {row['new_cells'] or '–'}")
            for row in waiting_rows(settings, report.held)
        ]
    # who is late depends on today, also in a night without news; what waits is known without a release
    found["late"] = _late(settings)
    found["pending"] = [
        Line(f"{file} : {cause.fr}", f"{file}: {cause.en}", cells=file)
        for file, cause in sorted(report.pending.items())
    ]
    found.setdefault("refused", []).extend(
        Line(f"{name} : pas reçu, {french_of(reason)}", f"{name}: not received, {reason}", cells=name)
        for name, reason in sorted(report.receipt.refused.items())
    )
    if not report.note:  # nothing was built: what was received is all there is to tell of it
        found["received"] = [Line(file, file, cells=file) for file in sorted(report.receipt.new)]
    return found


def _line(row: Mapping[str, object]) -> Line:
    return Line(
        message_fr=str(row["message_fr"]),
        message_en=str(row["message_en"]),
        lines=int(str(row["lines"])),
        cells=str(row["cells"] or ""),
    )


def _returned(arrivals: Sequence[Submission], settings: Settings) -> list[Line]:
    """Return a line for each workbook that goes back to who sent one of these files."""
    lines = []
    for submission in sorted(arrivals, key=lambda each: each.file):
        for path in returned_of(settings, submission.submission_id):
            place = path.relative_to(settings.warehouse.parent).as_posix()
            lines.append(Line(f"{submission.file} : {place}", f"{submission.file}: {place}", cells=place))
    return lines


def _late(settings: Settings) -> list[Line]:
    """Return who is late today; nobody is where no release can be asked."""
    query = "SELECT source, year, due_on, regions, who FROM audit.late_on($today)"
    with contextlib.suppress(duckdb.Error, OSError):
        if settings.release_file.is_file():
            with duckdb.connect(settings.release_file, read_only=True) as connection:
                rows = connection.execute(query, {"today": today()}).fetchall()
            return [
                Line(f"{source} {year}, dû le {due:%d/%m/%Y} : {who}", f"{source} {year}, due on {due}: {who}", regions)
                for source, year, due, regions, who in rows
            ]
    return []
