"""The one door: a received file in, a workbook or a refusal out.

What belongs here: the order in which a file is looked at. What does not: keeping a hostile file from taking the whole
process with it, which is ``worker``'s business: call :func:`read_workbook` through it for files that were received.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cells import guard, legacy, sniff, text, xlsx
from pipeline.cells.limits import over_memory
from pipeline.cells.model import Workbook
from pipeline.rejections import FileRefusedError, refuse_file
from pipeline.settings import Limits

_READERS: dict[str, Callable[[Path, Limits], Workbook]] = {
    "xlsx": xlsx.read,
    "xlsb": legacy.read_xlsb,
    "ods": legacy.read_ods,
    "xls": legacy.read_xls,
    "text": text.read,
}


def read_workbook(path: Path, limits: Limits) -> Workbook:
    """Return the cells of a file, whatever its format and its name.

    Raises:
        FileRefusedError: and nothing else; it says what is wrong with the file and what to do.
    """
    try:
        guard.inspect(path, limits)
        reader = _READERS[sniff.detect(path)]
        with _collector_paused():
            workbook = reader(path, limits)
    except FileRefusedError:
        raise
    except MemoryError:
        raise over_memory(limits) from None
    except (FileNotFoundError, PermissionError) as error:
        raise refuse_file("LECTEUR_INTERROMPU", found=error.strerror or "fichier inaccessible") from error
    except Exception as error:
        raise refuse_file("CORROMPU", found=f"contenu incohérent, {type(error).__name__}") from error
    if not any(sheet.cells for sheet in workbook.sheets):
        raise refuse_file("FICHIER_VIDE")
    return workbook


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Cells hold no cycles: looking for some among millions of them takes longer than reading them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
