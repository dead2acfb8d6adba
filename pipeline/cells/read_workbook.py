"""The one door: a received file in, a workbook or a rejection out.

What belongs here: the order in which a file is looked at. What does not: keeping a hostile file from taking the whole
process with it, which is the business of ``isolation``: call :func:`read_workbook` through it for received files.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cells import guard, ods, shown, sniff, text, xls_xlsb
from pipeline.cells.blanks import leave_out_blanks
from pipeline.cells.limits import CHARACTERS, check_count, over_memory
from pipeline.cells.workbook import Extra, Workbook
from pipeline.cells.worker import OUTSIDE
from pipeline.cells.xlsx import reader as xlsx
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import FileRefusedError, Wording, refuse_file
from pipeline.rejections.copies import TEXT_SHEET
from pipeline.settings import Limits

# Where a reader does not ask what is wanted beside the cells, the library tells nothing else, or there is nothing.
_ARCHIVES: dict[str, Callable[[ZipArchive, Limits, Extra], Workbook]] = {
    "xlsx": xlsx.read,
    "ods": ods.read,
    "xlsb": lambda archive, limits, _: xls_xlsb.read_xlsb(archive, limits),
}
_FILES: dict[str, Callable[[Path, Limits, Extra], Workbook]] = {
    "xls": xls_xlsb.read_xls,
    "text": lambda path, limits, _: text.read(path, limits),
}


def read_workbook(path: Path, limits: Limits, name: str = "", extra: Extra = Extra.NONE) -> Workbook:
    """Return the cells of a file, whatever its format and its name.

    Args:
        path: where the file stands, which may be an archive that knows it by its SHA-256.
        limits: what it may cost.
        name: the name under which it was received, after which the only sheet of a text file is named.
        extra: what is wanted beside the cells, where the format has it and the library can tell.

    Raises:
        FileRefusedError: it says what is wrong with the file and what to do.
        OSError: the machine failed, and says nothing of the file.
    """
    try:
        with guard.inspected(path, limits) as archive, collector_paused():
            kind = sniff.detect(path, archive)
            workbook = _FILES[kind](path, limits, extra) if archive is None else _ARCHIVES[kind](archive, limits, extra)
    except FileRefusedError:
        raise
    except MemoryError:
        raise over_memory(limits) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OUTSIDE:
            raise
        raise refuse_file("CORROMPU", found=Wording("contenu incohérent", "incoherent content")) from error
    if name and workbook.format == "text":
        workbook.sheets[0].name = Path(name).stem
    for sheet in workbook.sheets:
        sheet.is_named = sheet.is_named and sheet.name != TEXT_SHEET
    check_count(CHARACTERS, sum(sum(map(len, sheet.cells.texts)) for sheet in workbook.sheets), limits.characters)
    _refuse_two_of_a_name(workbook)
    shown.show(workbook)
    leave_out_blanks(workbook)
    if not any(sheet.cells for sheet in workbook.sheets):
        raise refuse_file("FICHIER_VIDE")
    return workbook


def _refuse_two_of_a_name(workbook: Workbook) -> None:
    """Refuse a file in which an address stands for two cells: nobody can say which one its sender sees."""
    names = Counter(sheet.name for sheet in workbook.sheets)
    for name in (name for name, count in names.items() if count > 1):
        raise refuse_file("CORROMPU", found=Wording(f"deux feuilles nommées « {name} »", f"two sheets named “{name}”"))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Cells and figures hold no cycles: looking for some among millions of them takes longer than reading them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
