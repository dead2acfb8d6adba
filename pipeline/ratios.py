"""Ratios and changes: the figures of the regional table that are derived from two stated ones.

What belongs here: reading ``reference/ratios.toml``. What does not: computing them (``sql/kpi/regional_figure_as_of``).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.indicators import indicators, scorecard

FILE = "ratios.toml"


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


@cache
def ratios() -> tuple[Ratio, ...]:
    """Return every ratio, in the order of the file.

    Raises:
        ValueError: an entry is wrong, as :func:`read_ratios` tells.
    """
    return read_ratios(_declarations())


def _declarations() -> str:
    return resources.files("pipeline.reference").joinpath(FILE).read_text(encoding="utf-8")


def read_ratios(text: str) -> tuple[Ratio, ...]:
    """Return the ratios that TOML declares.

    Raises:
        ValueError: an entry lacks a field or has one that there is not, is named like an indicator, has a term that is
            no indicator of the scorecard, or its years are in the wrong order; the message names the file and the
            entry, and says what to do.
    """
    found = []
    for code, entry in tomllib.loads(text).items():
        try:
            ratio = Ratio(code=code, **entry)
        except TypeError as error:
            raise ValueError(
                f"{FILE}, [{code}]: {error}; correct the fields (the head of the file lists them)"
            ) from error
        wrong = _wrong(ratio)
        if wrong:
            raise ValueError(f"{FILE}, [{code}]: {wrong}")
        found.append(ratio)
    return tuple(found)


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
    if not 0 <= ratio.nearest <= ratio.furthest:
        return f"nearest = {ratio.nearest}, furthest = {ratio.furthest}: expected 0 <= nearest <= furthest"
    return ""
