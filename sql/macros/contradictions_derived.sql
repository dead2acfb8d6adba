{% from 'macros/contradictions.sql' import exclude, sides %}
{% from 'macros/contradictions_stated.sql' import before, same_place %}
{#
Rules of audit.contradiction that calculate with what is stated: changes, quotients, cumuls, sums, spans. Each gives a
SELECT of kind, verdict, left_id, right_id, through_id and expected, and reads the CTEs claims and lines (of plans).

months(figure): how many months its period has.

doubtful_sums(reconciliation): the totals, of those compared there, that stand in doubt, as rows of that relation.
"Consistent" there is what the writing of all numbers allows; a sum of the parts as written that does not round to the
total as written deserves a look.

quotients(of_the_nation): of two figures of one territory, or of a territory's figure and that of the nation.
#}
{% macro months(figure) -%}
date_diff('month', {{ figure }}.period_start, {{ figure }}.period_end + 1)
{%- endmacro %}
{% macro changes() -%}
-- A stated change, the figure of its year, and that of the year before: what would the base have to be? Where the
-- indicator itself has none, the figure of one that texts name alike stands there, and is not compared.
SELECT
    'growth' AS kind,
    if(is_own, 'inconsistent', 'not_compared') AS verdict,
    left_id, right_id, through_id, expected
FROM (
    SELECT
        w.id AS left_id,
        b.id AS right_id,
        n.id AS through_id,
        b.lowest,
        b.highest,
        b.indicator = i.growth_of AS is_own,
        if(i.unit = 'percent', n.value / (1 + w.value / 100), n.value - w.value) AS expected,
        if(i.unit = 'percent', n.lowest / (1 + w.highest / 100), n.lowest - w.highest) AS base_least,
        if(i.unit = 'percent', n.highest / (1 + w.lowest / 100), n.highest - w.lowest) AS base_most
    FROM claims AS w
    JOIN dim.indicator AS i ON i.code = w.indicator AND i.growth_of IS NOT NULL
    JOIN claims AS n
        ON n.indicator = i.growth_of
        AND n.population = w.population
        AND {{ same_place("w", "n") | indent(8) }}
    JOIN claims AS b
        ON b.territory_id = w.territory_id
        AND b.breakdown = w.breakdown
        AND b.population = w.population
        AND b.period_start = w.period_start - INTERVAL 1 YEAR
        AND b.frequency = w.frequency
        AND year(b.period_end) = year(w.period_end) - 1
    JOIN dim.indicator AS j ON j.code = b.indicator AND (j.code = i.growth_of OR j.akin_to = i.growth_of)
    WHERE w.is_current AND n.is_current AND b.is_current AND (i.unit <> 'percent' OR w.lowest > -100)
    QUALIFY b.indicator = i.growth_of OR NOT bool_or(b.indicator = i.growth_of) OVER (PARTITION BY w.id)
)
WHERE
    lowest > base_most + 1e-9 * abs(expected)
    OR highest < base_least - 1e-9 * abs(expected)
{%- endmacro %}
{% macro quotients(of_the_nation=false) -%}
-- A stated share or rate, and the two figures that it is the quotient of. A stock of another date may stand below
-- the line, as far as it plausibly moves, or a flow or a cumul that shares most of the time: then nothing is
-- proven, and the one that comes closest is shown. A hedge means what it says to one unit of its last digit.
SELECT
    'quotient' AS kind,
    if(is_exact, 'inconsistent', 'cannot_tell') AS verdict,
    left_id,
    right_id,
    through_id,
    stated * denominator / factor AS expected
FROM (
    SELECT
        * EXCLUDE (nearest, furthest, below_nearest, below_furthest, drift),
        factor * nearest / nullif(greatest(below_furthest, 0) * (1 + drift), 0) AS least,
        factor * furthest / nullif(greatest(below_nearest, 0) / (1 + drift), 0) AS most
    FROM (
        SELECT
            w.id AS left_id,
            n.id AS right_id,
            d.id AS through_id,
            w.value AS stated,
            w.lowest,
            w.highest,
            n.value AS numerator,
            n.nearest,
            n.furthest,
            d.value AS denominator,
            d.nearest AS below_nearest,
            d.furthest AS below_furthest,
            d.period_start = w.period_start AND d.period_end = w.period_end AND n.qualifier = '=' AND d.qualifier = '='
            AS is_exact,
            CASE w.unit WHEN 'percent' THEN 100 WHEN 'per_100k' THEN 100000 ELSE 1 END AS factor,
            if(d.measure = 'stock' AND d.period_end <> w.period_end, j.plausible_change, 0) AS drift
        FROM claims AS w
        JOIN dim.indicator AS i ON i.code = w.indicator AND i.denominator IS NOT NULL
        JOIN claims AS n
            ON n.indicator = i.numerator
            AND n.population = w.population
            AND {{ same_place("w", "n") | indent(12) }}
        JOIN dim.indicator AS j ON j.code = i.denominator
        JOIN claims AS d
            ON d.indicator = i.denominator
            AND d.population = ''
            AND d.breakdown = ''
            AND d.territory_id = {{ "'FR'" if of_the_nation else "w.territory_id" }}
            AND CASE
                WHEN d.measure = 'stock' THEN abs(year(d.period_end) - year(w.period_end)) <= 4
                ELSE
                    (
                        d.measure = 'cumulative'
                        OR {{ months("d") }}
                        = {{ months("w") }}
                    )
                    AND date_diff(
                        'month', greatest(d.period_start, w.period_start), least(d.period_end, w.period_end) + 1
                    ) >= 9
            END
        WHERE
            w.is_current
            AND n.is_current
            AND d.is_current
            AND i.numerator {{ "=" if of_the_nation else "<>" }} i.denominator
            {% if of_the_nation %}
            AND w.territory_id <> 'FR'
            {% endif %}
    )
)
WHERE least IS NOT NULL
QUALIFY
    NOT bool_or(least <= highest AND coalesce(most, 'infinity') >= lowest) OVER (PARTITION BY left_id)
    AND row_number() OVER (
        PARTITION BY left_id
        ORDER BY is_exact DESC, abs(factor * numerator / nullif(denominator, 0) - stated), through_id
    ) = 1
{%- endmacro %}
{% macro cumuls() -%}
-- A number stated for one year and, for the end of that year, since the launch; or for the year more than since
-- then.
SELECT
    'cumulative_as_annual' AS kind,
    if(a.lowest > c.highest, 'inconsistent', 'cannot_tell') AS verdict,
    {{ sides("a", "c") | indent }}
FROM claims AS c
JOIN dim.indicator AS i ON i.code = c.indicator
JOIN claims AS a
    ON a.indicator = i.cumulates
    AND a.territory_id = c.territory_id
    AND a.population = c.population
    AND a.breakdown = c.breakdown
    AND a.frequency = 'A'
    AND year(a.period_end) = year(c.period_end)
WHERE
    c.is_current
    AND a.is_current
    AND (c.period_start = c.period_end OR c.period_start < a.period_start)
    AND (a.value = c.value OR a.lowest > c.highest AND c.period_end >= a.period_end)
UNION ALL BY NAME
-- A cumul at the end of two years, and the year between.
SELECT
    'cumulative_step' AS kind,
    'inconsistent' AS verdict,
    c.id AS left_id,
    b.id AS right_id,
    a.id AS through_id,
    c.value - a.value AS expected
FROM claims AS c
JOIN dim.indicator AS i ON i.code = c.indicator
JOIN claims AS a
    ON a.indicator = i.cumulates
    AND a.territory_id = c.territory_id
    AND a.population = c.population
    AND a.breakdown = c.breakdown
    AND a.frequency = 'A'
    AND a.period_end = c.period_end
JOIN claims AS b
    ON b.series_key = c.series_key
    AND b.period_start IN (c.period_start, b.period_end)
    AND b.period_end = a.period_start - 1
WHERE
    c.is_current
    AND a.is_current
    AND b.is_current
    AND (
        b.lowest > c.highest - a.lowest + 1e-9 * abs(c.value)
        OR b.highest < c.lowest - a.highest - 1e-9 * abs(c.value)
    )
{%- endmacro %}
{% macro breaks() -%}
-- A stock that loses more than such a stock can (largest_fall) from the date before, in another file: who states
-- both dates compares them.
SELECT
    'stock_break' AS kind,
    'cannot_tell' AS verdict,
    {{ sides("b", "a") | indent }}
FROM (
    SELECT
        {{ before(["id", "submission_id", "lowest", "highest"]) | indent(8) }},
        i.largest_fall
    FROM claims AS a
    JOIN dim.indicator AS i ON i.code = a.indicator AND i.largest_fall IS NOT NULL
    WHERE a.is_current
)
WHERE b.submission_id <> a.submission_id AND b.highest < a.lowest * (1 - largest_fall)
{%- endmacro %}
{% macro targets() -%}
-- One target, under one reference, over two lengths of time that overlap.
SELECT
    'target_span' AS kind,
    'inconsistent' AS verdict,
    {{ sides("a", "b") | indent }}
FROM lines AS a
JOIN lines AS b
    ON b.indicator = a.indicator
    AND b.line_id = a.line_id
    AND b.unit = a.unit
    AND b.value = a.value
    AND b.plan <> a.plan
    AND b.period_start <= a.period_end
    AND a.period_start <= b.period_end
WHERE (a.period_end - a.period_start, a.id) > (b.period_end - b.period_start, b.id)
    AND a.period_end - a.period_start <> b.period_end - b.period_start
{%- endmacro %}
{% macro doubtful_sums(reconciliation) -%}
SELECT
    * REPLACE (
        if(kind = 'dont', 'part_exceeds', 'sum') AS kind,
        if(verdict = 'inconsistent', verdict, 'cannot_tell') AS verdict
    )
FROM {{ reconciliation }}
WHERE
    kind <> 'growth'
    AND (
        verdict = 'inconsistent'
        OR kind <> 'dont'
        AND parts_missing = 0
        AND stated_qualifier = '='
        AND floor(parts_sum / nullif(2 * stated_precision, 0) + 0.5) * 2 * stated_precision <> stated_value
    )
{%- endmacro %}
