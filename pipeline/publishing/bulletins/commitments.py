"""Commitments: the target of each, what is achieved, the pace that is needed, and the verdict or why there is none.

What belongs here: from ``kpi.target_progress_on`` to what is read. What does not: the verdicts (``sql/kpi``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.publishing.bulletins.cell_pages import commitment_page
from pipeline.publishing.bulletins.content import Content
from pipeline.publishing.bulletins.shown import Row, Shown, number, percent, unit_words
from pipeline.vocabulary.mark_words import VERDICTS, WHY_NO_VERDICT, hedged

_KEPT = {"on_track": "tenu", "behind": "non tenu"}
"""Verdicts of a commitment whose years are over."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment as it is read."""

    row: Row
    target: Shown
    achieved: Shown | None
    share: Shown | None
    pace: Shown | None


def commitments(content: Content) -> list[Commitment]:
    """Return every commitment, the most recent plan first."""
    return [_commitment(row) for row in content.targets]


def followed(content: Content) -> list[Commitment]:
    """Return those of which a figure tells how far they are kept."""
    return [each for each in commitments(content) if each.achieved is not None]


def _commitment(row: Row) -> Commitment:
    link, code = commitment_page(row), row["unit"]

    def shown(value: float | None, prefix: str = "{}") -> Shown | None:
        return None if value is None else Shown(prefix.format(number(value, code)), value, link)

    # while a year lacks, the sum of those that are known is a lower bound
    is_partial = row["coverage"] is not None and row["coverage"] < 1
    pace = None if row["pace_needed"] is None else round(row["pace_needed"], 1)
    share = row["share_achieved"]
    return Commitment(
        row,
        Shown(hedged(number(row["target"], code), row["qualifier"]), row["target"], link),
        shown(row["achieved_to_date"], "au moins {}" if is_partial else "{}"),
        percent(None if share is None else 100 * share, link),
        Shown(f"{number(pace, code)} par an", row["pace_needed"], link) if pace else None,
    )


def lines(found: Iterable[Commitment]) -> list[dict[str, Any]]:
    """Return commitments as a table shows them."""
    return [
        {
            "plan": each.row["plan"],
            "label": each.row["label"][:1].upper() + each.row["label"][1:],
            "period": each.row["period_label"],
            "unit": unit_words(each.row["unit"]),
            "target": each.target,
            "achieved": each.achieved,
            "share": each.share,
            "pace": each.pace,
            "elapsed": _elapsed(each.row),
            "status": each.row["status"],
            "verdict": verdict(each.row),
        }
        for each in found
    ]


def _elapsed(row: Row) -> str:
    if not row["years_in_period"]:
        return ""
    elapsed = min(row["years_elapsed"], row["years_in_period"])
    return f"{elapsed} an{'s' if elapsed > 1 else ''} sur {row['years_in_period']}"


def verdict(row: Row) -> str:
    """Return the verdict on a commitment, or that there can be none and why."""
    if row["status"] == "unknown":
        return (
            f"{VERDICTS['unknown']} : {WHY_NO_VERDICT[row['why_unknown']]}"
            if row["why_unknown"]
            else VERDICTS["unknown"]
        )
    is_over = row["years_in_period"] and row["years_elapsed"] == row["years_in_period"]
    return (_KEPT if is_over else VERDICTS)[row["status"]]
