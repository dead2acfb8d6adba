"""The text of a cell whose characters are formatted one by one.

What belongs here: joining runs so that a raised note mark does not become a part of the word or of the number.
What does not: removing the mark, which ``pipeline.vocabulary.words`` and ``pipeline.figures`` do where they compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARKS = re.compile(r"[\d*(),;\s]+")
_MARK = re.compile(r"\d{1,2}|\*{1,3}")
_METRE = re.compile(r"(?:^|[\W\d_])[kdch]?m$")
_POWERS = {"2": "²", "3": "³"}


def join_runs(runs: Iterable[tuple[str, bool]]) -> str:
    """Return the text of runs ``(text, raised)``.

    A raised run that holds only note marks is set apart: ``Logements`` + raised ``1`` → ``Logements (1)``, so that
    it is not read as ``Logements1``, nor 8 311 + raised ``1`` as 83 111. ``m`` + raised ``2`` is ``m²``, and raised
    letters (1ᵉʳ) are plain letters.
    """
    text = ""
    for run, raised in runs:
        mark = run.strip()
        if not (raised and _MARKS.fullmatch(mark) and _MARK.search(mark)):
            text += run
        elif mark in _POWERS and _METRE.search(text):
            text += _POWERS[mark]
        else:
            marks = [found if found.startswith("*") else f"({found})" for found in _MARK.findall(mark)]
            text = " ".join([text.rstrip(), *marks]) if text.strip() else " ".join(marks)
    return text
