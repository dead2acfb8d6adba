"""What the text states of its unit and what its header states, combined into one multiplier.

What belongs here: which statement wins, and refusing a unit of another family.
What does not: reading either of them (``units``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from pipeline.figures.figure import Expected, UnreadableError, illegible
from pipeline.figures.marks import refuse_no_result
from pipeline.figures.numbers import Number
from pipeline.figures.stated_units import AGAINST
from pipeline.figures.suffixes import Suffix, check_noun, read_stated
from pipeline.rejections import Wording
from pipeline.vocabulary.units import UNITS, Unit, unit

_HARMLESS = re.compile(
    r"h\.? ?t\.?|ttc|courants?|constants?|par (?:unites? de consommation|uc)\b.*"
    r"|(?:du|des?|de la|de l'|d') ?[a-z0-9].*|\(.*\)",
    re.IGNORECASE | re.DOTALL,
)
"""What may follow a unit and changes no figure: taxes, prices, of what a share is, the scale of standards of living."""
_UNKNOWN = re.compile(r"[€$£%]|^(?:mill?|mio|mios|mns?|mrds?|kilos?|tsd)\b\.?", re.IGNORECASE)
"""What looks like money or a scale and is none that is known."""
_NUMERAL = re.compile(r"(?:d'|de )?mille\b", re.IGNORECASE)
_PER = re.compile(r"^\s*/|(?:/| par )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a number is to be multiplied by, and what the text and the header state for it."""

    multiplier: Fraction
    scaled: bool = False
    """A scale applies: the number is not written in full."""
    has_unit: bool = False
    """The text or the header names the unit."""
    is_numeral: bool = False
    """The scale is a word of the number itself: ``treize mille`` is written in full, ``13 milliers`` is not."""
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
    target = unit(expected.unit)
    one, against, other = expected.stated.partition(AGAINST)
    if against:
        raise UnreadableError("UNITES_CONTRADICTOIRES", unit=one, other=other)
    stated = read_stated(expected.stated)
    if spelled and spelled.share:
        if suffix.unit or suffix.scale:
            raise illegible()
        return Statement(_ratio(UNITS["percent"], target), has_unit=True)
    contradicts = bool(stated.scale and not suffix.scale and target.takes_scale)
    if (suffix.scale and stated.scale and suffix.scale != stated.scale) or (suffix.unit and contradicts):
        raise UnreadableError("UNITES_CONTRADICTOIRES", unit=suffix.wording, other=stated.wording)
    _check_stated(stated, target)
    if suffix.unit:
        ratio = _ratio(suffix.unit, target)
        return Statement(
            suffix.multiplier * ratio,
            suffix.scale is not None,
            has_unit=True,
            is_numeral=_is_numeral(suffix),
            contradicts=contradicts,
        )
    _check_words(suffix, target)
    ratio = _ratio(stated.unit, target) if stated.unit else Fraction(1)
    if suffix.scale or (spelled and spelled.scaled):
        return Statement(Fraction(suffix.multiplier), scaled=True, is_numeral=_is_numeral(suffix))
    return Statement(
        stated.multiplier * ratio,
        scaled=stated.scale is not None,
        has_unit=stated.unit is not None,
        contradicts=contradicts and bool(suffix.noun),
    )


def _is_numeral(suffix: Suffix) -> bool:
    return _NUMERAL.match(suffix.wording.lstrip()) is not None


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


def _check_stated(stated: Suffix, target: Unit) -> None:
    """Refuse a statement beside a figure that cannot be applied: ``mill. €``, ``€/logement``, ``€ par mois``."""
    noun = stated.noun
    refuse_no_result(noun)
    if noun and stated.unit and stated.unit.family == target.family and not _HARMLESS.fullmatch(noun):
        raise _unexpected(stated.wording, target)
    if noun and not stated.unit:
        if _UNKNOWN.search(noun):
            raise UnreadableError("UNITE_INCONNUE", unit=stated.wording, expected=_known(target))
        if target.is_count and (_PER.search(noun) or any(map(str.isdigit, noun))):  # "pour 1 000 habitants"
            raise _unexpected(stated.wording, target)
    if stated.scale and not stated.unit and not target.takes_scale:
        raise _unexpected(stated.wording, target)
    if noun and not stated.unit and not target.is_count:
        raise _unexpected(noun, target)


def _known(target: Unit) -> Wording:
    return Wording(target.label_fr, target.label_en)


def _unexpected(found: str | Wording, target: Unit) -> UnreadableError:
    expected = Wording(target.label_fr, target.label_en)
    return UnreadableError("UNITE_INATTENDUE", unit=found, expected=expected)
