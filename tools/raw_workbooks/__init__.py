"""Write the workbooks of ``raw/`` from published figures: ``python -m tools.raw_workbooks``.

``facts/`` holds the figures as they were published; ``declarations/`` says which of them stands in which workbook, and
in which hand that workbook is written. ``facts`` and ``declarations`` read the two; ``activity`` (with ``hands``),
``commitments``, ``agreements``, ``stock`` and ``population`` make the workbooks of one source each, on the pages of
``pages``; ``writing`` writes them all.

What belongs here: declarations, and what follows them. What does not: a figure in Python or in a declaration. Each is
looked up by its territory, period, indicator and source, and is copied as worded; a look-up that does not find exactly
one figure, or a label that no indicator has, stops the run. Two runs write the same bytes.
"""
