"""What people wrote beside the figures: shown as remarks, and never applied.

What belongs here: which comments are remarks. What does not: reading them (``pipeline.cells``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.cells.workbook import Cell, Comment, Workbook
from pipeline.layouts.grid import Grid
from pipeline.layouts.language import Layout
from pipeline.rejections import Rejection, Wording, reject
from pipeline.rejections.copies import without_ours

_FIGURES = {"value", "total"}
_LONGEST = 500


def remark_comments(workbook: Workbook, grids: Mapping[str, Grid], layout: Layout) -> Iterator[Rejection]:
    """Yield a remark for each comment on the cell of a figure, where the layout asks for them.

    What a check of ours wrote in a copy that is sent again says nothing new, and is passed over.
    """
    if layout.comments == "ignore":
        return
    for sheet in workbook.sheets:
        grid = grids.get(sheet.name)
        for comment in sheet.comments or ():
            cell = grid.row(comment.row).get(comment.column) if grid is not None else None
            if grid is None or cell is None or grid.role(cell) not in _FIGURES:
                continue
            if text := _comment_text(comment):
                yield _remark(sheet.name, cell, comment.author, text)


def _comment_text(comment: Comment) -> str:
    """Return a comment on one line, without what we wrote in it and without its author's name, which Excel writes."""
    lines = [" ".join(line.split()) for line in without_ours(comment.text).splitlines()]
    if lines and lines[0].rstrip(": ") == comment.author:
        lines = lines[1:]
    return " / ".join(filter(None, lines))


def _remark(sheet: str, cell: Cell, author: str, text: str) -> Rejection:
    return reject(
        "COMMENTAIRE",
        sheet=sheet,
        cell=cell.address,
        raw_text=cell.text,
        comment=text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…",
        author=Wording(f" signé {author}", f" by {author}") if author else "",
    )
