"""Populations: whose activity a figure counts, and how people's wordings for it are recognised.

What belongs here: reading ``reference/populations.toml``, finding a population in a text, and what a figure of an
indicator and a population is a figure of. What does not: which texts are looked at (``layouts.populations``).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.vocabulary.declarations import Declaration, DeclarationError, declarations
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.words import fold, nearest

UNKNOWN = "?"
"""Stands for a population that a text names and nobody knows; no figure that has it is accepted."""

_MENTIONED = frozenset({"dont", "hors", "sauf", "sans", "selon", "source", "contre", "comme", "avec", "et", "compris"})
"""Words before a population that only mention it: « dont tous bailleurs : 12 », « source : Unicil »."""
_OPENING = frozenset({"les", "la", "le", "l", "des", "de", "d", "du", "pour", "par", "un", "une"})


@dataclass(frozen=True, slots=True)
class Population:
    """One population; see the head of ``reference/populations.toml`` for what each field means."""

    code: str
    label_fr: str
    label_en: str
    part_of: str = ""
    """The population that it is only some of, so that its figures never stand for a territory."""
    synonyms: tuple[str, ...] = ()
    file: str = "populations.toml"
    """The name of the file that declares it."""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording that stands for this population, its code and label first."""
        return (self.code, self.label_fr, *self.synonyms)


@cache
def populations() -> dict[str, Population]:
    """Return every population by its code, in the order of the files.

    Raises:
        DeclarationError: a field is unknown or lacking, or a code or a wording stands for two populations.
    """
    return {code: _population(each) for code, each in declarations("populations").items()}


def _population(declared: Declaration) -> Population:
    try:
        synonyms = tuple(declared.table.get("synonyms", ()))
        return Population(code=declared.name, file=declared.file.name, **{**declared.table, "synonyms": synonyms})
    except TypeError as error:
        fields = ", ".join(each.name for each in dataclasses.fields(Population) if each.name not in {"code", "file"})
        raise DeclarationError(
            f"{declared.file}, population {declared.name}: {error}; the fields are {fields}"
        ) from error


@cache
def _by_wording() -> dict[str, str]:
    """Return the code of each folded wording, the longest wording first."""
    found: dict[str, str] = {}
    for population in populations().values():
        for wording in dict.fromkeys(map(fold, population.wordings)):
            owner = found.setdefault(wording, population.code)
            if owner != population.code:
                raise DeclarationError(
                    f"« {wording} » stands for the populations {owner} ({populations()[owner].file}) and "
                    f"{population.code} ({population.file}); take it out of one of the two"
                )
    return dict(sorted(found.items(), key=lambda item: len(item[0]), reverse=True))


def resolve_population(wording: str) -> str | None:
    """Return the code of the population that a wording stands for; ``None`` when it stands for none."""
    return _by_wording().get(fold(wording))


def nearest_populations(wording: str) -> list[str]:
    """Return the labels of the populations whose wordings look most like ``wording``, best first."""
    labels = {wording: each.label_fr for each in populations().values() for wording in each.wordings}
    return list(dict.fromkeys(labels[near] for near in nearest(wording, labels, count=6)))[:3]


@lru_cache(maxsize=16384)
def population_in(text: str) -> str:
    """Return the code of the population that a text names, empty where it names none, ``UNKNOWN`` for two of them.

    A population that is only mentioned is not named.

    >>> population_in("périmètre : tous les bailleurs sociaux"), population_in("dont tous bailleurs : 12")
    ('all_landlords', '')
    """
    words = f" {fold(text)} "
    named: set[str] = set()
    for wording, code in _by_wording().items():
        before, found, after = words.partition(f" {wording} ")
        while found:
            if not _is_mentioned(before):
                named.add(code)
            words = f"{before} | {after}"  # a shorter wording in it names nothing more
            before, found, after = words.partition(f" {wording} ")
    return named.pop() if len(named) == 1 else UNKNOWN if named else ""


def _is_mentioned(before: str) -> bool:
    """Whether what stands before the name of a population only mentions it."""
    words = before.split()
    while words and words[-1] in _OPENING:
        words.pop()
    return bool(words) and words[-1] in _MENTIONED


@lru_cache(maxsize=16384)
def without_population(label: str) -> tuple[str, str]:
    """Split a folded label that ends with a population: ``agrements tous bailleurs`` → ``agrements``, its code.

    Both are empty where the label does not end with one.
    """
    folded = fold(label)
    for wording, code in _by_wording().items():
        if folded.endswith(f" {wording}"):
            words = folded.removesuffix(f" {wording}").split()
            while words and words[-1] in _OPENING:
                words.pop()
            return " ".join(words), code
    return "", ""


@cache
def own_population(indicator: str) -> str:
    """Return the population that the definition of an indicator is about; empty where its scope has none."""
    declared = indicators()[indicator]
    return declared.population or (declared.scope if declared.scope in populations() else "")


@cache
def figure_of(indicator: str, population: str) -> tuple[str, str]:
    """Return the indicator and the population that a figure is of, whose text names both.

    The population of the definition is none of its own, and neither is that of its scope, within which the definition
    is narrower; where another indicator counts the same of that population, the figure is one of that indicator.
    """
    if population in {"", UNKNOWN, own_population(indicator), indicators()[indicator].scope}:
        return indicator, UNKNOWN if population == UNKNOWN else ""
    family = indicators()[indicator].same_as or indicator
    for other in indicators().values():
        if family in {other.code, other.same_as} and own_population(other.code) == population:
            return other.code, ""
    return indicator, population
