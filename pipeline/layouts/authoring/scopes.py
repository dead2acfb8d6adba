"""In which scopes the wordings of a workbook name indicators.

What belongs here: choosing scopes. What does not: what a wording stands for in one (``pipeline.vocabulary``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from pipeline.layouts.authoring.cell_meanings import SCOPES, label_of, names_indicator
from pipeline.layouts.authoring.supposed import SupposedColumn, SupposedTable
from pipeline.vocabulary import indicators


def wordings_in(tables: Iterable[SupposedTable]) -> Iterator[str]:
    """Yield the wordings that name an indicator in some scope, in headers and in columns."""
    for table in tables:
        for column in table.columns:
            yield from (text for text in map(label_of, _texts_naming(column)) if names_indicator(text))


def _texts_naming(column: SupposedColumn) -> Iterator[str]:
    if column.field == "indicator":
        yield from (cell.text for cell in column.samples)
    if "indicator" in column.named_by:
        yield from (column.header, *column.above)
    else:
        yield column.indicator


def fewest_scopes(wordings: Collection[str]) -> list[str]:
    """Return the fewest scopes that together resolve most wordings: a wording may be ambiguous in one scope more."""
    if not wordings:
        return ["context"]
    alone = {scope: _resolved(wordings, (scope,)) for scope in SCOPES}

    def merit(scopes: tuple[str, ...]) -> tuple[int, ...]:
        return _resolved(wordings, scopes), -len(scopes), sum(alone[scope] for scope in scopes)

    sets: list[tuple[str, ...]] = [s for count in range(1, len(SCOPES) + 1) for s in combinations(SCOPES, count)]
    best = max(sets, key=merit)
    return list(best)


def undecided(scopes: Sequence[str], wordings: Iterable[str]) -> list[str]:
    """Return the scopes besides in which wordings name another indicator, where nothing else tells which is meant.

    A wording that names an indicator in the chosen scopes alone tells it: « Logements autorisés » beside « Logements
    commencés ». With all of them declared, a wording of two meanings names nothing, and a human decides.
    """
    meanings = {text: _meanings(text) for text in dict.fromkeys(wordings)}
    others = {scope for found in meanings.values() if len(set(found.values())) > 1 for scope in found} - {*scopes}
    decides = any(len(set(found.values())) == 1 and found.keys() <= {*scopes} for found in meanings.values())
    return [] if decides else [scope for scope in SCOPES if scope in others]


def _meanings(text: str) -> dict[str, str]:
    """Return the indicator that a wording names in each scope where it names one."""
    found = {scope: indicators.resolve_indicator(text, (scope,)) for scope in SCOPES}
    return {scope: indicator.code for scope, indicator in found.items() if indicator is not None}


def unresolved_in(scopes: Collection[str], wordings: Iterable[str]) -> list[str]:
    """Return the wordings that the chosen scopes do not resolve, where others would."""
    return [text for text in dict.fromkeys(wordings) if indicators.resolve_indicator(text, scopes) is None]


def elsewhere(scopes: Collection[str], wordings: Iterable[str]) -> Iterator[str]:
    """Yield the wordings that name another indicator in a scope that is not among the chosen ones, with both."""
    for text in dict.fromkeys(wordings):
        chosen = indicators.resolve_indicator(text, scopes)
        for scope, other in _meanings(text).items():
            if chosen is not None and scope not in scopes and other != chosen.code:
                yield f'"{text}" ({scope}: {other})'


def _resolved(wordings: Iterable[str], scopes: tuple[str, ...]) -> int:
    return sum(indicators.resolve_indicator(wording, scopes) is not None for wording in wordings)
