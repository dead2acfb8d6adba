"""What we leave in a workbook that goes back to its sender, and by which it is known when it comes again.

What belongs here: the names and marks, and telling our words from the sender's. What does not: writing them
(``pipeline.feedback``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import PurePath

from pipeline.rejections.reasons import reasons

AUTHOR = "Contrôle des données"
"""Who signs our comments."""
HEADING = "À corriger"
"""The first line of what we say in a comment, the name of our list, and how the names of our formats begin."""
TO_CHECK = "À vérifier"
"""The first line of what we remark in a comment on a cell that was read all the same."""
TEXT_SHEET = "Texte envoyé"
"""What we call the sheet that holds a text that was sent: as of the text, its name says nothing of its tables."""

_COPY = f" - {HEADING.lower()}"
_ALONE = " - liste des corrections"
_COPIED = re.compile(rf"(?: ?- ?{HEADING.lower()}(?: ?\(\d+\))?)+$")


def copy_name(file: str, suffix: str) -> str:
    """Return what the annotated copy of a file is called when it stands beside it: ``bilan - à corriger.xlsx``."""
    return f"{PurePath(file).stem}{_COPY}{suffix}"


def list_name(file: str) -> str:
    """Return what the list of what to correct in a file is called where it stands alone; it answers no file."""
    return f"{PurePath(file).stem}{_ALONE}.xlsx"


def numbered_names(name: str) -> Iterator[str]:
    """Yield a name, then what it becomes where it is taken: ``bilan - à corriger (2).xlsx``; all name the same copy."""
    yield name
    path = PurePath(name)
    yield from (f"{path.stem} ({number}){path.suffix}" for number in count(2))


def one_form(file: str) -> str:
    """Return the name of a file in the one form by which it is known: ``é`` is one letter, and macOS writes two."""
    return unicodedata.normalize("NFC", file)


def folded_stem(file: str) -> str:
    """Return the name of a file without its ending, as people tell names apart: capitals and kinds of spaces aside."""
    return " ".join(unicodedata.normalize("NFC", stem_of(file)).casefold().split())


def stem_of(file: str) -> str:
    """Return the name of a file without its folders and its ending: ``PurePosixPath.stem`` in a tenth of the time.

    >>> stem_of("population/bilan.v2.xlsx"), stem_of(".xlsx"), stem_of("bilan.")
    ('bilan.v2', '.xlsx', 'bilan.')
    """
    name = file.rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return stem if stem and ending else name


def copied_stem(file: str) -> str:
    """Return, in the same way, the name of the file of which one is the copy that we annotated; empty for any other."""
    if file.isascii():
        return ""  # « à » is not, and a history has thousands of names
    stem = folded_stem(file)
    match = _COPIED.search(stem)
    return stem[: match.start()] if match else ""


@cache
def _our_comment() -> re.Pattern[str]:
    """Return the pattern of our words: from the first heading to the code that ends our last sentence.

    What a sender has written after it is theirs.
    """
    return re.compile(rf"\n?^(?:{HEADING}|{TO_CHECK})\n.*\((?:{'|'.join(reasons())})\)$", re.DOTALL | re.MULTILINE)


def our_words(text: str) -> tuple[int, int]:
    """Return where our words start and end in a comment, a line break beside them included; else ``(0, 0)``."""
    match = _our_comment().search(text)
    if match is None:
        return 0, 0
    start, end = match.span()
    return start, end + (start == 0 and text[end : end + 1] == "\n")


def without_ours(text: str) -> str:
    """Return what others than we wrote in a comment: ``""`` where all of it is ours."""
    start, end = our_words(text)
    return (text[:start] + text[end:]).strip("\n")
