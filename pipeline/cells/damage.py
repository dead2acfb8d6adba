"""How damage to a file is worded: which part or which sheet, and what is wrong with it.

What belongs here: the wording of what several readers find damaged. What does not: finding it.
"""

from __future__ import annotations

from pipeline.cells.workbook import Sheet
from pipeline.rejections import FileRefusedError, Wording, refuse_file

UNREADABLE = Wording("structure illisible", "unreadable structure")


def damaged_part(part: str, what: Wording) -> FileRefusedError:
    """Return the exception that refuses an archive for what is wrong with one of its parts."""
    return refuse_file("CORROMPU", found=Wording(f"la partie {part} {what.fr}", f"the part {part} {what.en}"))


def other_root(part: str, expected: str) -> FileRefusedError:
    """Return the exception that refuses an archive, one part of which is another element than its place asks for."""
    return damaged_part(part, Wording(f"n'est pas un élément « {expected} »", f"is no “{expected}” element"))


def damaged_sheet(sheet: Sheet, what: Wording) -> FileRefusedError:
    """Return the exception that refuses a workbook for what stands on one of its sheets."""
    found = Wording(f"feuille « {sheet.name} », {what.fr}", f"sheet “{sheet.name}”, {what.en}")
    return refuse_file("CORROMPU", found=found)
