"""How two wordings are recognised as the same: folding, and the nearest known wordings for a message.

What belongs here: comparing what people write with what is known, exactly once folded.
What does not: guessing. Nothing here ever accepts a wording that is merely close; :func:`nearest` feeds messages only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from pipeline.vocabulary.typography import seen

# A mark that refers to a footnote, at the end of a wording: (1), (12), *, **, ¹ ² ³.
_NUMBERED_MARK = re.compile(r"\(\d{1,2}\)$")
_SIGNS = "*¹²³⁴⁵⁶⁷⁸⁹⁰"
_SPACE_BEFORE_SIGN = re.compile(" (?=[%€])")
_NOT_WORD = re.compile(r"[^0-9a-z%€]+")


_ACCENTS = frozenset({"Mn", "Me"})

_COMPARED = 100
"""How many characters of a text are compared with what is known: no wording is longer, and many texts are."""


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    r"""Return a wording without accents, case, punctuation, line breaks, soft hyphenation and footnote marks.

    ``"AUVERGNE-\nRHÔNE-ALPES (1)"`` → ``"auvergne rhone alpes"``, ``"Taux (en %)"`` → ``"taux en%"``; two wordings
    are the same when they fold alike.
    """
    folded = without_marks(seen(text).strip()).replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", folded).casefold()
    bare = "".join(character for character in decomposed if unicodedata.category(character) not in _ACCENTS)
    return _SPACE_BEFORE_SIGN.sub("", _NOT_WORD.sub(" ", bare)).strip()


def without_marks(text: str) -> str:
    """Return a wording without the footnote marks behind it, taken away one after the other."""
    end = len(text)
    while end and (text[end - 1] in _SIGNS or text[end - 1].isspace() or text[end - 1] == ")"):
        match = _NUMBERED_MARK.search(text[max(0, end - len("(12)")) : end])
        if match is None and text[end - 1] == ")":
            break
        end -= len(match[0]) if match else 1
    return text[:end]


@lru_cache(maxsize=16384)
def likeness(text: str, known: str) -> float:
    """Return how much a text looks like a known wording: 1 for the same one, 0 for one without a common letter."""
    return SequenceMatcher(None, fold(text[:_COMPARED]), fold(known)).ratio()


def nearest(text: str, known: Iterable[str], *, count: int = 3, least: float = 0.0) -> list[str]:
    """Return the ``count`` known wordings that look most like ``text``, best first, for a message to a human.

    Those that look less like it than ``least``, from 0 to 1, are left out.
    """
    alike = {candidate: likeness(text, candidate) for candidate in known}
    return sorted((c for c, ratio in alike.items() if ratio >= least), key=alike.__getitem__, reverse=True)[:count]
