"""Endings: how a command ends that something stopped.

What belongs here: the exit codes. What does not: which failure ends how (``sentences``).
"""

from __future__ import annotations

from enum import IntEnum


class Ending(IntEnum):
    """How a command ends that something stopped: the exit codes that README.md tells."""

    REFUSED = 1
    WRONG_USE = 2
    HELD_BACK = 3
    BUSY = 4
    MACHINE_FAILED = 5
