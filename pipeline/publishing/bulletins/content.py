"""What a release holds for the site, read once: rows of its relations, by what pages ask for.

What belongs here: the queries. What does not: what a page shows of their rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from pipeline.proof.explain import rows
from pipeline.publishing.bulletins.shown import Row, cell_page
from pipeline.vocabulary.indicators import scorecard
from pipeline.vocabulary.words import fold

Rows = list[dict[str, Any]]
NATION = "FR"

_TERRITORIES = """
    SELECT territory_id, code, level, name FROM dim.territory
    WHERE level IN ('national', 'region') AND valid_to IS NULL
    ORDER BY level
"""
# what was said to be missing, where nothing else is known of that year
_MISSING = """
    SELECT indicator, territory_id, CAST(year(period_end) AS INTEGER) AS year, missing_reason
    FROM fact.observation
    WHERE value IS NULL AND breakdown = '' AND population = ''
    ORDER BY ALL
"""
_REVISIONS = """
    SELECT
        v.territory, t.territory_id, v.indicator, v.period, v.period_label, v.unit, v.vintage, v.value,
        v.difference_percent, v.known_on, o.qualifier, o.at_least, o.at_most, o.obs_status, o.known_before_period_end,
        o.population, o.observation_id
    FROM audit.revision_triangle($indicator) AS v
    JOIN (
        FROM fact.observation_history
        QUALIFY row_number() OVER (PARTITION BY observation_id ORDER BY holds_from DESC) = 1
    ) AS o USING (observation_id)
    JOIN dim.territory AS t ON t.level = v.territory_level AND t.code = v.territory_code
    WHERE v.value IS NOT NULL
    QUALIFY count(*) OVER (PARTITION BY t.territory_id, v.period, v.breakdown) > 1
    ORDER BY v.territory, v.period, v.breakdown, v.vintage
"""
_CHANGES = """
    SELECT *, count(*) OVER (PARTITION BY change) AS of_kind
    FROM audit.release_change
    QUALIFY row_number() OVER (PARTITION BY change ORDER BY indicator, territory, period, new_cell, old_cell) <= $most
    ORDER BY change, indicator, territory, period, new_cell, old_cell
"""
MOST_CHANGES = 500
"""Of each kind: a first load of many files adds thousands."""


@dataclass
class Content:
    """The rows of a release, on a day."""

    connection: duckdb.DuckDBPyConnection
    today: date

    def rows(self, sql: str, **parameters: object) -> Rows:
        """Return the rows of a query; ``$today`` and others by their names."""
        given = {name: value for name, value in {"today": self.today, **parameters}.items() if f"${name}" in sql}
        return rows(self.connection, sql, given)

    @cached_property
    def release(self) -> Row:
        """The row of ``audit.release``."""
        return self.rows("FROM audit.release")[0]

    @cached_property
    def territories(self) -> Rows:
        """The nation, then the regions of today by name."""
        return sorted(self.rows(_TERRITORIES), key=lambda row: (row["level"], fold(row["name"])))

    @cached_property
    def regions(self) -> dict[str, str]:
        """The regions of today: their names by their codes."""
        return {row["code"]: row["name"] for row in self.territories if row["level"] == "region"}

    @cached_property
    def indicators(self) -> dict[str, dict[str, Any]]:
        """The rows of ``dim.indicator`` by code, those of the scorecard first."""
        found = {row["code"]: row for row in self.rows("FROM dim.indicator ORDER BY label_fr")}
        return {code: found[code] for code in (*scorecard(), *found) if code in found}

    @cached_property
    def populations(self) -> dict[str, str]:
        """The labels of populations by code."""
        return {row["population"]: row["label_fr"] for row in self.rows("FROM dim.population")}

    @cached_property
    def annual(self) -> Rows:
        """``kpi.annual``, by indicator, territory and year."""
        return self.rows("FROM kpi.annual ORDER BY indicator, territory_level DESC, territory, year")

    @cached_property
    def series(self) -> dict[tuple[str, str], Rows]:
        """The rows of ``kpi.annual`` of each indicator and territory, oldest first."""
        found: dict[tuple[str, str], Rows] = defaultdict(list)
        for row in self.annual:
            found[row["indicator"], row["territory_id"]].append(row)
        return dict(found)

    @cached_property
    def by_indicator(self) -> dict[str, Rows]:
        """The rows of ``kpi.annual`` of each indicator."""
        found: dict[str, Rows] = defaultdict(list)
        for row in self.annual:
            found[row["indicator"]].append(row)
        return dict(found)

    def known(self, indicator: str, territory_id: str) -> Rows:
        """Return the rows of an indicator and a territory that have a value, oldest first."""
        return [row for row in self.series.get((indicator, territory_id), ()) if row["value"] is not None]

    def page_of(self, indicator: str | None, territory_id: str | None, period: object) -> str:
        """Return the name of the page of the cells of an annual figure; empty where it is none."""
        rows_of = self.series.get((indicator or "", territory_id or ""), ())
        return next((cell_page(row) for row in rows_of if str(row["year"]) == str(period)), "")

    @cached_property
    def said_missing(self) -> dict[tuple[str, str], Row]:
        """What the senders say is missing, the last year of each indicator and territory."""
        return {(row["indicator"], row["territory_id"]): row for row in self.rows(_MISSING)}

    @cached_property
    def targets(self) -> Rows:
        """The commitments, with how far they are kept today."""
        return self.rows("FROM kpi.target_progress_on($today) ORDER BY period_start DESC, plan, line_id")

    @cached_property
    def agreements(self) -> Rows:
        """``kpi.agreements``."""
        return self.rows("FROM kpi.agreements ORDER BY year DESC, territory, agreement_kind")

    @cached_property
    def coverage(self) -> Rows:
        """Who has reported what is due every year, today."""
        return self.rows("FROM audit.coverage_on($today) WHERE is_expected ORDER BY source, year DESC, region")

    @cached_property
    def contradictions(self) -> Rows:
        """``audit.contradiction``."""
        return self.rows("FROM audit.contradiction ORDER BY kind_fr, message_fr, left_cell, right_cell")

    @cached_property
    def changes(self) -> Rows:
        """``audit.release_change``, the first of each kind and how many there are; none where nothing was compared."""
        return self.rows(_CHANGES, most=MOST_CHANGES)

    @cached_property
    def revised(self) -> dict[str, Rows]:
        """The vintages of the figures that were stated again, by indicator."""
        codes = [row["indicator"] for row in self.rows("SELECT DISTINCT indicator FROM audit.revision ORDER BY ALL")]
        found = {code: self.rows(_REVISIONS, indicator=code) for code in codes}
        return {code: vintages for code, vintages in found.items() if vintages}


def latest(series: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the last row of a series; ``None`` where it is empty."""
    return series[-1] if series else None
