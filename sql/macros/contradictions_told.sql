{% from 'macros/contradiction_kinds.sql' import name, sentence, words %}
{% from 'macros/contradictions.sql' import standing %}
{#
How contradictions are shown: audit.contradiction_within and audit.contradiction_between show theirs alike.

shown(): CTEs, the figures of the CTE sides (observation_id), and shown_claims, those that stand.
cells(): the rows of a cell that such a claim stands in, as a side of a contradiction.
pairs(): each row of the CTE found (kind, verdict, left_id, right_id, through_id, expected) with its cells, of the CTE
cells.
told(): what the relation shows, of the rows of the CTE sided, which are those of pairs() or alike.
#}
{% macro shown() -%}
shown AS MATERIALIZED (
    SELECT h.* FROM fact.observation_history AS h SEMI JOIN sides USING (observation_id)
),

shown_claims AS MATERIALIZED (
    {{ standing("shown") | indent }}
)
{%- endmacro %}
{% macro cells() -%}
SELECT
    c.observation_id AS id, c.at_cell, c.indicator, i.label_fr, i.label_en, c.territory_level, c.territory_id, c.territory, c.period,
    c.period_label, c.population,
    coalesce(p.label_fr, '') AS population_fr,
    coalesce(p.label_en, '') AS population_en,
    c.unit, c.value, c.raw_text, c.publisher, c.known_on, c.file, c.sheet, c.cell
FROM shown_claims AS c
JOIN dim.indicator AS i ON i.code = c.indicator
LEFT JOIN dim.population AS p ON p.population = coalesce(nullif(c.population, ''), i.own_population)
{%- endmacro %}
{% macro pairs() -%}
SELECT
    f.kind, f.verdict, f.expected,
    l AS left_side,
    r AS right_side,
    r.value AS right_value,
    r.at_cell AS right_cells,
    [r.id] AS right_cell_ids,
    t.at_cell AS through_cells,
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
        *,
        {{ words("fr") | indent(8) }} AS words_fr,
        {{ words("en") | indent(8) }} AS words_en
    FROM sided
)
ORDER BY kind, indicator, territory_id, period, left_file, left_sheet, left_cell, right_file, right_cell
{%- endmacro %}
