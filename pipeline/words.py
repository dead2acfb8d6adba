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

# A mark that refers to a footnote: (1), (12), *, **, ¹ ² ³ at the end of a wording.
_FOOTNOTE = re.compile(r"(\s*\(\d{1,2}\)|\s*\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)+\s*$")
_NOT_WORD = re.compile(r"[^0-9a-z%€]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    r"""Return a wording without accents, case, punctuation, line breaks, soft hyphenation and footnote marks.

    ``"AUVERGNE-\nRHÔNE-ALPES (1)"`` → ``"auvergne rhone alpes"``; two wordings are the same when they fold alike.
    """
    without_marks = _FOOTNOTE.sub("", text.strip())
    folded = without_marks.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", folded).casefold()
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", bare).strip()


def nearest(text: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the ``count`` known wordings that look most like ``text``, best first, for a message to a human."""
    target = fold(text)

    def likeness(candidate: str) -> float:
        return SequenceMatcher(None, target, fold(candidate)).ratio()

    return sorted(dict.fromkeys(known), key=likeness, reverse=True)[:count]
