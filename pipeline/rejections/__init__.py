"""Why something is refused, and what is loaded and deserves a look: *rejections* and *remarks*.

``reasons`` has every reason code with its level and its two sentences, ``copies`` the names and marks by which what
went back to a sender is known when it comes again.

What belongs here: codes, levels, sentences. What does not: deciding that something is wrong: a reader, a layout or a
rule decides, and calls :func:`reject`.
"""

from pipeline.rejections.reasons import (
    LONGEST,
    REFUSED,
    FileRefusedError,
    Level,
    LocatedRejection,
    Message,
    Rejection,
    Wording,
    from_row,
    reasons,
    refuse_file,
    reject,
)

__all__ = [
    "LONGEST",
    "REFUSED",
    "FileRefusedError",
    "Level",
    "LocatedRejection",
    "Message",
    "Rejection",
    "Wording",
    "from_row",
    "reasons",
    "refuse_file",
    "reject",
]
