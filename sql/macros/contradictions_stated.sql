{% from 'macros/contradictions.sql' import exclude, sides %}
{#
Rules of audit.contradiction that hold one statement against another one, each a SELECT of kind, verdict, left_id,
right_id, through_id and expected, which reads the CTE claims. Of two claims that a rule joins, the rare ones come
second: the planner cannot tell which they are, and holds the second ones in memory.

same_figure(a, b), same_place(a, b): whether two claims are about one figure; of one territory, breakdown and period.
akin: the claims of indicators that texts state in the words of another one, with that one and the territory that it is
of, `of_another` where that is a territory of its own. akin_places(a, b): whether b is of these. is_worth_showing(a, b):
whether two of them are; neighbour(a, b): the columns of such a find.

before(columns): of the claims a, ordered by the end of their period, these columns of the one before in its series.
#}
{% macro same_figure(a, b) -%}
{{ b }}.series_key = {{ a }}.series_key
AND {{ b }}.period_start = {{ a }}.period_start
AND {{ b }}.period_end = {{ a }}.period_end
{%- endmacro %}
{% macro same_place(a, b) -%}
{{ b }}.territory_id = {{ a }}.territory_id
AND {{ b }}.breakdown = {{ a }}.breakdown
AND {{ b }}.period_start = {{ a }}.period_start
AND {{ b }}.period_end = {{ a }}.period_end
{%- endmacro %}
{% macro told_elsewhere() -%}
-- what the relations of their own hold: disagreements, and corrections of what had been stated as final
SELECT
    if(c.kind = 'shrinking', 'cumulative_falls', 'conflict') AS kind,
    'inconsistent' AS verdict,
    {{ sides("o", "k", "o.value") | indent }}
FROM audit.conflict AS c
JOIN claims AS k ON k.at_cell = c.kept_cell AND k.indicator = c.indicator AND k.value = c.kept_value
JOIN claims AS o ON o.at_cell = c.other_cell AND o.indicator = c.indicator AND o.value = c.other_value
UNION ALL BY NAME
SELECT
    'revision' AS kind,
    'inconsistent' AS verdict,
    {{ sides("o", "n", "o.value") | indent }}
FROM audit.revision AS r
JOIN claims AS o ON o.at_cell = r.old_cell AND o.indicator = r.indicator AND o.value = r.old_value
JOIN claims AS n ON n.at_cell = r.new_cell AND n.indicator = r.indicator AND n.value = r.new_value
WHERE r.kind = 'correction'
{%- endmacro %}
{% macro roundings() -%}
-- A round number of a text that rounds no statement of that figure, though its last digit reaches the most exact
-- one.
SELECT
    'rounding' AS kind,
    'cannot_tell' AS verdict,
    {{ sides("r", "p", "r.value") | indent }}
FROM claims AS p
JOIN claims AS r
    ON {{ same_figure("p", "r") | indent(4) }}
    AND r.digit > p.digit
WHERE p.qualifier = '=' AND r.qualifier = '=' AND r.is_prose AND NOT {{ exclude("r", "p") | indent }}
QUALIFY
    -- halves round upwards
    NOT bool_or(p.value >= r.value - r.digit / 2 AND p.value < r.value + r.digit / 2) OVER (PARTITION BY r.id)
    AND row_number() OVER (PARTITION BY r.id ORDER BY p.digit, p.known_on DESC, p.id) = 1
UNION ALL BY NAME
-- A bound that the figure leaves by more than one unit of its last digit: whoever knew it would have written
-- another.
SELECT
    'bound' AS kind,
    'cannot_tell' AS verdict,
    {{ sides("h", "p") | indent }}
FROM claims AS p
JOIN claims AS h ON {{ same_figure("p", "h") | indent }}
WHERE
    p.qualifier IN ('=', '~')
    AND h.qualifier IN ('>', '<')
    AND h.digit > 0
    AND NOT {{ exclude("h", "p") | indent }}
    AND (p.lowest > h.furthest OR p.highest < h.nearest)
QUALIFY row_number() OVER (PARTITION BY h.id ORDER BY p.digit, p.known_on DESC, p.id) = 1
{%- endmacro %}
{% macro populations() -%}
-- A part that is stated with the number of its whole, and elsewhere with another one.
SELECT
    'part_as_whole' AS kind,
    'inconsistent' AS verdict,
    p.id AS left_id,
    q.id AS right_id,
    w.id AS through_id,
    p.value AS expected
FROM claims AS p
JOIN dim.indicator AS i ON i.code = p.indicator
JOIN claims AS w
    ON w.indicator = coalesce(i.part_of, i.included_in)
    AND w.population = p.population
    AND {{ same_place("p", "w") | indent(4) }}
    AND abs(w.value - p.value) <= greatest(p.digit / 2, w.digit / 2, p.precision, w.precision)
JOIN claims AS q ON {{ same_figure("p", "q") | indent }} AND q.is_current AND {{ exclude("p", "q") | indent }}
WHERE w.is_current
UNION ALL BY NAME
-- One thing counted for two populations, or under the indicator that another population has. What one landlord
-- counts is a part of what its group does, and contradicts it only where it is more.
SELECT
    'population' AS kind,
    if(is_a_part, 'inconsistent', 'not_compared') AS verdict,
    left_id, right_id, through_id, expected
FROM (
    SELECT
        {{ sides("a", "b") | indent(8) }},
        coalesce(pa.population_part_of = coalesce(nullif(b.population, ''), ib.own_population), FALSE) AS is_a_part,
        a.lowest > b.highest AS is_more
    FROM claims AS a
    -- joined by indicator: all that is said of a place, held against all, grows with its square
    JOIN (
        SELECT code, code AS other FROM dim.indicator
        UNION ALL
        SELECT code, same_as FROM dim.indicator WHERE same_as IS NOT NULL
    ) AS ia ON ia.code = a.indicator AND (ia.other <> ia.code OR a.population <> '')
    JOIN claims AS b ON b.indicator = ia.other AND {{ same_place("a", "b") | indent(8) }}
    JOIN dim.indicator AS ib ON ib.code = b.indicator
    LEFT JOIN dim.population AS pa ON pa.population = a.population
    WHERE
        a.is_current AND b.is_current
        -- of one indicator, each two populations once: that of the definition second
        AND (
            ia.other <> ia.code
            OR a.population <> b.population AND (b.population = '' OR a.population < b.population)
        )
        AND {{ exclude("a", "b") | indent(8) }}
)
WHERE is_more OR NOT is_a_part
{%- endmacro %}
{% macro akin() -%}
SELECT
    c.*,
    split_part(i.akin_to, '/', 1) AS akin,
    split_part(i.akin_to, '/', 2) AS of_another,
    coalesce(nullif(of_another, ''), c.territory_id) AS akin_place
FROM claims AS c
JOIN dim.indicator AS i ON i.code = c.indicator
WHERE i.akin_to IS NOT NULL
{%- endmacro %}
{% macro akin_places(a, b) -%}
{{ b }}.indicator = {{ a }}.akin
AND {{ b }}.territory_id = {{ a }}.akin_place
AND {{ b }}.population = {{ a }}.population
AND {{ b }}.breakdown = {{ a }}.breakdown
{%- endmacro %}
{% macro is_worth_showing(a, b) -%}
CASE
    WHEN {{ a }}.unit = {{ b }}.unit
        THEN {{ a }}.is_current AND {{ b }}.is_current AND {{ exclude(a, b) | indent(8) }}
    ELSE
        {{ a }}.value BETWEEN {{ b }}.nearest AND {{ b }}.furthest
        AND abs({{ a }}.value - {{ b }}.value) <= {{ b }}.digit / 2
        OR {{ b }}.value BETWEEN {{ a }}.nearest AND {{ a }}.furthest
        AND abs({{ a }}.value - {{ b }}.value) <= if({{ a }}.qualifier = '=', {{ a }}.digit / 2, {{ a }}.digit)
        OR {{ a }}.value = {{ b }}.value
END
{%- endmacro %}
{% macro neighbour(a, b) -%}
if({{ a }}.unit = {{ b }}.unit, 'neighbour', 'count_unit') AS kind,
if({{ a }}.unit = {{ b }}.unit, 'not_compared', 'cannot_tell') AS verdict,
{{ sides(a, b) }}
{%- endmacro %}
{% macro neighbours() -%}
-- Indicators that texts state in the same words (akin_to). Of one unit, they are shown where they differ; of two,
-- where one number is stated for both. Flows and stocks each in a join of its own, on columns alone: together they
-- would pair every year with every other.
SELECT
    {{ neighbour("a", "b") | indent }}
FROM akin AS a
JOIN claims AS b
    ON {{ akin_places("a", "b") | indent(4) }}
    AND b.period_start = a.period_start
    AND b.period_end = a.period_end
WHERE a.of_another = '' AND a.measure <> 'stock' AND {{ is_worth_showing("a", "b") | indent }}
UNION ALL BY NAME
SELECT
    {{ neighbour("a", "b") | indent }}
FROM akin AS a
JOIN claims AS b
    ON {{ akin_places("a", "b") | indent(4) }}
    AND year(b.period_start) = year(a.period_start)
WHERE a.of_another = '' AND a.measure = 'stock' AND {{ is_worth_showing("a", "b") | indent }}
{%- endmacro %}
{% macro neighbours_elsewhere() -%}
-- A territory of its own, which an indicator of the nation is about, is described by texts of different years.
SELECT
    {{ neighbour("a", "b") | indent }}
FROM akin AS a
JOIN claims AS b
    ON {{ akin_places("a", "b") | indent(4) }}
    AND b.frequency = 'A'
    AND abs(year(a.period_end) - year(b.period_end)) <= 1
WHERE
    a.of_another <> ''
    AND a.frequency = 'A'
    AND a.territory_level = 'national'
    AND {{ is_worth_showing("a", "b") | indent }}
{%- endmacro %}
{% macro extents() -%}
-- The nation and what is nearly all of it: two fields of one count.
SELECT
    'field' AS kind,
    'not_compared' AS verdict,
    {{ sides("o", "n") | indent }}
FROM claims AS n
JOIN claims AS o
    ON o.indicator = n.indicator
    AND o.population = n.population
    AND o.breakdown = n.breakdown
    AND o.period_start = n.period_start
    AND o.period_end = n.period_end
    AND o.territory_level = 'other'
WHERE
    n.territory_level = 'national'
    AND n.is_current
    AND o.is_current
    AND n.value > 0
    AND o.value >= 0.9 * n.value
    AND {{ exclude("o", "n") | indent }}
{%- endmacro %}
{% macro before(columns) -%}
{% set narrow = namespace(fields=[]) %}
{% for column in columns %}
{% set narrow.fields = narrow.fields + ["'" ~ column ~ "': a." ~ column] %}
{% endfor %}
{% set claim = "{" ~ narrow.fields | join(", ") ~ "}" %}
{{ claim }} AS b,
lag({{ claim }}) OVER (PARTITION BY a.series_key ORDER BY a.period_end, a.id) AS a
{%- endmacro %}
{% macro spans() -%}
-- Twelve months that end in another month than those stated before, and share at least half with them.
SELECT
    'span' AS kind,
    'not_compared' AS verdict,
    {{ sides("b", "a") | indent }}
FROM (
    SELECT {{ before(["id", "period_end", "value", "lowest", "highest"]) | indent(8) }}
    FROM claims AS a
    WHERE
        a.is_current
        AND a.measure = 'flow'
        AND a.unit <> 'percent'
        AND date_diff('month', a.period_start, a.period_end + 1) = 12
)
WHERE
    a.period_end <> b.period_end
    AND date_diff('month', a.period_end, b.period_end) <= 6
    AND {{ exclude("a", "b") | indent }}
{%- endmacro %}
{% macro years() -%}
-- A text that states one thing for a year that was not over and another for the year before: is it one year? A text
-- that states one thing for both compares the two, and means them.
SELECT
    'mixed_years' AS kind,
    'cannot_tell' AS verdict,
    {{ sides("e", "c") | indent }}
FROM claims AS c
JOIN claims AS e
    ON e.submission_id = c.submission_id
    AND e.territory_id = c.territory_id
    AND year(e.period_end) = year(c.period_end) + 1
WHERE
    c.frequency = 'A'
    AND c.measure = 'flow'
    AND e.known_before_period_end
    AND e.frequency = 'A'
    AND e.measure = 'flow'
    AND e.is_current
    AND NOT EXISTS (
        FROM claims AS x
        JOIN claims AS y ON y.series_key = x.series_key AND y.submission_id = x.submission_id
        WHERE
            x.submission_id = e.submission_id
            AND x.territory_id = e.territory_id
            AND x.frequency = 'A'
            AND y.frequency = 'A'
            AND year(x.period_end) = year(e.period_end)
            AND year(y.period_end) = year(e.period_end) - 1
    )
QUALIFY row_number() OVER (PARTITION BY e.id ORDER BY c.id) = 1
UNION ALL BY NAME
-- Cumulative figures of one series that count from different days.
SELECT
    'launch' AS kind,
    'not_compared' AS verdict,
    {{ sides("b", "a") | indent }}
FROM (
    SELECT {{ before(["id", "series_key", "period_start", "period_end"]) | indent(8) }}
    FROM claims AS a
    WHERE a.is_current AND a.measure = 'cumulative' AND a.period_start < a.period_end
)
WHERE a.period_start <> b.period_start
QUALIFY row_number() OVER (
    PARTITION BY a.series_key, least(a.period_start, b.period_start), greatest(a.period_start, b.period_start)
    ORDER BY b.period_end, b.id
) = 1
{%- endmacro %}
