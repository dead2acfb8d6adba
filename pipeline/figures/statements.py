"""What the text states of its unit and what its header states, combined into one multiplier.

What belongs here: which statement wins, and refusing a unit of another family.
What does not: reading either of them (``units``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pipeline.figures.figure import Expected, UnreadableError, illegible
from pipeline.figures.numbers import Number
from pipeline.figures.units import UNITS, Suffix, Unit, check_noun, read_stated, unit
from pipeline.rejections import Wording


@dataclass(frozen=True, slots=True)
class Statement:
    """What a number is to be multiplied by, and what the text and the header state for it."""

    multiplier: Fraction
    scaled: bool = False
    """A scale applies: the number is not written in full."""
    has_unit: bool = False
    """The text or the header names the unit."""
    contradicts: bool = False
    """The text names its unit without a scale (``8 311 logements``), the header a scale (``en milliers``)."""


def combine(suffix: Suffix, spelled: Number | None, expected: Expected) -> Statement:
    """Return what the words after a number and the header say together.

    A unit or a scale in the text wins; a number without either takes the header's.

    Args:
        suffix: what follows the number.
        spelled: the number, where it is in words, which may hold a scale (``treize mille cinq cents``).
        expected: the indicator's unit and the header's.

    Raises:
        UnreadableError: the unit is of another family, or a scale is put on what takes none.
    """
    target, stated = unit(expected.unit), read_stated(expected.stated)
    if spelled and spelled.share:
        if suffix.unit or suffix.scale:
            raise illegible()
        return Statement(_ratio(UNITS["percent"], target), has_unit=True)
    contradicts = bool(stated.scale and not suffix.scale and target.takes_scale)
    if suffix.unit:
        ratio = _ratio(suffix.unit, target)
        return Statement(suffix.multiplier * ratio, suffix.scale is not None, has_unit=True, contradicts=contradicts)
    _check_words(suffix, target)
    _check_words(stated, target)
    if any(map(str.isdigit, stated.noun)):  # "pour 1 000 habitants" is no known unit
        raise _unexpected(stated.wording, target)
    ratio = _ratio(stated.unit, target) if stated.unit else Fraction(1)
    if suffix.scale or (spelled and spelled.scaled):
        return Statement(Fraction(suffix.multiplier), scaled=True)
    return Statement(
        stated.multiplier * ratio,
        scaled=stated.scale is not None,
        has_unit=stated.unit is not None,
        contradicts=contradicts and bool(suffix.noun),
    )


def _ratio(found: Unit, target: Unit) -> Fraction:
    yearly = (found.family, target.family) == ("proportion", "proportion per year")  # the label says that it is yearly
    if found.family != target.family and not yearly:
        raise _unexpected(Wording(found.label_fr, found.label_en), target)
    return found.factor / target.factor


def _check_words(suffix: Suffix, target: Unit) -> None:
    """Refuse a scale on a percentage, and things that are counted where an amount is expected."""
    if suffix.unit:
        return
    if suffix.scale and not target.takes_scale:
        raise _unexpected(suffix.wording, target)
    if suffix.noun and not target.is_count:
        check_noun(suffix.noun, singular=True)
        raise _unexpected(suffix.noun, target)


def _unexpected(found: str | Wording, target: Unit) -> UnreadableError:
    expected = Wording(target.label_fr, target.label_en)
    return UnreadableError("UNITE_INATTENDUE", unit=found, expected=expected)
