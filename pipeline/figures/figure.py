"""The shape of a figure, what a table declares about its figures, and how a part of the reading gives up.

What belongs here: shapes. What does not: reading.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.rejections import Rejection, Wording, reject


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a figure before it is read: its indicator's unit and what its table declares."""

    unit: str
    """The indicator's canonical unit: ``EUR``, ``percent`` …, or what is counted (see ``units``)."""
    stated: str = ""
    """The unit's wording in the header, in a unit column or above the table: ``M€``, ``en milliers``, ``%``."""
    dot: str = ""
    """What the source declares the dot to be: ``decimal``, ``thousands`` or nothing."""
    comma: str = "decimal"
    """What the source declares the comma to be: ``decimal`` or ``thousands``."""
    dash: str = "not_available"
    """What a dash stands for: ``nil`` (the value 0) or a missing reason."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one cell says.

    An interval (``3000 à 4000``, ``trois ou quatre``) has its lower bound as value, and both bounds in ``low`` and
    ``high``. ``plus de`` gives ``low``, ``moins de`` gives ``high``. A hedge before a fall bounds the fall, hence the
    value from the other side: ``en baisse de plus de 11 %`` is below -11.
    """

    text: str
    """As written."""
    value: float | None
    """In ``unit``; ``None`` where the cell says why there is none."""
    unit: str
    precision: float | None
    """Half a unit of the last written digit, in ``unit``: 50 000 for ``104,4 M€``; 0 for a count written in full.

    Under ``environ``, ``près de`` … the zeros that end a whole number are a rounding: 50 for ``environ 272 700``.
    """
    qualifier: str
    """``=``, ``>``, ``<``, ``~`` or ``interval``."""
    low: float | None
    high: float | None
    obs_status: str
    """``A`` normal, ``P`` provisional, ``E`` estimated, ``R`` revised, ``B`` break; for a missing value ``Q``
    suppressed, ``O`` not available, ``N`` not significant, ``M`` not applicable."""
    missing_reason: str | None
    """``secret``, ``not_available``, ``not_significant``, ``not_applicable``, ``blank`` …; ``None`` with a value."""


class UnreadableError(Exception):
    """A part of a text that cannot be read, with the reason code and the words of its sentences."""

    def __init__(self, reason: str, **words: str | Wording) -> None:
        super().__init__(reason)
        self.reason = reason
        self.words = words

    def rejection(self, text: str) -> Rejection:
        """Return the rejection of the whole text."""
        return reject(self.reason, raw_text=text, **self.words)  # type: ignore[arg-type]


def illegible() -> UnreadableError:
    """Return the error for a text that is no number."""
    return UnreadableError("NOMBRE_ILLISIBLE")


def ambiguous(*readings: str) -> UnreadableError:
    """Return the error for a number with two readings, which its message gives."""
    return UnreadableError("NOMBRE_AMBIGU", readings=Wording(" ou ".join(readings), " or ".join(readings)))
