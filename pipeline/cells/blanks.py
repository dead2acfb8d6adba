"""Cells that hold nothing that anybody sees: spaces, signs without a shape, the empty text as a formula.

They are no cells: they count nowhere, part no tables and stand in nobody's way. A number that its format hides is one.

What belongs here: leaving them out. What does not: what formats show (``shown``), empty cells, which no reader returns.
"""

from __future__ import annotations

from operator import itemgetter

from pipeline.cells.workbook import KIND_CODES, Kind, Workbook
from pipeline.vocabulary.typography import is_blank

_WITHOUT_SHAPE = "\u115f\u1160\u3164\uffa0"
"""Letters of Unicode that fill a place and show nothing; every other letter and digit is seen."""
_TEXT, _UNCACHED = KIND_CODES[Kind.TEXT], KIND_CODES[Kind.UNCACHED]


def leave_out_blanks(workbook: Workbook) -> None:
    """Leave out, of all sheets, the cells that hold nothing that anybody sees."""
    for sheet in workbook.sheets:
        cells = sheet.cells
        # the empty text stands for a masked number: no reader returns one that the file has
        signs = set(map(itemgetter(0), filter(None, cells.texts)))
        signs = {sign for sign in signs if not sign.isalnum() or sign in _WITHOUT_SHAPE}
        in_doubt = {text for text in cells.texts if text and text[0] in signs} if signs else set()
        unseen = set(filter(_shows_nothing, in_doubt))
        if unseen:
            kinds, texts = cells.kinds, cells.texts
            positions = (at for at, text in enumerate(texts) if text in unseen)
            blank = [at for at in positions if kinds[at] == (_UNCACHED if texts[at].startswith("=") else _TEXT)]
            sheet.cells = cells.without(blank) if blank else cells


def _shows_nothing(text: str) -> bool:
    """Whether a text, or the result of a formula that is a text and nothing else, is blank."""
    formula = text[1:].strip() if text.startswith("=") else ""
    is_text = len(formula) > 1 and formula[0] == formula[-1] == '"'
    return is_blank(formula[1:-1] if is_text else text)
