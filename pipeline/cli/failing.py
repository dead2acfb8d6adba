"""How a command ends: its exit codes, and what it says at the end.

What belongs here: ending a command. What does not: which failure has which sentence and code
(``publishing.sentences``).
"""

from __future__ import annotations

import click

from pipeline.publishing.endings import Ending

DONE = 0
REFUSED, WRONG_USE, HELD_BACK, BUSY, MACHINE_FAILED = Ending

_INTERRUPTED = "Interrupted. What was received is kept, and the published release is whole; run the command again."


def ending_of(error: BaseException) -> tuple[int, str]:
    """Return the exit code that an exception ends a command with, and the sentence that tells of it.

    >>> ending_of(PermissionError(13, "Permission denied", "warehouse/ledger.jsonl"))[0]
    5
    """
    # what may fail knows the database and all that reads and builds
    from pipeline.publishing.sentences import how_it_ends, is_interruption, sentence_of

    if isinstance(error, click.Abort) or is_interruption(error):
        return MACHINE_FAILED, _INTERRUPTED
    return how_it_ends(error), sentence_of(error)
