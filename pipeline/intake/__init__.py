"""Submissions: what was received, kept for ever, and when.

``receive`` surveys ``raw/``, ``archive`` keeps the bytes under their SHA-256, ``ledger`` what came when, ``withdraw``
takes back. A submission is one content: the same bytes twice are one submission; the same name with new bytes is a new
one, and the old one stays.

What belongs here: files as bytes. What does not: what they say (``pipeline.cells``).
"""

from pipeline.intake.ledger import Ledger, Submission, read_ledger
from pipeline.intake.receive import Receipt, receive

__all__ = ["Ledger", "Receipt", "Submission", "read_ledger", "receive"]
