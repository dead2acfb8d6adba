"""What is struck through: a figure that its author has withdrawn, itself or with its row or its column, is refused.

What belongs here: the words for it. What does not: which characters are struck (``pipeline.cells``), which cells are
read (``rows``, ``values``, ``context``).
"""

from __future__ import annotations

from pipeline.cells.workbook import Cell
from pipeline.rejections import Rejection, Wording, reject

_IT, _REMOVE_IT = (
    Wording("la cellule est barrée", "the cell is struck through"),
    Wording("le contenu de la cellule", "what the cell holds"),
)
_ROW = Wording("l'intitulé de sa ligne, « {} » ({}), est barré", "the label of its row, “{}” ({}), is struck through")
_COLUMN = Wording(
    "l'en-tête de sa colonne, « {} » ({}), est barré", "the header of its column, “{}” ({}), is struck through"
)
_REMOVE_ROW = Wording("cette ligne", "that row")
_REMOVE_COLUMN = Wording("cette colonne", "that column")


def struck_cell(cell: Cell) -> Rejection:
    """Return the refusal of what stands in a cell that is struck through."""
    return reject("CELLULE_BARREE", raw_text=cell.text, struck=_IT, remove=_REMOVE_IT)


def struck_row(cell: Cell, label: Cell) -> Rejection:
    """Return the refusal of a figure of which the label of the row is struck through."""
    return reject("CELLULE_BARREE", raw_text=cell.text, struck=_naming(_ROW, label), remove=_REMOVE_ROW)


def struck_column(cell: Cell, header: Cell) -> Rejection:
    """Return the refusal of a figure of which the header of the column is struck through."""
    return reject("CELLULE_BARREE", raw_text=cell.text, struck=_naming(_COLUMN, header), remove=_REMOVE_COLUMN)


def struck_part(cell: Cell) -> Rejection:
    """Return the remark that a cell was read without what is struck through in it."""
    return reject("TEXTE_BARRE", raw_text=cell.text, struck=cell.struck or "")


def _naming(words: Wording, cell: Cell) -> Wording:
    text = " ".join(cell.text.split())
    return Wording(words.fr.format(text, cell.address), words.en.format(text, cell.address))
