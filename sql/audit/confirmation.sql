{% from 'macros/keys.sql' import territory_id %}
{% from 'macros/bounds.sql' import reach %}
/*
row_en = "One statement that says what holds already, in the same words or in vaguer ones, and the cells of both."
row_fr = "Un énoncé qui redit ce qui prévaut déjà, à l'identique ou plus vaguement, et les cellules des deux."
key = ["observation_id", "confirmed_on"]
by = "figure"
required = [
    "indicator", "population", "breakdown", "territory_level", "territory_code", "period", "period_label", "unit", "value", "raw_text",
    "source", "is_rounder", "held_value", "held_raw_text", "held_known_on", "holder_observation_id",
]
columns = [
    "indicator", "population", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "period", "period_label", "unit", "value",
    "raw_text", "source", "publisher", "confirmed_on", "is_rounder", "observation_id", "held_value", "held_raw_text",
    "held_known_on", "holder_observation_id",
]

[describe.value]
type = "DOUBLE"
en = "Value of the statement that confirms, in the unit."
fr = "Valeur de l'énoncé qui confirme, dans l'unité."

[describe.confirmed_on]
type = "DATE"
en = "Day on which it said so."
fr = "Jour où il l'a dit."

[describe.is_rounder]
type = "BOOLEAN"
en = "Whether it is vaguer or rounder than what holds."
fr = "Vrai s'il est plus vague ou plus arrondi que ce qui prévaut."

[describe.held_value]
type = "DOUBLE"
en = "Value that holds."
fr = "Valeur qui prévaut."

[describe.held_raw_text]
en = "Text of the cell whose value holds."
fr = "Texte de la cellule dont la valeur prévaut."

[describe.held_known_on]
type = "DATE"
en = "Day on which the value that holds became known."
fr = "Jour où la valeur qui prévaut a été connue."

[describe.holder_observation_id]
en = "Key of the cell whose value holds."
fr = "Clé de la cellule dont la valeur prévaut."
*/
-- Which statements say again what holds, or what can be true beside it? They make no vintage: they show that it stands.
WITH confirming AS (
    FROM fact.statement
    SEMI JOIN (
        -- against whom it stands today
        SELECT submission_id, sheet, cell, stated_from, max(span_from) AS span_from
        FROM fact.statement
        WHERE outcome = 'confirms'
        GROUP BY ALL
    ) USING (submission_id, sheet, cell, stated_from, span_from)
)

SELECT
    o.indicator,
    o.population,
    o.breakdown,
    o.territory_level,
    o.territory_code,
    {{ territory_id("o.territory_level", "o.territory_code") | indent }} AS territory_id,
    t.name AS territory,
    h.period,
    h.period_label,
    o.unit,
    o.value,
    o.raw_text,
    s.source,
    o.publisher,
    c.stated_from AS confirmed_on,
    CASE
        -- almost all say the same in the same words, which needs no look at their digits
        WHEN (o.value, o.qualifier, o.precision) IS NOT DISTINCT FROM (h.value, h.qualifier, h.precision) THEN FALSE
        WHEN o.qualifier <> '=' AND h.qualifier = '=' OR o.precision > h.precision THEN TRUE
        ELSE {{ reach("o") | indent(8) }} > {{ reach("h") | indent(8) }}
    END AS is_rounder,
    concat_ws('/', c.submission_id, c.sheet, c.cell) AS observation_id,
    h.value AS held_value,
    h.raw_text AS held_raw_text,
    h.known_on AS held_known_on,
    h.observation_id AS holder_observation_id
FROM confirming AS c
JOIN stage.observation AS o USING (submission_id, sheet, cell)
JOIN stage.submission AS s USING (submission_id)
LEFT JOIN stage.territory AS t ON t.level = o.territory_level AND t.code = o.territory_code
JOIN (
    FROM fact.observation_history
    SEMI JOIN (
        -- of several vintages of a cell, the one that holds
        SELECT observation_id, min(vintage_rank) AS vintage_rank FROM fact.observation_history GROUP BY ALL
    ) USING (observation_id, vintage_rank)
) AS h
    ON h.submission_id = c.holder_submission_id
    AND h.sheet = c.holder_sheet
    AND h.cell = c.holder_cell
ORDER BY o.indicator, o.territory_level, o.territory_code, h.period, confirmed_on, observation_id
