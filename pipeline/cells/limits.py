"""How going beyond a limit is worded, with sizes that people read.

What belongs here: the wording of a broken limit. What does not: the limits themselves (``pipeline.settings``).
"""

from __future__ import annotations

from pipeline.rejections import FileRefusedError, Wording, refuse_file
from pipeline.settings import Limits
from pipeline.vocabulary.typography import french_number

FILE_SIZE = Wording("taille du fichier", "file size")
UNCOMPRESSED_SIZE = Wording("taille décompressée", "uncompressed size")
PARTS = Wording("nombre de parties de l'archive", "number of parts of the archive")
SHEETS = Wording("nombre de feuilles", "number of sheets")
CELLS = Wording("nombre de cellules", "number of cells")
CHARACTERS = Wording("nombre de caractères des cellules", "number of characters in cells")
COMMENTS = Wording("nombre de commentaires", "number of comments")
_MEMORY = Wording("mémoire", "memory")
_TIME = Wording("durée de lecture", "reading time")

_UNITS = (
    (1024**3, Wording("Go", "GB")),
    (1024**2, Wording("Mo", "MB")),
    (1024, Wording("ko", "kB")),
    (1, Wording("octets", "bytes")),
)


def check_size(limit: Wording, found: int, allowed: int) -> None:
    """Refuse a file of which something takes too many bytes."""
    if found > allowed:
        raise refuse_file("LIMITE_DEPASSEE", limit=limit, found=size(found), expected=size(allowed))


def check_count(limit: Wording, found: int, allowed: int) -> None:
    """Refuse a file with too many things of a kind."""
    if found > allowed:
        raise refuse_file("LIMITE_DEPASSEE", limit=limit, found=count(found), expected=count(allowed))


def over_memory(limits: Limits) -> FileRefusedError:
    """Return the exception that refuses a file that needs too much memory."""
    return _over(_MEMORY, size(limits.memory_bytes))


def over_time(limits: Limits) -> FileRefusedError:
    """Return the exception that refuses a file that takes too long."""
    return _over(_TIME, Wording(f"{limits.seconds} s", f"{limits.seconds} s"))


def size(number: int) -> Wording:
    """Return a number of bytes in the unit that fits: ``900 octets``, ``12,5 Mo``."""
    power, unit = next((power, unit) for power, unit in _UNITS if number >= power or power == 1)
    digits = f"{number / power:.1f}".removesuffix(".0")
    return Wording(f"{digits.replace('.', ',')} {unit.fr}", f"{digits} {unit.en}")


def count(number: int) -> Wording:
    """Return a whole number with its thousands set apart."""
    return Wording(french_number(number), f"{number:,}")


def _over(limit: Wording, allowed: Wording) -> FileRefusedError:
    """Return the exception that refuses what was stopped at a limit, and could have gone on."""
    found = Wording(f"plus de {allowed.fr}", f"more than {allowed.en}")
    return refuse_file("LIMITE_DEPASSEE", limit=limit, found=found, expected=allowed)
