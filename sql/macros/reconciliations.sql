{% from 'macros/bounds.sql' import sum_at_least, sum_at_most %}
{% from 'macros/keys.sql' import territory_id %}
{#
How totals are held against their parts: audit.reconciliation_figures and audit.reconciliation_stated judge alike.

summed(comparisons): of rows (the total, one part that it should have; a part that is not known has nulls), one row for
each total of which a part is known: what its parts add up to, and what they prove of their sum.

judged(sums): the columns of audit.reconciliation, of such sums or alike, with the keys of the cells beside them
(stated_id, parts_ids).
#}
{% macro summed(comparisons) -%}
SELECT
    kind, what, indicator, breakdown, territory_level, territory_code, territory, period, period_label, unit,
    stated_value, stated_precision, stated_qualifier, stated_at_least, stated_at_most, stated_cell, stated_known_on,
    stated_id,
    max(known_on) AS parts_known_on,
    sum(value) AS parts_sum,
    sum(precision) AS parts_precision,
    CAST(count(value) AS INTEGER) AS parts,
    CAST(count(*) - count(value) AS INTEGER) AS parts_missing,
    -- what the parts prove of their sum
    {{ sum_at_least("at_least") }} AS parts_at_least,
    {{ sum_at_most("at_most") }} AS parts_at_most,
    coalesce(bool_and(qualifier IN ('=', '~')), FALSE) AS are_points,
    string_agg(at_cell, '; ' ORDER BY position) AS parts_cells,
    list(observation_id ORDER BY position) FILTER (observation_id IS NOT NULL) AS parts_ids
FROM {{ comparisons }}
GROUP BY ALL
-- a total of which no part is known is compared with nothing
HAVING count(value) > 0
{%- endmacro %}
{% macro judged(sums) -%}
SELECT
    kind,
    what,
    indicator,
    territory_level,
    territory_code,
    CASE
        WHEN territory_code IS NOT NULL
            THEN {{ territory_id("territory_level", "territory_code") | indent(12) }}
    END AS territory_id,
    territory,
    period,
    period_label,
    unit,
    stated_value,
    stated_precision,
    stated_qualifier,
    parts_sum,
    parts_precision,
    parts,
    parts_missing,
    gap,
    tolerance,
    -- "Inconsistent" has to be proven: what one side is at least exceeds what the other is at most. "Consistent" needs
    -- every part, no mere bound, and a gap within the precisions added up. All else cannot be told. A "dont" line is
    -- consistent as soon as it does not exceed.
    CASE
        WHEN parts_at_least > stated_at_most + rounding THEN 'inconsistent'
        WHEN kind = 'dont' AND are_points AND stated_qualifier IN ('=', '~', '>') AND gap >= -tolerance - rounding
            THEN 'consistent'
        WHEN kind = 'dont' THEN 'cannot_tell'
        WHEN parts_missing = 0 AND parts_at_most < stated_at_least - rounding THEN 'inconsistent'
        WHEN parts_missing = 0 AND are_points AND stated_qualifier IN ('=', '~') AND abs(gap) <= tolerance + rounding
            THEN 'consistent'
        ELSE 'cannot_tell'
    END AS verdict,
    stated_known_on,
    parts_known_on,
    stated_cell,
    parts_cells,
    stated_id,
    parts_ids
FROM (
    SELECT
        *,
        stated_value - parts_sum AS gap,
        stated_precision + parts_precision AS tolerance,
        -- the machine's own rounding is no disagreement
        1e-9 * greatest(abs(stated_value), abs(parts_sum)) AS rounding
    FROM {{ sums }}
)
{%- endmacro %}
