{% from 'macros/bounds.sql' import last_digit, reached_least, reached_most %}
{#
What the rules of audit.contradiction share.

standing(history): the statements that stand, confirmations too, of the rows of fact.observation_history or of some of
them, where those of one cell are all or none, with their file and at_cell.

claims(history): what these claim, as far as rules ask: `id` is the key of its cell, `lowest` and `highest` are the
least and the most that its wording allows (with the reach of round numbers in running text), `nearest` and `furthest`
the same where a hedge ("plus de") is taken to say that the figure is within one unit of its last digit, `digit` that
unit (0 for none).

exclude(a, b): whether two claims cannot both be true; the machine's own rounding is no disagreement.

sides(left, right, expected): the columns of a find without a further cell; expected is what the right side would have
to be, null unless said.
#}
{% macro standing(history) -%}
SELECT
    h.*,
    s.file,
    concat('[', s.file, ']', h.sheet, '!', h.cell) AS at_cell
FROM {{ history }} AS h
JOIN fact.submission AS s USING (submission_id)
-- a file that was put back has several vintages of each of its cells: the one that holds, or that held last
LEFT JOIN (
    SELECT observation_id, min(vintage_rank) AS last_rank
    FROM {{ history }}
    GROUP BY observation_id
    HAVING count(*) > 1
) AS x USING (observation_id)
WHERE
    h.value IS NOT NULL
    AND h.withdrawn_on IS NULL
    -- what a file said whose place another took stands only where it is still the last word
    AND (s.superseded_by IS NULL OR h.superseded_on IS NULL)
    AND (x.last_rank IS NULL OR h.vintage_rank = x.last_rank)
{%- endmacro %}
{% macro claims(history) -%}
SELECT
    *,
    CASE WHEN qualifier = '<' THEN value - greatest(digit, least_step) ELSE lowest END AS nearest,
    CASE WHEN qualifier = '>' THEN value + greatest(digit, least_step) ELSE highest END AS furthest
FROM (
    -- no text that only readers ask for: most rules carry whole claims
    SELECT
        h.observation_id AS id, h.holds_from,
        h.indicator, h.population, h.breakdown, h.territory_level, h.territory_id, h.series_key,
        h.period_start, h.period_end, h.frequency, h.value, h.unit, h.precision, h.qualifier, h.known_on,
        h.known_before_period_end, h.submission_id, h.at_cell,
        i.measure,
        u.is_prose,
        h.superseded_on IS NULL AS is_current,
        {{ last_digit("h") | indent(8) }} AS digit,
        if(i.unit = 'percent', 0.5, 1) AS least_step,
        CASE
            WHEN u.is_prose OR h.qualifier = '~' THEN {{ reached_least("h") | indent(12) }}
            ELSE coalesce(h.at_least, '-infinity')
        END AS lowest,
        CASE
            WHEN u.is_prose OR h.qualifier = '~' THEN {{ reached_most("h") | indent(12) }}
            ELSE coalesce(h.at_most, 'infinity')
        END AS highest
    FROM (
        {{ standing(history) | indent(8) }}
    ) AS h
    JOIN dim.indicator AS i ON i.code = h.indicator
    JOIN dim.source AS u ON u.source = h.source
)
{%- endmacro %}
{% macro exclude(a, b) -%}
(
    {{ a }}.lowest > {{ b }}.highest + 1e-9 * abs({{ b }}.value)
    OR {{ b }}.lowest > {{ a }}.highest + 1e-9 * abs({{ a }}.value)
)
{%- endmacro %}
{% macro sides(left, right, expected="CAST(NULL AS DOUBLE)") -%}
{{ left }}.id AS left_id,
{{ right }}.id AS right_id,
CAST(NULL AS VARCHAR) AS through_id,
{{ expected }} AS expected
{%- endmacro %}
