"""French figures: from what a cell says to a value, its unit, its precision, its qualifier and its status.

``typography`` brings characters to one form, ``marks`` takes off what stands around a number (hedges, status marks,
missing codes), ``numbers`` reads digits and words, ``units`` reads what follows, ``display`` what a number
format adds, ``statements`` joins the text and its header, ``grammar`` puts them together; ``periods`` reads periods.

What belongs here: everything that one cell can say about one figure, given what its table declares (:class:`Expected`).
What does not: which cell stands for what (``pipeline.layouts``), whether a value is plausible (checks), and guessing:
a writing with two readings is refused with both of them.
"""

from pipeline.figures.figure import Expected, Figure
from pipeline.figures.grammar import LARGEST, full_precision, missing_figure, read_cell, read_text
from pipeline.figures.suffixes import states_unit

__all__ = ["LARGEST", "Expected", "Figure", "full_precision", "missing_figure", "read_cell", "read_text", "states_unit"]
