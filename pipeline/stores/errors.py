"""Errors of what several hosts share: they end as those of a disk do, for it stands in the place of one.

What belongs here: one error, whose parts are those of the system's own. What does not: how it is told
(``pipeline.publishing.sentences``).
"""

from __future__ import annotations

import errno


class SharedStoreError(OSError):
    """The shared database or object store cannot be used; nothing that was being written counts.

    Args:
        why: what went wrong, in a line.
        place: which database, or which object.
    """

    def __init__(self, why: str, place: str) -> None:
        super().__init__(errno.EIO, why, place)


def first_line(error: BaseException) -> str:
    """Return what another program says went wrong, in a line."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
