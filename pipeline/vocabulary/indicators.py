"""Indicators: what can be measured, and how people's wordings for it are resolved.

What belongs here: reading ``reference/indicators.toml`` and resolving a wording to one indicator.
What does not: values (``figures``) and formulas (``sql/kpi``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.vocabulary.declarations import Declaration, DeclarationError, declarations
from pipeline.vocabulary.units import unit
from pipeline.vocabulary.words import fold, nearest

MEASURES = ("flow", "stock", "cumulative")
SCOPES = ("action_logement", "all_landlords", "context")
ANNUAL_MEASURES = ("flow", "stock")
"""Those of which ``fact.annual_as_of`` makes a figure of a year."""

# Activity rarely changes by more than half from one year to the next; a unit or a digit mistyped always does. An
# indicator that is known to jump says so itself.
PLAUSIBLE_CHANGE = 0.5

# The two restatements in raw/ move a figure by 0.1 and by 1.1 percent; one that readers would not take for a better
# count of the same thing goes further than a tenth. An indicator that is restated by more says so itself.
LARGEST_RESTATEMENT = 0.1

_WHOLE = 100.0
# There are fewer people on Earth, and less of anything that is counted here.
_COUNTABLE = 1e10
_LINKS = ("part_of", "included_in", "growth_of", "numerator", "denominator", "cumulates", "akin_to", "same_as")
"""Fields that name another indicator; ``akin_to`` may name a series of it."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; see the head of ``reference/indicators.toml`` for what each field means."""

    code: str
    label_fr: str
    label_en: str
    unit: str
    measure: str
    additive: bool
    scope: str
    definition_fr: str
    scorecard: bool = False
    """Whether its annual figures are a column of ``kpi.regional`` and of the scorecard, in the order of the file."""
    synonyms: tuple[str, ...] = ()
    minimum: float | None = 0.0
    """The least possible value; ``None`` where it may be negative."""
    maximum: float | None = None
    """The largest possible value; ``None`` where the unit alone tells (``limit``)."""
    part_of: str = ""
    """The indicator that this one and its other parts make up, so that their sum is compared with it."""
    included_in: str = ""
    """The indicator that this one is only some of (a "dont" line), so that it never exceeds it."""
    growth_of: str = ""
    """The indicator whose change on the year before this one states: in percent, or in the unit of that indicator."""
    numerator: str = ""
    denominator: str = ""
    """The two indicators of which this one states the quotient; one twice: a territory's part in the nation."""
    cumulates: str = ""
    """The flow that this one counts from a launch on."""
    akin_to: str = ""
    """The indicator, or its series, that texts state in the same words, of another extent or another thing counted."""
    largest_fall: float | None = None
    """The share of a stock that can be lost from one date to the next at most; ``None`` where any fall may be."""
    population: str = ""
    """The population that its definition is about, where it is not that of its scope (``populations``)."""
    same_as: str = ""
    """The indicator that counts the same of another population: a figure whose text names this one's goes here."""
    plausible_change: float = PLAUSIBLE_CHANGE
    """The largest change that needs no second look, in either direction: 0.5 is half as much again, or a third less."""
    largest_restatement: float = LARGEST_RESTATEMENT
    """The largest move of a published national figure that nobody needs to accept, either way: 0.1 is a tenth more."""
    file: str = "indicators.toml"
    """The name of the file that declares it."""

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole in percent, and no change."""
        return self.unit == "percent" and not self.growth_of

    @property
    def is_count(self) -> bool:
        """Whether it is a number of things, and whole."""
        return unit(self.unit).is_count

    @property
    def limit(self) -> float | None:
        """The largest possible value, ``None`` where there is none: a part of a whole is at most 100 %."""
        if self.maximum is not None:
            return self.maximum
        return _WHOLE if self.is_share else _COUNTABLE if self.is_count else None

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording that stands for this indicator, its code and label first."""
        return (self.code, self.label_fr, *self.synonyms)


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by its code, in the order of the files: those of sources come last.

    Raises:
        DeclarationError: a field is unknown or lacking, a code or a wording stands for two indicators of one scope, or
            an indicator of the scorecard has no annual figures; the message names the entries, their files and what to
            do.
    """
    declared = declarations("indicators")
    found = {code: _indicator(each) for code, each in declared.items()}
    _check_wordings(found, declared)
    _check_links(found)
    return found


def _indicator(declared: Declaration) -> Indicator:
    place = f"{declared.file}, indicator {declared.name}"
    try:
        synonyms = tuple(declared.table.get("synonyms", ()))
        indicator = Indicator(code=declared.name, file=declared.file.name, **{**declared.table, "synonyms": synonyms})
    except TypeError as error:
        fields = ", ".join(each.name for each in dataclasses.fields(Indicator) if each.name not in {"code", "file"})
        raise DeclarationError(f"{place}: {error}; the fields are {fields}") from error
    if indicator.measure not in MEASURES:
        raise DeclarationError(f"{place}: measure = {indicator.measure!r}; write one of {', '.join(MEASURES)}")
    if indicator.scope not in SCOPES:
        raise DeclarationError(f"{place}: scope = {indicator.scope!r}; write one of {', '.join(SCOPES)}")
    if indicator.scorecard and indicator.measure not in ANNUAL_MEASURES:
        raise DeclarationError(
            f"{place}: a {indicator.measure} figure has no year of its own and cannot be a column of the scorecard; "
            f"take out 'scorecard', or correct 'measure'"
        )
    return indicator


def _check_wordings(known: Mapping[str, Indicator], declared: Mapping[str, Declaration]) -> None:
    """Refuse a wording that stands for two indicators of one scope: nobody could tell which one is meant."""
    owners: dict[tuple[str, str], Indicator] = {}
    for indicator in known.values():
        for wording in indicator.wordings:
            owner = owners.setdefault((indicator.scope, fold(wording)), indicator)
            if owner is not indicator:
                first, second = (declared[each.code].file for each in (owner, indicator))
                raise DeclarationError(
                    f"« {wording} » stands for {owner.code} ({owner.label_fr}, {first}) and for {indicator.code} "
                    f"({indicator.label_fr}, {second}), both of the scope {indicator.scope}; take it out of one of the "
                    f"two, or word it so that it means one of them"
                )


def _check_links(known: Mapping[str, Indicator]) -> None:
    """Refuse a link to an indicator that there is not, and one that its own measure cannot have."""
    for indicator in known.values():
        place = f"{indicator.file}, indicator {indicator.code}"
        for field in _LINKS:
            linked = str(getattr(indicator, field))
            if linked and linked.split("/")[0] not in known:
                raise DeclarationError(f"{place}: {field} = {linked!r} is no indicator; write the code of one")
        if bool(indicator.numerator) != bool(indicator.denominator):
            raise DeclarationError(f"{place}: a quotient has a 'numerator' and a 'denominator'; write both, or neither")
        for field, measure in (("cumulates", "cumulative"), ("largest_fall", "stock")):
            if getattr(indicator, field) and indicator.measure != measure:
                raise DeclarationError(
                    f"{place}: '{field}' is said of a {measure} indicator, and this one is a {indicator.measure}; take "
                    f"it out, or correct 'measure'"
                )


def scorecard() -> tuple[str, ...]:
    """Return the codes of the indicators that are columns of ``kpi.regional`` and of the scorecard, in order."""
    return tuple(indicator.code for indicator in indicators().values() if indicator.scorecard)


@cache
def _by_wording(scopes: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for indicator in indicators().values():
        if indicator.scope in scopes:
            for wording in dict.fromkeys(map(fold, indicator.wordings)):
                found.setdefault(wording, []).append(indicator.code)
    return found


def resolve_indicator(wording: str, scopes: Collection[str]) -> Indicator | None:
    """Return the one indicator of ``scopes`` that a wording stands for; ``None`` when unknown or ambiguous."""
    codes = _by_wording(frozenset(scopes)).get(fold(wording), [])
    return indicators()[codes[0]] if len(codes) == 1 else None


def nearest_labels(wording: str, scopes: Collection[str], *, least: float = 0.0) -> list[str]:
    """Return the labels of the indicators of ``scopes`` whose wordings look most like ``wording``, best first.

    Those that look less like it than ``least``, from 0 to 1, are left out.
    """
    allowed = {w: i.label_fr for i in indicators().values() if i.scope in scopes for w in i.wordings}
    return list(dict.fromkeys(allowed[w] for w in nearest(wording, allowed, count=6, least=least)))[:3]
