"""Comment: two or three sentences on a territory, made from its figures by rules.

Each rule says one thing or is silent. It is silent where a hedge, a break, a dispute, another population or a year that
lacks would make the sentence say more than the figures do. Sentences carry the marks of their figures.

What belongs here: the rules and which sentences are kept. What does not: how a figure is written (``shown``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.publishing.bulletins.shown import Row, Sentence, Shown, day, figure, ordinal, percent

MOST = 3
"""Sentences of a comment."""
_LEAST_CHANGE = 2.0
"""Percent: what moves less has not moved, given how such figures are made."""
_LEAST_YEARS = 4
"""Years that must be known before one of them is called the highest or the lowest."""
_LEAST_RANKED = 5
_FIRST_RANKS = 3
_LEAST_RUN = 3


def _is_plain(row: Row) -> bool:
    """Whether a figure can be compared: unhedged, no break in the series, undisputed, of the indicator's population."""
    return row["qualifier"] == "=" and row["obs_status"] != "B" and not row["is_disputed"] and not row["population"]


def change(series: Sequence[Row]) -> Sentence | None:
    """Say how the last figure moved on the year before: ``Agréments : 6 800 en 2022, soit + 12,3 % sur un an``."""
    if len(series) < 2:
        return None
    before, last = series[-2:]
    moved = last["change_percent"]
    if moved is None or last["year"] - before["year"] != 1 or not (_is_plain(before) and _is_plain(last)):
        return None
    start: Sentence = (f"{last['label_fr']} : ", figure(last), f" en {last['year']}, ")
    if abs(moved) < _LEAST_CHANGE:
        return (*start, "presque autant que l'année précédente (", figure(before), ").")
    shown = percent(moved, figure(last).link, signed=True)
    assert shown is not None  # noqa: S101  # moved is a number
    return (*start, "soit ", shown, " sur un an (", figure(before), f" en {before['year']}).")


def extreme(series: Sequence[Row]) -> Sentence | None:
    """Say that the last figure is the highest, or the lowest, of all that are known, where they are enough."""
    if len(series) < _LEAST_YEARS or not all(map(_is_plain, series)):
        return None
    last, others = series[-1], [row["value"] for row in series[:-1]]
    which = "haut" if last["value"] > max(others) else "bas" if last["value"] < min(others) else ""
    if not which:
        return None
    return (
        f"{last['label_fr']} : avec ", figure(last),
        f", {last['year']} est le point le plus {which} des {len(series)} années connues depuis {series[0]['year']}.",
    )  # fmt: skip


def run(series: Sequence[Row]) -> Sentence | None:
    """Say that the figure rose, or fell, several years in a row, each known."""
    tail = list(series[-_LEAST_RUN - 1 :])
    follow = all(b["year"] - a["year"] == 1 for a, b in pairwise(tail))
    if len(tail) <= _LEAST_RUN or not follow or not all(map(_is_plain, tail)):
        return None
    steps = [b["value"] - a["value"] for a, b in pairwise(tail)]
    which = "hausse" if min(steps) > 0 else "baisse" if max(steps) < 0 else ""
    if not which:
        return None
    return (
        f"{tail[-1]['label_fr']} : troisième année de {which}, de ", figure(tail[0]), f" en {tail[0]['year']} à ",
        figure(tail[-1]), f" en {tail[-1]['year']}.",
    )  # fmt: skip


def leading(series: Sequence[Row]) -> Sentence | None:
    """Say that a region is among the first, where enough regions are known in that year."""
    if not series:
        return None
    last = series[-1]
    rank, ranked = last["rank"], last["ranked"]
    if not rank or rank > _FIRST_RANKS or (ranked or 0) < _LEAST_RANKED or not _is_plain(last):
        return None
    place = Shown(ordinal(rank), rank, figure(last).link)
    return (
        f"{last['label_fr']} : ", place, f" rang des {ranked} régions connues en {last['year']}, avec ",
        figure(last), ".",
    )  # fmt: skip


RULES: tuple[Callable[[Sequence[Row]], Sentence | None], ...] = (run, extreme, change, leading)
"""The first that speaks of an indicator is the one that is heard."""


def late(coverage: Iterable[Row], name: str) -> Sentence | None:
    """Say that what is due last has not come; silent where it came, or is not due yet."""
    due = [row for row in coverage if row["is_expected"] and row["status"] in {"accepted", "late", "rejected"}]
    last = max(due, key=lambda row: int(row["year"]), default=None)
    if last is None or last["status"] != "late":
        return None
    return (f"{name} : les chiffres {last['year']}, attendus le {day(last['due_on'])}, ne sont pas parvenus.",)


def commitment(row: Row, target: Shown, achieved: Shown | None) -> Sentence | None:
    """Say that a commitment is not kept, or behind an even pace; silent where that cannot be told."""
    if row["status"] != "behind" or achieved is None:
        return None
    state = "n'est pas tenu" if row["years_elapsed"] == row["years_in_period"] else "est en retard"
    return (
        f"L'engagement « {row['label']} » ({row['plan']}) {state} : ", achieved, " pour une cible de ", target, ".",
    )  # fmt: skip


def comment(all_series: Iterable[Sequence[Row]], others: Iterable[Sentence | None] = ()) -> list[Sentence]:
    """Return the sentences of a territory: one an indicator at most, the most recent years first, then the others.

    Args:
        all_series: for each indicator, its known annual figures, oldest first; the most important indicator first.
        others: what is to be said beside the figures; ``None`` where there is nothing.
    """
    beside = [sentence for sentence in others if sentence][:1]
    said = sorted(_said(all_series), key=lambda each: -each[0])
    return [sentence for _, sentence in said[: MOST - len(beside)]] + beside


def _said(all_series: Iterable[Sequence[Row]]) -> Iterator[tuple[int, Sentence]]:
    for series in all_series:
        sentence = next((said for rule in RULES if (said := rule(series))), None)
        if sentence:
            yield int(series[-1]["year"]), sentence
