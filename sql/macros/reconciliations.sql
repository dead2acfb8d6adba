{% from 'macros/bounds.sql' import reached_least, reached_most, sum_at_least, sum_at_most %}
{% from 'macros/keys.sql' import territory_id %}
{#
How totals are held against their parts: audit.reconciliation_figures and audit.reconciliation_stated judge alike.

at_its_reach(table): the rows of a table of values, of which each is what its wording allows, with the reach of round
numbers (at_least, at_most), and says where it stands (at_cell).

total(w, breakdown): the columns of a figure that a sum is held against; part(p): those of a figure that it is a sum of.

summed(comparisons): of rows (the total, one part that it should have; a part that is not known has nulls), one row for
each total of which a part is known: what its parts add up to, and what they prove of their sum.

judged(sums): the columns of audit.reconciliation, of such sums or alike, with the keys of the cells beside them
(stated_id, parts_ids).
#}
{% macro at_its_reach(table) -%}
SELECT
    o.* REPLACE (
        nullif({{ reached_least("o") | indent(8) }}, '-infinity') AS at_least,
        nullif({{ reached_most("o") | indent(8) }}, 'infinity') AS at_most
    ),
    concat('[', s.file, ']', o.sheet, '!', o.cell) AS at_cell
FROM {{ table }} AS o
JOIN fact.submission AS s USING (submission_id)
{%- endmacro %}
{% macro total(w, breakdown) -%}
{{ w }}.indicator, {{ breakdown }} AS breakdown, {{ w }}.territory_level, {{ w }}.territory_code, {{ w }}.territory,
{{ w }}.period, {{ w }}.period_label, {{ w }}.unit, {{ w }}.value AS stated_value,
{{ w }}.precision AS stated_precision, {{ w }}.qualifier AS stated_qualifier, {{ w }}.at_least AS stated_at_least,
{{ w }}.at_most AS stated_at_most, {{ w }}.at_cell AS stated_cell, {{ w }}.known_on AS stated_known_on,
{{ w }}.observation_id AS stated_id
{%- endmacro %}
{% macro part(p) -%}
{{ p }}.known_on, {{ p }}.value, {{ p }}.precision, {{ p }}.qualifier, {{ p }}.at_least, {{ p }}.at_most,
{{ p }}.at_cell, {{ p }}.observation_id
{%- endmacro %}
{% macro summed(comparisons) -%}
SELECT
    * EXCLUDE (parts_told),
    array_to_string(list_transform(parts_told, lambda each: each.at_cell), '; ') AS parts_cells,
    list_filter(
        list_transform(parts_told, lambda each: each.observation_id), lambda each: each IS NOT NULL
    ) AS parts_ids
FROM (
    SELECT
        kind, what, indicator, breakdown, territory_level, territory_code, territory, period, period_label, unit,
        stated_value, stated_precision, stated_qualifier, stated_at_least, stated_at_most, stated_cell,
        stated_known_on, stated_id,
        max(known_on) AS parts_known_on,
        sum(value) AS parts_sum,
        sum(precision) AS parts_precision,
        CAST(count(value) AS INTEGER) AS parts,
        CAST(count(*) - count(value) AS INTEGER) AS parts_missing,
        -- what the parts prove of their sum
        {{ sum_at_least("at_least") }} AS parts_at_least,
        {{ sum_at_most("at_most") }} AS parts_at_most,
        coalesce(bool_and(qualifier IN ('=', '~')), FALSE) AS are_points,
        -- sorted once they are together: what an aggregate sorts, it holds in memory twice, and cannot spill
        list_sort(list({
            'position': position, 'at_cell': at_cell, 'observation_id': observation_id
        })) AS parts_told
    FROM {{ comparisons }}
    GROUP BY ALL
    -- a total of which no part is known is compared with nothing
    HAVING count(value) > 0
)
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
