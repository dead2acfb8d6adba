"""Ratios and changes: the figures of the regional table that are derived from two stated ones.

What belongs here: reading ``reference/ratios.toml``. What does not: computing them (``sql/kpi/regional_figure_as_of``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.vocabulary.declarations import Declaration, DeclarationError, declarations
from pipeline.vocabulary.indicators import indicators, scorecard


@dataclass(frozen=True, slots=True)
class Ratio:
    """One ratio, ``factor × numerator / denominator + constant``; see the head of ``reference/ratios.toml``."""

    code: str
    unit: str
    en: str
    fr: str
    numerator: str
    denominator: str
    factor: int | float = 1
    constant: int | float = 0
    nearest: int = 0
    """The denominator is at least so many years older than the numerator,"""
    furthest: int = 0
    """and at most so many."""
    plausible_least: int | float | None = None
    """A lower value needs a second look; ``None`` where any is plausible."""
    plausible_most: int | float | None = None
    """So does a higher one."""


@cache
def ratios() -> tuple[Ratio, ...]:
    """Return every ratio, in the order of the files.

    Raises:
        DeclarationError: an entry lacks a field or has one that there is not, is named like an indicator, has a term
            that is no indicator of the scorecard, or its years are in the wrong order; the message names the file and
            the entry, and says what to do.
    """
    return tuple(map(_ratio, declarations("ratios").values()))


def _ratio(declared: Declaration) -> Ratio:
    place = f"{declared.file}, ratio {declared.name}"
    try:
        ratio = Ratio(code=declared.name, **declared.table)
    except TypeError as error:
        raise DeclarationError(f"{place}: {error}; correct the fields (the head of ratios.toml lists them)") from error
    if wrong := _wrong(ratio):
        raise DeclarationError(f"{place}: {wrong}")
    return ratio


def _wrong(ratio: Ratio) -> str:
    """Return what is wrong with a ratio and what to do, empty if nothing is."""
    if ratio.code in indicators():
        return "an indicator has this name; choose another"
    for role, term in (("numerator", ratio.numerator), ("denominator", ratio.denominator)):
        if term not in indicators():
            return f"{role} = '{term}' is no indicator; name one of indicators.toml"
        if term not in scorecard():
            return f"{role} = '{term}' is not on the scorecard; add scorecard = true to it in indicators.toml"
    for name in ("factor", "constant", "nearest", "furthest"):
        if not isinstance(getattr(ratio, name), int | float):
            return f"{name} = '{getattr(ratio, name)}' is no number; write one without quotes"
    for name in ("plausible_least", "plausible_most"):
        if not isinstance(bound := getattr(ratio, name), int | float | None):
            return f"{name} = '{bound}' is no number; write one without quotes"
    least, most = ratio.plausible_least, ratio.plausible_most
    if least is not None and most is not None and least >= most:
        return f"plausible_least = {least}, plausible_most = {most}: expected the first below the second"
    if not 0 <= ratio.nearest <= ratio.furthest:
        return f"nearest = {ratio.nearest}, furthest = {ratio.furthest}: expected 0 <= nearest <= furthest"
    return ""
