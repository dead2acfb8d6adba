{% from 'macros/contradiction_kinds.sql' import name, sentence, words %}
{% from 'macros/contradictions.sql' import standing %}
{#
How contradictions are shown: audit.contradiction_within and audit.contradiction_between show theirs alike.

shown(): CTEs, of which shown has the figures of the CTE sides (observation_id) that stand, with their file.
cells(): those of the CTE shown, as sides of a contradiction. Every cell that may be one is held in memory at once, and
again for each side: what its indicator and its population are called is added in told().
at_cell(side): where it stands; null for no side.
pairs(): each row of the CTE found (kind, verdict, left_id, right_id, through_id, expected) with its cells, of the CTE
cells.
told(): what the relation shows, of the rows of the CTE sided, which are those of pairs() or alike.
#}
{% macro shown() -%}
stated AS MATERIALIZED (
    SELECT h.* FROM fact.observation_history AS h SEMI JOIN sides USING (observation_id)
),

shown AS (
    {{ standing("stated") | indent }}
)
{%- endmacro %}
{% macro cells() -%}
SELECT
    observation_id AS id, indicator,
    -- that of its indicator
    CAST(NULL AS VARCHAR) AS label_fr, CAST(NULL AS VARCHAR) AS label_en,
    territory_level, territory_id, territory, period, period_label, population, unit, value, raw_text, publisher,
    known_on, file, sheet, cell
FROM shown
{%- endmacro %}
{% macro at_cell(side) -%}
'[' || {{ side }}.file || ']' || {{ side }}.sheet || '!' || {{ side }}.cell
{%- endmacro %}
{% macro pairs() -%}
SELECT
    f.kind, f.verdict, f.expected,
    l AS left_side,
    r AS right_side,
    r.value AS right_value,
    {{ at_cell("r") }} AS right_cells,
    [r.id] AS right_cell_ids,
    {{ at_cell("t") }} AS through_cells,
    t.id AS through_cell_id,
    t.raw_text AS through_text
FROM found AS f
JOIN cells AS l ON l.id = f.left_id
JOIN cells AS r ON r.id = f.right_id
LEFT JOIN cells AS t ON t.id = f.through_id
{%- endmacro %}
{% macro told() -%}
SELECT
    kind,
    {{ name("fr") | indent }} AS kind_fr,
    {{ name("en") | indent }} AS kind_en,
    verdict,
    left_side.indicator AS indicator,
    left_side.territory_level AS territory_level,
    left_side.territory_id AS territory_id,
    left_side.territory AS territory,
    left_side.period AS period,
    left_side.period_label AS period_label,
    left_side.population AS population,
    left_side.unit AS unit,
    left_side.value AS left_value,
    left_side.raw_text AS left_text,
    left_side.publisher AS left_publisher,
    left_side.known_on AS left_known_on,
    left_side.file AS left_file,
    left_side.sheet AS left_sheet,
    left_side.cell AS left_cell,
    left_side.id AS left_cell_id,
    coalesce(right_side.indicator, left_side.indicator) AS right_indicator,
    coalesce(right_side.territory_id, left_side.territory_id) AS right_territory_id,
    coalesce(right_side.period, left_side.period) AS right_period,
    coalesce(right_side.period_label, left_side.period_label) AS right_period_label,
    coalesce(right_side.population, left_side.population) AS right_population,
    right_value,
    right_side.raw_text AS right_text,
    right_side.publisher AS right_publisher,
    right_side.known_on AS right_known_on,
    -- the parts of a total of a file stand beside it
    if(starts_with(right_cells, '['), right_side.file, left_side.file) AS right_file,
    if(starts_with(right_cells, '['), right_side.sheet, left_side.sheet) AS right_sheet,
    coalesce(right_side.cell, right_cells) AS right_cell,
    right_cell_ids,
    through_cells,
    through_cell_id,
    expected,
    right_value - expected AS gap,
    100 * (right_value - expected) / nullif(abs(expected), 0) AS gap_percent,
    {{ sentence("fr") | indent }} AS message_fr,
    {{ sentence("en") | indent }} AS message_en
FROM (
    SELECT
        sided.*,
        {{ words("fr") | indent(8) }} AS words_fr,
        {{ words("en") | indent(8) }} AS words_en
    FROM sided
    LEFT JOIN dim.indicator AS left_indicator ON left_indicator.code = left_side.indicator
    LEFT JOIN dim.indicator AS right_indicator ON right_indicator.code = right_side.indicator
    LEFT JOIN dim.population AS left_population
        ON left_population.population = coalesce(nullif(left_side.population, ''), left_indicator.own_population)
    LEFT JOIN dim.population AS right_population
        ON right_population.population = coalesce(nullif(right_side.population, ''), right_indicator.own_population)
)
ORDER BY kind, indicator, territory_id, period, left_file, left_sheet, left_cell, right_file, right_cell
{%- endmacro %}
