"""Showing: a note as a page, as Markdown and as JSON.

What belongs here: layout. What does not: what a note says (``compose``).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.publishing.note.compose import SECTIONS, Line, Note, Outcome
from pipeline.publishing.put_right import french_of
from pipeline.vocabulary.typography import french_number, visible

_PARIS = ZoneInfo("Europe/Paris")
OUTCOMES = {
    Outcome.PUBLISHED: "Une publication a été mise à disposition.",
    Outcome.HELD: "Une publication est retenue et attend une acceptation : celle d'avant reste en place.",
    Outcome.UNCHANGED: "Rien de nouveau : la publication reste celle d'avant.",
    Outcome.FAILED: "Le traitement a échoué : la publication reste celle d'avant.",
}


def as_html(note: Note) -> str:
    """Return the note as a page that needs neither network nor script."""
    return _environment().get_template("note.html").render(_seen(note))


def as_markdown(note: Note) -> str:
    """Return the note as Markdown, as Dagster shows it and a message carries it."""
    return _environment().get_template("note.md").render(_seen(note))


def as_text(note: Note) -> str:
    """Return the note as a terminal shows it: the Markdown, in which no sign is escaped."""
    return _environment().get_template("note.md").render(_seen(note) | {"plain": visible})


def as_json(note: Note) -> str:
    """Return the note as a script reads it, and :func:`of_json` does."""
    return json.dumps(asdict(note), ensure_ascii=False, indent=2, default=str)


def of_json(text: str) -> Note:
    """Return the note that :func:`as_json` wrote."""
    told = json.loads(text)
    sections = {name: [Line(**line) for line in lines] for name, lines in told["sections"].items()}
    typed = {
        "started_at": datetime.fromisoformat(told["started_at"]),
        "outcome": Outcome(told["outcome"]),
        "put_right": tuple(told["put_right"]),
        "arrivals": tuple(told.get("arrivals", ())),
        "sections": sections,
    }
    return Note(**told | typed)


def headline(note: Note) -> str:
    """Return how the run ended, in a sentence."""
    return OUTCOMES[note.outcome]


def moment(note: Note) -> datetime:
    """Return when the run began, by the clock in Paris."""
    return note.started_at.replace(tzinfo=note.started_at.tzinfo or UTC).astimezone(_PARIS)


def _seen(note: Note) -> dict[str, object]:
    return {
        "note": note,
        "headline": headline(note),
        "day": moment(note),
        "seconds": french_number(note.seconds),
        "titles": SECTIONS,
        "plain": _plain,
        "french": french_of,
    }


@cache
def _environment() -> Environment:
    """Return the templates. A page is escaped as HTML; Markdown is none, its texts are escaped one by one."""
    return Environment(
        loader=PackageLoader("pipeline.publishing.note"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _plain(text: str) -> str:
    """Return a text of a received file as Markdown that shows it and does nothing else."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~!" else sign for sign in visible(" ".join(text.split())))
