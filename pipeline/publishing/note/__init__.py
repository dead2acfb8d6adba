"""The note of a run: what came in, what is refused, what moved, who is late, which checks fail; also where it failed.

One structure, :class:`Note`, whatever it is shown as. What belongs here: composing, showing and keeping it. What does
not: what a line says (``audit.release_note``), when a note is made (``telling``), sending it (``sending``).
"""

from pipeline.publishing.note.compose import Note, Outcome, compose
from pipeline.publishing.note.keep import kept_notes, read_note, write_note
from pipeline.publishing.note.show import as_html, as_json, as_markdown, as_text, of_json

__all__ = [
    "Note",
    "Outcome",
    "as_html",
    "as_json",
    "as_markdown",
    "as_text",
    "compose",
    "kept_notes",
    "of_json",
    "read_note",
    "write_note",
]
