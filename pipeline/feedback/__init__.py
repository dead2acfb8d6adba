"""The way back to the sender: the workbook as sent, the rejected cells marked, and the list of what to correct.

``verdict`` is what was found in one file, each fault once (``consequences``); ``listing`` is the sheet « À corriger »
that tells it, ``marks`` what stands beside the cells. ``annotate`` marks a workbook without saving it again, because no
library saves all that it reads: ``patched_package``, ``splice``, ``styles``, ``sheet_parts`` and ``comment_parts``
change the bytes that must change and no other.
``folders`` keeps ``warehouse/returned/`` as the release tells it (``released``); ``check_before_sending`` and
``history`` tell the same before a file is sent.

What writes workbooks is imported where one is written: a night without news writes none.

What belongs here: telling a sender what was refused and what was accepted. What does not: deciding it.
"""

from pipeline.feedback.folders import is_returned_current, return_workbooks, returned_of

__all__ = [
    "is_returned_current",
    "return_workbooks",
    "returned_of",
]
