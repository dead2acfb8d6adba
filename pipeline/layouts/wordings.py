"""Wordings as layout files write them: a text in which ``*`` stands for anything, compared as words are.

What belongs here: whether a text is such a wording. What does not: where wordings are declared (``language``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from pipeline.vocabulary.words import fold

_ANYTHING = "qzxqz"
"""Stands for what a ``*`` stands for; no wording has it."""


@lru_cache(maxsize=1024)
def wording_pattern(wording: str) -> re.Pattern[str]:
    """Return the pattern of a wording in which ``*`` stands for anything; it is matched on folded text.

    What stands between two ``*`` is found where it comes first, and is not looked for again.
    """
    first, *others = map(_folded_part, wording.split("*"))
    return re.compile(
        first + "".join(f"(?>.*?{part})" for part in others[:-1]) + "".join(f".*{part}" for part in others[-1:])
    )


def _folded_part(part: str) -> str:
    """Fold what stands beside a ``*``, but keep the space between them: ``* ans`` is not ``Orléans``."""
    folded = re.escape(fold(part))
    before = part[:1].isspace() and folded and folded[0] not in "%€"  # before which folding leaves none
    after = part[-1:].isspace() and folded
    return f"{' ' if before else ''}{folded}{' ' if after else ''}"


def clash_in(choices: Mapping[str, Iterable[str]]) -> tuple[str, str] | None:
    """Return two wordings of different codes of which one always fits what the other does; ``None`` where none do.

    A wording without ``*`` wins over those with one, and so clashes with its equal alone.
    """
    listed = [(code, wording) for code, wordings in choices.items() for wording in wordings]
    for code, wording in listed:
        for other, known in listed:
            if code != other and _fits_whatever(wording, known):
                return known, wording
    return None


def _fits_whatever(wording: str, known: str) -> bool:
    """Whether a wording fits all that another one stands for, and is of its kind: with a ``*``, or without."""
    if ("*" in wording) != ("*" in known):
        return False
    return wording_pattern(wording).fullmatch(fold(known.replace("*", _ANYTHING))) is not None


def matches(text: str, wordings: tuple[str, ...]) -> bool:
    """Whether a text is one of the wordings, in which ``*`` stands for anything."""
    folded = fold(text)
    return any(wording_pattern(wording).fullmatch(folded) for wording in wordings)
