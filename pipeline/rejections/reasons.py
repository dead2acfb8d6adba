"""Reasons, and what is refused or remarked for one: its code, where it stands, and the words of its sentences.

A :class:`Rejection` holds no sentence: it is put together where it is shown (:meth:`Rejection.message`), from
``reference/reasons.toml``, so that a reworded sentence reads no file again.

What belongs here: levels, reasons, rejections and their messages. What does not: deciding that something is wrong. A
reader, a layout or a rule decides, and calls :func:`reject`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from pipeline.vocabulary.declarations import Declaration, DeclarationError, declarations
from pipeline.vocabulary.typography import as_shown


class Level(StrEnum):
    """How much is refused."""

    FILE = "file"
    """Nothing of the file is loaded."""
    TABLE = "table"
    """Nothing of one table is loaded."""
    CELL = "cell"
    """One cell is set aside; the rest is loaded."""
    REMARK = "remark"
    """Loaded, and deserves a look."""
    SUPERSEDED = "superseded"
    """Refused in a file that a later one has replaced at its place: nothing is left to correct. No reason has this
    level of its own; a rejection gets it when the submissions come together."""


LONGEST = 1_000
"""Characters of one quoted text: a cell may hold 32,767, which no comment has room for twice."""

AUTHOR_HINT = "author_hint"
"""The word of a rejection that is not for its sender; ``housing layout test`` alone shows it."""

REFUSED = (Level.FILE, Level.TABLE, Level.CELL)
"""The levels of what has to go back to its sender."""


class Wording(NamedTuple):
    """What fills the same place of both sentences, where it has to be said in the language of each."""

    fr: str
    en: str


Word = str | int | Wording


class Reason(NamedTuple):
    """One reason: its level and its sentences, whose braces are filled by the words of a rejection."""

    level: Level
    fr: str
    en: str
    example: str = ""
    """A writing that is refused or remarked for it, in French; every reason of the product has one."""
    instead: str = ""
    """How to write it so that it is read as meant."""


@cache
def reasons() -> Mapping[str, Reason]:
    """Return every reason by its code, from ``reference/reasons.toml``.

    Raises:
        DeclarationError: an entry lacks its level or a sentence, or has something else.
    """
    return {code: _reason(each) for code, each in declarations("reasons").items()}


def _reason(declared: Declaration) -> Reason:
    try:
        return Reason(**{**declared.table, "level": Level(declared.table["level"])})
    except (TypeError, KeyError, ValueError) as error:
        expected = f"expected level (one of {', '.join(Level)}), fr and en; example and instead if wanted"
        raise DeclarationError(f"{declared.file}, reason {declared.name}: {error!r}; {expected}") from error


@dataclass(frozen=True, slots=True)
class Message:
    """One rejection or remark as a human reads it. ``sheet`` and ``cell`` are empty where the file is meant."""

    reason: str
    message_fr: str
    message_en: str
    sheet: str = ""
    cell: str = ""
    raw_text: str = ""

    @property
    def level(self) -> Level:
        """How much is refused."""
        return reasons()[self.reason].level


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejection or remark. ``sheet`` and ``cell`` are empty where the file is meant."""

    reason: str
    sheet: str = ""
    cell: str = ""
    raw_text: str = ""
    words: Mapping[str, Word] = field(default_factory=dict, hash=False)
    """What fills the braces of the reason's sentences, beside ``{found}``, which is ``raw_text``; and
    :data:`AUTHOR_HINT`, which no sentence has."""

    @property
    def level(self) -> Level:
        """How much is refused."""
        return reasons()[self.reason].level

    @property
    def message_fr(self) -> str:
        """The French sentence."""
        return self.message().message_fr

    @property
    def message_en(self) -> str:
        """The English sentence."""
        return self.message().message_en

    @property
    def author_hint(self) -> str:
        """What who describes the source may change so that this is read: a line of its file, empty where none.

        No sentence has it: a regional office can do nothing with it.
        """
        return str(self.words.get(AUTHOR_HINT, ""))

    @property
    def words_json(self) -> str:
        """The words as JSON, as a cache holds them: an object of texts, numbers and pairs (French, English)."""
        return json.dumps(self.words, ensure_ascii=False) if self.words else ""

    def message(self) -> Message:
        """Return what a human reads of it: the sentences of its reason, filled with its words."""
        filled: dict[str, Word] = {"found": as_shown(self.raw_text), "hint": "", **self.words}
        reason = reasons()[self.reason]
        french, english = reason.fr.format(**_in(filled, 0)), reason.en.format(**_in(filled, 1))
        return Message(self.reason, french, english, self.sheet, self.cell, self.raw_text)


def from_row(row: Mapping[str, str]) -> Rejection:
    """Return the rejection that a cache holds as a row: ``reason, sheet, cell, raw_text, words``.

    >>> from_row({"reason": "CLE_ABSENTE", "sheet": "F", "cell": "C7", "raw_text": "12", "words": '{"expected": "x"}'})
    Rejection(reason='CLE_ABSENTE', sheet='F', cell='C7', raw_text='12', words={'expected': 'x'})
    """
    held = json.loads(row["words"]) if row["words"] else {}
    words = {name: Wording(*word) if isinstance(word, list) else word for name, word in held.items()}
    return Rejection(row["reason"], row["sheet"], row["cell"], row["raw_text"], words)


def _in(words: Mapping[str, Word], language: int) -> dict[str, str | int]:
    return {name: _quoted(word[language] if isinstance(word, tuple) else word) for name, word in words.items()}


def _quoted(word: str | int) -> str | int:
    """Return a word without what nobody reads of it: a sentence quotes no more of a cell, ``raw_text`` keeps it."""
    return f"{word[:LONGEST]}…" if isinstance(word, str) and len(word) > LONGEST else word


def reject(reason: str, *, sheet: str = "", cell: str = "", raw_text: str = "", **words: Word) -> Rejection:
    """Return the rejection for a reason code, whose sentences will be filled with ``raw_text`` and ``words``.

    A word that is not the same in both languages is a :class:`Wording`.

    >>> reject("NOMBRE_ILLISIBLE", sheet="Activité", cell="C7", raw_text="huit ou neuf").message().message_en
    '“huit ou neuf” is not a readable number. Write for example 8 311, 104,4 M€ or nd.'
    """
    return Rejection(reason, sheet, cell, raw_text, words)


@dataclass(frozen=True, slots=True)
class LocatedRejection:
    """A rejection and the submission that it concerns."""

    submission_id: str
    rejection: Rejection


class FileRefusedError(Exception):
    """A whole file cannot be read; carries the rejection that says why."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.reason)
        self.rejection = rejection

    def __str__(self) -> str:
        return self.rejection.message().message_en

    def __reduce__(self) -> tuple[type[FileRefusedError], tuple[Rejection]]:
        """Exceptions pickle their message; this one is rebuilt from its rejection."""
        return type(self), (self.rejection,)


def refuse_file(reason: str, *, found: str | Wording = "", **words: Word) -> FileRefusedError:
    """Return the exception that refuses a whole file for a reason code; ``found`` is what is wrong with it."""
    return FileRefusedError(Rejection(reason, words={"found": found, **words} if found else words))
