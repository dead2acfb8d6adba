{% from 'macros/keys.sql' import series_key, territory_id %}
{% from 'macros/reconciliations.sql' import at_its_reach, judged, part, summed, total %}
/*
row_en = "One sum of figures that was compared, with the keys of their cells; audit.reconciliation shows it."
row_fr = "Une somme de chiffres comparée, avec les clés de leurs cellules ; audit.reconciliation la montre."
like = "audit.reconciliation"
by = "sum"
required = ["kind", "what", "unit", "stated_value", "parts", "parts_missing", "verdict", "stated_cell", "stated_id", "parts_ids"]
columns = [
    "kind", "what", "indicator", "territory_level", "territory_code", "territory_id", "territory", "period", "period_label", "unit", "stated_value",
    "stated_precision", "stated_qualifier", "parts_sum", "parts_precision", "parts", "parts_missing", "gap",
    "tolerance", "verdict", "stated_known_on", "parts_known_on", "stated_cell", "parts_cells", "stated_id", "parts_ids",
]

[describe.stated_id]
en = "Key of the cell of the stated value, as in fact.observation."
fr = "Clé de la cellule de la valeur énoncée, comme dans fact.observation."

[describe.parts_ids]
type = "VARCHAR[]"
en = "Keys of the cells of the parts, in the order of parts_cells."
fr = "Clés des cellules des parties, dans l'ordre de parts_cells."
*/
-- A total is held against the figures of its own period, and a rate of change against those of the year before too: a
-- load makes anew those that it touches (sql/touched/sum.sql says which). What is compared otherwise stands in
-- audit.reconciliation_stated.
WITH figures AS (
    {{ at_its_reach("fact.observation") | indent }}
    WHERE o.value IS NOT NULL
),

-- departments make up a region, regions that exist at the end of the period make up the nation
contains AS (
    SELECT
        'departments_to_region' AS kind,
        {{ territory_id("'region'", "parent_code") | indent(8) }} AS territory_id,
        territory_id AS part_id,
        code AS part_code,
        valid_from,
        valid_to
    FROM dim.territory
    WHERE level = 'department'
    UNION ALL
    SELECT 'regions_to_nation', 'FR', territory_id, code, valid_from, valid_to
    FROM dim.territory
    WHERE level = 'region'
),

-- every comparison as rows (the stated figure, one part that it should have); a part that is not known has nulls
territorial AS (
    SELECT
        c.kind,
        i.label_fr AS what,
        {{ total("w", "w.breakdown") | indent(8) }},
        {{ part("p") | indent(8) }},
        c.part_code AS position
    FROM figures AS w
    JOIN dim.indicator AS i ON i.code = w.indicator AND i.is_additive
    JOIN contains AS c
        ON c.territory_id = w.territory_id
        AND coalesce(c.valid_from, DATE '0001-01-01') <= w.period_end
        AND coalesce(c.valid_to, DATE '9999-12-31') >= w.period_end
    LEFT JOIN figures AS p
        ON p.series_key = {{ series_key("w.indicator", "w.population", "c.part_id", "w.breakdown") }}
        AND p.period_start = w.period_start
        AND p.period_end = w.period_end
),

-- which indicators make up another is declared with them (dim.indicator.part_of): approvals are social and intermediate
indicators AS (
    SELECT
        'indicators' AS kind,
        i.label_fr AS what,
        {{ total("w", "w.breakdown") | indent(8) }},
        {{ part("p") | indent(8) }},
        c.code AS position
    FROM figures AS w
    JOIN dim.indicator AS i ON i.code = w.indicator
    JOIN dim.indicator AS c ON c.part_of = w.indicator
    LEFT JOIN figures AS p
        ON p.series_key = {{ series_key("c.code", "w.population", "w.territory_id", "w.breakdown") }}
        AND p.period_start = w.period_start
        AND p.period_end = w.period_end
),

summed AS (
    {{ summed("(FROM territorial UNION ALL FROM indicators)") | indent }}
),

-- A "dont" line is some of another indicator (dim.indicator.included_in): it need not make it up, and cannot exceed it.
dont AS (
    SELECT
        'dont' AS kind,
        concat(i.label_fr, ', dont : ', c.label_fr) AS what,
        {{ total("w", "c.code") | indent(8) }},
        p.known_on AS parts_known_on, p.value AS parts_sum, p.precision AS parts_precision, 1 AS parts,
        0 AS parts_missing, p.at_least AS parts_at_least, p.at_most AS parts_at_most,
        p.qualifier IN ('=', '~') AS are_points, p.at_cell AS parts_cells,
        [p.observation_id] AS parts_ids
    FROM figures AS w
    JOIN dim.indicator AS i ON i.code = w.indicator
    JOIN dim.indicator AS c ON c.included_in = w.indicator
    JOIN figures AS p
        ON p.series_key = {{ series_key("c.code", "w.population", "w.territory_id", "w.breakdown") }}
        AND p.period_start = w.period_start
        AND p.period_end = w.period_end
),

-- A published rate of change is held against the figures of its two years (dim.indicator.growth_of). What their writing
-- allows is found at the ends: the least now over the most then, and the most now over the least then. The few rates
-- are picked first: they would else be met with the figures of every indicator.
rates AS MATERIALIZED (
    SELECT f.*, i.label_fr, i.growth_of
    FROM figures AS f
    JOIN dim.indicator AS i ON i.code = f.indicator AND i.growth_of IS NOT NULL AND i.unit = 'percent'
),

growth AS (
    SELECT
        'growth' AS kind,
        w.label_fr AS what,
        {{ total("w", "w.breakdown") | indent(8) }},
        greatest(n.known_on, b.known_on) AS parts_known_on,
        100 * (n.value / b.value - 1) AS parts_sum,
        100 * greatest(
            (n.value + n.precision) / (b.value - b.precision) - n.value / b.value,
            n.value / b.value - (n.value - n.precision) / (b.value + b.precision)
        ) AS parts_precision,
        2 AS parts,
        0 AS parts_missing,
        100 * (n.at_least / b.at_most - 1) AS parts_at_least,
        CASE WHEN b.at_least > 0 THEN 100 * (n.at_most / b.at_least - 1) END AS parts_at_most,
        n.qualifier IN ('=', '~') AND b.qualifier IN ('=', '~') AS are_points,
        concat(n.at_cell, '; ', b.at_cell) AS parts_cells,
        [n.observation_id, b.observation_id] AS parts_ids
    FROM rates AS w
    JOIN figures AS n
        ON n.series_key = {{ series_key("w.growth_of", "w.population", "w.territory_id", "w.breakdown") }}
        AND n.period_start = w.period_start
        AND n.period_end = w.period_end
    JOIN figures AS b
        ON b.series_key = n.series_key
        AND b.period_start = w.period_start - INTERVAL 1 YEAR
        AND b.frequency = w.frequency
        AND year(b.period_end) = year(w.period_end) - 1
    WHERE b.value > b.precision
)

{{ judged("(FROM summed UNION ALL BY NAME FROM dont UNION ALL BY NAME FROM growth)") }}
ORDER BY kind, what, territory_level, territory_code, period, stated_cell
