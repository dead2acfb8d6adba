"""How going beyond a limit is said, with sizes that people read.

What belongs here: the wording of a broken limit. What does not: the limits themselves (``pipeline.settings``).
"""

from __future__ import annotations

from pipeline.rejections import FileRefusedError, refuse_file
from pipeline.settings import Limits

_UNITS = ((1024**3, "Go"), (1024**2, "Mo"), (1024, "ko"))


def over_size(limit: str, found: int, allowed: int) -> FileRefusedError:
    """Return the refusal for a size in bytes."""
    return refuse_file("LIMITE_DEPASSEE", limit=limit, found=size(found), expected=size(allowed))


def over_count(limit: str, found: int, allowed: int) -> FileRefusedError:
    """Return the refusal for a number of things."""
    return refuse_file("LIMITE_DEPASSEE", limit=limit, found=count(found), expected=count(allowed))


def over_memory(limits: Limits) -> FileRefusedError:
    """Return the refusal for a file that needs too much memory."""
    allowed = size(limits.memory_bytes)
    return refuse_file("LIMITE_DEPASSEE", limit="mémoire", found=f"plus de {allowed}", expected=allowed)


def over_time(limits: Limits) -> FileRefusedError:
    """Return the refusal for a file that takes too long."""
    allowed = f"{limits.seconds} s"
    return refuse_file("LIMITE_DEPASSEE", limit="durée de lecture", found=f"plus de {allowed}", expected=allowed)


def size(number: int) -> str:
    """Return a number of bytes in the unit that fits: ``900 octets``, ``12,5 Mo``."""
    if number < 1024:
        return f"{number} octets"
    power, unit = next((power, unit) for power, unit in _UNITS if number >= power)
    return f"{number / power:.1f}".removesuffix(".0").replace(".", ",") + f" {unit}"


def count(number: int) -> str:
    """Return a whole number with French thousands."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
