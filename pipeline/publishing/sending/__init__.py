"""Sending: the note of a run to the national team, and to the office of each region what became of its files.

Nothing is sent unless it is configured (``settings.Sending``). A server that fails, or says nothing, fails no run and
keeps it waiting no longer than :data:`LONGEST`; a message is told to the ledger before and after, and never sent twice.

``offices``: who is an office, and what it is told; ``messages``: what is sent; ``mail`` and ``webhooks``: how;
``outcome``: how an attempt ends; ``send``: what of a run is sent now.

What belongs here: that. What does not: composing and showing a note (``note``), the events (``intake.sendings``).
"""

from pipeline.publishing.sending.send import LONGEST, require_sendable, send_note, told_of

__all__ = ["LONGEST", "require_sendable", "send_note", "told_of"]
