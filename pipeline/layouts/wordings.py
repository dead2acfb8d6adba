"""Wordings as layout files write them: a text in which ``*`` stands for anything, compared as words are.

What belongs here: whether a text is such a wording. What does not: where wordings are declared (``language``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.vocabulary.words import fold


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
    before, after = part[:1].isspace() and folded, part[-1:].isspace() and folded
    return f"{' ' if before else ''}{folded}{' ' if after else ''}"


def matches(text: str, wordings: tuple[str, ...]) -> bool:
    """Whether a text is one of the wordings, in which ``*`` stands for anything."""
    folded = fold(text)
    return any(wording_pattern(wording).fullmatch(folded) for wording in wordings)
