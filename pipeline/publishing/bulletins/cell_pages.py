"""The page of ``explain`` of each figure of the site, its cells read for all at once.

What belongs here: which cells are behind which page, from ``audit.lineage`` and the history. What does not: the page
(``proof.explain``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipeline.publishing.bulletins.content import Content, Rows
from pipeline.publishing.bulletins.shown import page_name

# Every cell that states something, as the page of explain shows it.
_STATED = """
    stretches AS (
        FROM fact.observation_history
        QUALIFY row_number() OVER (PARTITION BY observation_id ORDER BY holds_from DESC) = 1
    ),
    cells AS (
        SELECT
            indicator, breakdown, '' AS item, territory, period, period_label, value, unit, precision, qualifier,
            obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on, superseded_on, observation_id,
            at_least, at_most, known_before_period_end, population
        FROM stretches
        UNION ALL
        SELECT
            indicator, '', concat(plan, ', ', line_id), NULL, period, period_label, value, unit, precision, qualifier,
            obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on, NULL,
            concat_ws('/', submission_id, sheet, cell), NULL, NULL, FALSE, ''
        FROM fact.target
        UNION ALL
        SELECT
            NULL, '', concat_ws(', ', signatory, other_parties, theme), territory, strftime(signed_on, '%Y'),
            strftime(signed_on, '%Y'), NULL, NULL, NULL, NULL, NULL, NULL, raw_text, submission_id, sheet, cell,
            known_on, NULL, concat_ws('/', submission_id, sheet, cell), NULL, NULL, FALSE, ''
        FROM fact.agreement
    )
"""
# The nearest first; a cell that a figure takes twice stands once. What was stated before, or set aside, stands below.
_CELLS = f"""
    WITH {_STATED},
    links AS (
        SELECT
            relation_name, figure, territory_level, territory_code, period, item, observation_id,
            min(list_position($roles, role)) AS role
        FROM audit.lineage
        WHERE relation_name IN ('kpi.annual', 'kpi.target_progress', 'kpi.agreements')
        GROUP BY ALL
    ),
    earlier AS (
        SELECT DISTINCT
            'kpi.annual' AS relation_name, h.indicator AS figure, h.territory_level, h.territory_code,
            CAST(year(h.period_end) AS VARCHAR) AS period, '' AS item, h.observation_id, 1 AS role
        FROM stretches AS h
        WHERE year(h.period_start) = year(h.period_end)
    ),
    wanted AS (
        SELECT * REPLACE (min(role) AS role) FROM (FROM links UNION ALL FROM earlier) GROUP BY ALL
    )
    SELECT
        w.relation_name, w.figure, t.territory_id AS of_territory, w.period AS of_period, w.item AS of_item,
        $roles[w.role] AS stands_for, c.superseded_on IS NULL AS is_current, c.*, s.file, s.source, s.received_at,
        s.sha256, x.old_text, x.correction_reason, x.decided_by, x.decided_on
    FROM wanted AS w
    JOIN cells AS c USING (observation_id)
    JOIN fact.submission AS s USING (submission_id)
    LEFT JOIN dim.territory AS t ON t.level = w.territory_level AND t.code = w.territory_code
    LEFT JOIN fact.correction AS x
        ON x.submission_id = c.submission_id AND x.sheet = c.sheet AND x.cell = c.cell AND x.status <> 'expired'
    ORDER BY
        w.relation_name, w.figure, of_territory, of_period, of_item, w.role, c.territory, c.period, c.breakdown,
        c.item, is_current DESC, c.known_on DESC, c.observation_id
"""  # noqa: S608  # our own text
# Cells by their keys, also those that were refused or count as something else; none of a file that was erased.
_BY_KEY = f"""
    WITH {_STATED},
    wanted AS (
        SELECT id AS key, unnest(regexp_extract(id, '^([^/]+)/(.*)/([^/]+)$', ['submission_id', 'sheet', 'cell']))
        FROM (SELECT DISTINCT unnest($keys) AS id)
    ),
    refused AS (
        SELECT submission_id, sheet, cell, string_agg(DISTINCT message_fr, ' ' ORDER BY message_fr) AS refusal
        FROM fact.rejection
        GROUP BY ALL
    )
    SELECT
        w.key, w.submission_id, w.sheet, w.cell, TRUE AS is_current,
        c.* EXCLUDE (submission_id, sheet, cell, raw_text, known_on), coalesce(c.raw_text, v.raw_text) AS raw_text,
        coalesce(c.known_on, s.known_on, CAST(s.received_at AS DATE)) AS known_on, r.refusal,
        s.file, s.source, s.received_at, s.sha256, x.old_text, x.correction_reason, x.decided_by, x.decided_on
    FROM wanted AS w
    JOIN fact.submission AS s USING (submission_id)
    JOIN audit.cell_coverage AS v ON v.submission_id = w.submission_id AND v.sheet = w.sheet AND v.cell = w.cell
    LEFT JOIN cells AS c ON c.observation_id = w.key
    LEFT JOIN refused AS r ON r.submission_id = w.submission_id AND r.sheet = w.sheet AND r.cell = w.cell
    LEFT JOIN fact.correction AS x
        ON x.submission_id = w.submission_id AND x.sheet = w.sheet AND x.cell = w.cell AND x.status <> 'expired'
    ORDER BY w.key, c.breakdown
"""  # noqa: S608  # our own text
_ROLES = ["stated", "target", "term", "part", "achieved", "compared"]
_SHEET = "SELECT cell, raw_text, role FROM audit.cell_coverage WHERE submission_id = $submission AND sheet = $sheet"
_REMEMBERED = 64
"""Sheets whose cells are kept in memory: figures of one sheet are asked for together only in part."""

Key = tuple[str, str, str, str]
"""Relation, figure (that of a commitment or an agreement: its item), territory and period."""


def cells_of_figures(content: Content) -> dict[Key, Rows]:
    """Return the cells behind each figure of the site, as ``audit.explain`` has them."""
    found: dict[Key, Rows] = defaultdict(list)
    for row in content.rows(_CELLS, roles=_ROLES):
        if row["relation_name"] == "kpi.annual":
            key = ("kpi.annual", row["figure"], row["of_territory"], row["of_period"])
        elif row["relation_name"] == "kpi.target_progress":
            key = ("kpi.target_progress", row["of_item"], "", "")
        else:
            key = ("kpi.agreements", row["of_item"], row["of_territory"], row["of_period"])
        if all(cell["observation_id"] != row["observation_id"] for cell in found[key]):
            found[key].append(row)
    return dict(found)


def cells_by_key(content: Content, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return cells by their keys, ``submission/sheet/cell``, as the page of ``explain`` shows them."""
    wanted = sorted(set(keys))
    return {row["key"]: row for row in content.rows(_BY_KEY, keys=wanted)} if wanted else {}


def commitment_page(row: Mapping[str, Any]) -> str:
    """Return the name of the page of the cells of a commitment."""
    return page_name("engagement", row["submission_id"], row["sheet"], row["cell"])


def agreement_page(row: Mapping[str, Any], territory_id: str) -> str:
    """Return the name of the page of the cells of a row of ``kpi.agreements``."""
    return page_name("conventions", territory_id, row["year"], row["agreement_kind"])


class Sheets:
    """The cells of sheets, asked for one by one and remembered for a while."""

    def __init__(self, content: Content) -> None:
        self._read = lru_cache(_REMEMBERED)(
            lambda submission, sheet: content.rows(_SHEET, submission=submission, sheet=sheet)
        )

    def __call__(self, cell: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return what stands on the sheet of a cell."""
        return self._read(cell["submission_id"], cell["sheet"])
