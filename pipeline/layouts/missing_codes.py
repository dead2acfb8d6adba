"""The codes that a source writes where a value is missing: which cell holds one, and which texts may be one.

A layout declares them under ``missing``; those of a table add to them and those of a column to these. The nearest wins.

What belongs here: recognising a declared code, and refusing one that could be a figure. What does not: the codes that
every source writes (``pipeline.figures.marks``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures.figure import UnreadableError
from pipeline.figures.marks import bare_code, missing_reason, take_status
from pipeline.figures.numbers import take_number
from pipeline.rejections import Rejection
from pipeline.rejections.reasons import AUTHOR_HINT
from pipeline.vocabulary.typography import plain

_UNREAD = frozenset({"MARQUE_INCONNUE", "NOMBRE_ILLISIBLE"})
"""Why a cell is refused that may hold a code."""
_LONGEST = 40  # characters; what is longer is a remark
_FOOTNOTE = re.compile(r"[*†‡#§]$|[(\[](?:notes? )?[0-9]{1,2}[)\]]$", re.IGNORECASE)
_STATUS_ALONE = re.compile(r"[(\[][perb][)\]]", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DASH = re.compile(r"-{1,3}")


class MissingCodes:
    """The codes of one column of figures."""

    __slots__ = ("_by_case", "_exact", "numbers")

    def __init__(self, *declared: Mapping[str, str]) -> None:
        """Put together what is declared, from the widest (the layout) to the nearest (the column)."""
        self._exact = {plain(code): reason for codes in declared for code, reason in codes.items()}
        """The reason of each code, as written but for spaces and the forms of dashes and dots."""
        folded: dict[str, set[str]] = {}
        for code in self._exact:
            folded.setdefault(code.lower(), set()).add(code)
        self._by_case = {low: codes.pop() for low, codes in folded.items() if len(codes) == 1}
        """The codes of which only one case is listed, so that case does not count."""
        self.numbers = frozenset(float(code) for code in self._exact if _NUMBER.fullmatch(code))
        """The codes that read as numbers, which a typed number may be."""

    def reason(self, cell: Cell) -> str | None:
        """Return why a cell holds no value by one of the codes; ``None`` where it holds none of them."""
        if not self._exact:
            return None
        if cell.kind is Kind.NUMBER:
            value = cell.value if isinstance(cell.value, int | float) else None
            return next((self._exact[c] for c in self._exact if _is_number(c, value)), None) if self.numbers else None
        return self.reason_of(cell.text) if cell.kind in {Kind.TEXT, Kind.ERROR} else None

    def reason_of(self, text: str) -> str | None:
        """Return the reason of a code, footnote marks beside it or not; ``None`` where a text is none."""
        if len(text) > _LONGEST or not text.strip():
            return None
        code = plain(text)
        while code:
            found = self._listed(code)
            if found is not None:
                return found
            shorter = _FOOTNOTE.sub("", code).rstrip()
            if shorter == code:
                return None
            code = shorter
        return None

    def under_status(self, text: str) -> str:
        """Return the code of a text that is one with the mark of a status behind it; empty for any other text."""
        if len(text) > _LONGEST or self.reason_of(text) is not None:
            return ""
        try:
            rest, status = take_status(plain(text))
        except UnreadableError:
            return ""
        return rest.strip() if status != "A" and self.reason_of(rest) is not None else ""

    def _listed(self, code: str) -> str | None:
        if code not in self._exact:
            # « (c) » and « c. » are « c » to any source, and to this one what it says of « c »
            known = bare_code(code) if missing_reason(code, "") else ""
            code = known if known in self._exact else self._by_case.get(code.lower(), code)
        return self._exact.get(code)


def _is_number(code: str, value: float | None) -> bool:
    return value is not None and _NUMBER.fullmatch(code) is not None and float(code) == value


def why_no_code(codes: Mapping[str, str], marks: Mapping[str, str], *, of_column: bool, dash: str | None) -> str:
    """Return what is wrong with declared codes, empty where nothing is.

    A code that reads as a number would hide figures: only a column, which its author knows, may have one.

    Args:
        codes: each with its reason.
        marks: what the layout declares to be marks of figures.
        of_column: whether they are the codes of one column.
        dash: what the layout says beside them of ``-``; ``None`` where it says nothing.
    """
    seen: dict[str, str] = {}
    for code, reason in codes.items():
        bare = plain(code)
        if not bare:
            return "missing: a blank cell is no code; leave it out"
        if seen.setdefault(bare, reason) != reason:
            return f"missing: {code!r} stands twice, with two reasons"
        if code in marks or bare in map(plain, marks) or _STATUS_ALONE.fullmatch(bare):
            return f"missing: {code!r} is a mark that stands behind figures; declare it once"
        if dash is not None and _DASH.fullmatch(bare):
            return f"missing: 'dash' says what {code!r} means already; leave one of them out"
        if not of_column and take_number(bare.lstrip("+- ")) is not None:
            return (
                f"missing: {code!r} reads as a number; give it in the 'missing' of the column that has no such figure"
            )
    return ""


def _without_footnotes(text: str) -> str:
    """Return a text without the footnote marks behind it."""
    shorter = text[-_LONGEST:]
    while (cut := _FOOTNOTE.sub("", shorter).rstrip()) != shorter:
        shorter = cut
    return text[:-_LONGEST] + shorter


def with_line_to_add(refused: Rejection) -> Rejection:
    """Return a refusal; that of a text without a digit has the line that makes it a code of a missing value."""
    text = _without_footnotes(refused.raw_text.strip())
    if refused.reason not in _UNREAD or not 0 < len(text) <= _LONGEST or any(map(str.isdigit, text)):
        return refused
    line = f'missing = {{ {json.dumps(text, ensure_ascii=False)} = "…" }}'
    reasons = "secret, not_available, not_significant, not_applicable"
    return replace(refused, words={**refused.words, AUTHOR_HINT: f"{line} ({reasons})"})
