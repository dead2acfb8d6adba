"""In which order files that arrive together are taken: as people number their versions.

« bilan v2 » comes before « bilan v10 », which the letters alone would turn round, and « bilan final » after both: what
is received last holds, where nothing else tells.

What belongs here: reading the order out of names. What does not: which files there are (``survey``), which statement
holds (``sql/``).
"""

from __future__ import annotations

import re

from pipeline.rejections.copies import stem_of
from pipeline.vocabulary.typography import plain

_PARTS = re.compile(r"\d+|[a-z]+")
_FIRST = frozenset({"brouillon", "draft", "projet", "provisoire"})
_LAST = frozenset(
    {"final", "finale", "vf", "def", "definitif", "definitive", "corrige", "corrigee"}
    | {"rectifie", "rectifiee", "rectificatif"}
)

Rank = tuple[tuple[int, int, str], ...]


def version_rank(path: str) -> tuple[str, Rank, str]:
    """Return what sorts files: their folder, then their name as versions are numbered, then their whole path.

    Paths are written as POSIX does.

    >>> sorted(["bilan final.xlsx", "bilan v10.xlsx", "bilan v2.xlsx", "bilan.xlsx"], key=version_rank)
    ['bilan.xlsx', 'bilan v2.xlsx', 'bilan v10.xlsx', 'bilan final.xlsx']
    """
    return path.rpartition("/")[0], tuple(map(_rank, _PARTS.findall(plain(stem_of(path)).lower()))), path


def _rank(part: str) -> tuple[int, int, str]:
    if part.isdecimal():
        return 1, int(part[:18]), ""
    weight = 0 if part in _FIRST else 3 if part in _LAST else 2
    return weight, 0, part
