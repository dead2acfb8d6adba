"""Submissions: what was received, kept for ever, and when.

``survey`` looks through ``raw/``, ``receive`` takes what is new, ``archive`` keeps the bytes under their SHA-256,
``events`` the lines of the ledger, ``ledger`` the kinds of events there are, ``submissions`` what they add up to,
``account`` holds archive and ledger against each other, ``withdraw`` takes back, ``restore`` writes a lost ledger anew,
``disk`` makes sure that what was written stays. A submission is one content: the same bytes twice are one submission;
the same name with new bytes is a new one, and the old one stays.

What belongs here: files as bytes. What does not: what they say (``pipeline.cells``).
"""

from pipeline.intake.events import LedgerDamagedError
from pipeline.intake.ledger import Ledger, read_ledger
from pipeline.intake.receive import Receipt, Scan, receive
from pipeline.intake.submissions import Submission

__all__ = ["Ledger", "LedgerDamagedError", "Receipt", "Scan", "Submission", "read_ledger", "receive"]
