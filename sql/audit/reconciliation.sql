{% from 'macros/bounds.sql' import reached_least, reached_most, sum_at_least, sum_at_most %}
{% from 'macros/keys.sql' import series_key, territory_id %}
/*
row_en = "One sum that was compared: what is stated, what its parts add up to, and whether the writing explains the gap."
row_fr = "Une somme comparée : ce qui est énoncé, ce que donnent ses parties, et si l'écriture des chiffres explique l'écart."
required = ["kind", "what", "unit", "stated_value", "parts", "parts_missing", "verdict", "stated_cell"]
columns = [
    "kind", "what", "indicator", "territory_level", "territory_code", "territory_id", "territory", "period", "period_label", "unit", "stated_value",
    "stated_precision", "stated_qualifier", "parts_sum", "parts_precision", "parts", "parts_missing", "gap",
    "tolerance", "verdict", "stated_known_on", "parts_known_on", "stated_cell", "parts_cells",
]

[describe.kind]
en = "stated_total: a total in a file; indicators: parts of one; departments_to_region; regions_to_nation; plan: its lines; dont: a part; growth: a rate."
fr = "stated_total : total d'un fichier ; indicators : ses parties ; departments_to_region ; regions_to_nation ; plan : ses lignes ; dont : partie ; growth : taux."
allowed = ["stated_total", "indicators", "departments_to_region", "regions_to_nation", "plan", "dont", "growth"]

[describe.what]
en = "What is compared: the label of the total, of the indicator or of the commitment."
fr = "Ce qui est comparé : libellé du total, de l'indicateur ou de l'engagement."

[describe.parts_sum]
type = "DOUBLE"
en = "Sum of the parts that have a value; for a growth rate, the one that the two years give."
fr = "Somme des parties renseignées ; pour un taux d'évolution, celui que donnent les deux années."

[describe.parts_precision]
type = "DOUBLE"
en = "Sum of the precisions of the parts; for a growth rate, how far the precisions of the two years let it be."
fr = "Somme des précisions des parties ; pour un taux d'évolution, ce qu'en laissent les précisions des deux années."

[describe.stated_qualifier]
en = "How the stated value is hedged: =, >, <, ~ or interval."
fr = "Nuance de la valeur énoncée : =, >, <, ~ ou interval."
allowed = ["=", ">", "<", "~", "interval"]

[describe.parts_missing]
type = "INTEGER"
en = "Number of parts without a usable value: not reported, missing, or stated in another unit."
fr = "Nombre de parties sans valeur exploitable : non communiquées, manquantes, ou dans une autre unité."
minimum = 0

[describe.stated_known_on]
type = "DATE"
en = "Day on which the stated value became known."
fr = "Jour où la valeur énoncée a été connue."

[describe.parts_known_on]
type = "DATE"
en = "Day on which the latest of the parts became known; when it is earlier, the total may have been revised without its parts."
fr = "Jour où la dernière des parties a été connue ; s'il est antérieur, le total a pu être révisé sans ses parties."

[describe.stated_cell]
en = "Cell of the stated value, as [file]sheet!cell."
fr = "Cellule de la valeur énoncée, sous la forme [fichier]feuille!cellule."

[describe.parts_cells]
en = "Cells of the parts, as [file]sheet!cell; for a total within a file, addresses on its sheet."
fr = "Cellules des parties, sous la forme [fichier]feuille!cellule ; pour un total d'un fichier, adresses sur sa feuille."
*/
-- Do published totals agree with their parts? The question journalists ask first. The tolerance is what the writing
-- allows: "14,4 milliards" against 5,5 + 3,7 + 5,25 may differ by 0,05 + 0,05 + 0,05 + 0,005, and not by more. A number
-- that ends in zeros may have been rounded: what only that explains cannot be told.
WITH figures AS (
    SELECT
        o.* REPLACE (
            nullif({{ reached_least("o") | indent(12) }}, '-infinity') AS at_least,
            nullif({{ reached_most("o") | indent(12) }}, 'infinity') AS at_most
        ),
        concat('[', s.file, ']', o.sheet, '!', o.cell) AS at_cell
    FROM fact.observation AS o
    JOIN fact.submission AS s USING (submission_id)
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
        w.indicator, w.breakdown, w.territory_level, w.territory_code, w.territory, w.period, w.period_label, w.unit,
        w.value AS stated_value, w.precision AS stated_precision, w.qualifier AS stated_qualifier,
        w.at_least AS stated_at_least, w.at_most AS stated_at_most, w.at_cell AS stated_cell,
        w.known_on AS stated_known_on, p.known_on,
        p.value, p.precision, p.qualifier, p.at_least, p.at_most, p.at_cell,
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
        w.indicator, w.breakdown, w.territory_level, w.territory_code, w.territory, w.period, w.period_label, w.unit,
        w.value AS stated_value, w.precision AS stated_precision, w.qualifier AS stated_qualifier,
        w.at_least AS stated_at_least, w.at_most AS stated_at_most, w.at_cell AS stated_cell,
        w.known_on AS stated_known_on, p.known_on,
        p.value, p.precision, p.qualifier, p.at_least, p.at_most, p.at_cell,
        c.code AS position
    FROM figures AS w
    JOIN dim.indicator AS i ON i.code = w.indicator
    JOIN dim.indicator AS c ON c.part_of = w.indicator
    LEFT JOIN figures AS p
        ON p.series_key = {{ series_key("c.code", "w.population", "w.territory_id", "w.breakdown") }}
        AND p.period_start = w.period_start
        AND p.period_end = w.period_end
),

commitments AS (
    SELECT
        t.* REPLACE (
            nullif({{ reached_least("t") | indent(12) }}, '-infinity') AS at_least,
            nullif({{ reached_most("t") | indent(12) }}, 'infinity') AS at_most
        ),
        concat('[', s.file, ']', t.sheet, '!', t.cell) AS at_cell
    FROM fact.target AS t
    JOIN fact.submission AS s USING (submission_id)
),

-- A line of a plan is the sum of its "dont" lines. A "dont" line in another unit (650 000 families among 4 million
-- aids) is a part that cannot be added: it counts as missing. What an envelope is to produce (result) is no part of it.
plan AS (
    SELECT
        'plan' AS kind,
        concat(w.plan, ', ', w.line_id, ' : ', w.label) AS what,
        w.indicator, w.line_id AS breakdown, NULL AS territory_level, NULL AS territory_code, NULL AS territory,
        w.period, w.period_label, w.unit,
        w.value AS stated_value, w.precision AS stated_precision, w.qualifier AS stated_qualifier,
        w.at_least AS stated_at_least, w.at_most AS stated_at_most, w.at_cell AS stated_cell,
        w.known_on AS stated_known_on, p.known_on,
        CASE WHEN p.unit = w.unit THEN p.value END, CASE WHEN p.unit = w.unit THEN p.precision END, p.qualifier,
        CASE WHEN p.unit = w.unit THEN p.at_least END, CASE WHEN p.unit = w.unit THEN p.at_most END, p.at_cell,
        p.line_id AS position
    FROM commitments AS w
    JOIN commitments AS p ON p.plan = w.plan AND p.parent_id = w.line_id AND p.relation = 'part'
    WHERE w.value IS NOT NULL
),

summed AS (
    SELECT
        kind, what, indicator, breakdown, territory_level, territory_code, territory, period, period_label, unit,
        stated_value, stated_precision, stated_qualifier, stated_at_least, stated_at_most, stated_cell, stated_known_on,
        max(known_on) AS parts_known_on,
        sum(value) AS parts_sum,
        sum(precision) AS parts_precision,
        CAST(count(value) AS INTEGER) AS parts,
        CAST(count(*) - count(value) AS INTEGER) AS parts_missing,
        -- what the parts prove of their sum
        {{ sum_at_least("at_least") }} AS parts_at_least,
        {{ sum_at_most("at_most") }} AS parts_at_most,
        coalesce(bool_and(qualifier IN ('=', '~')), FALSE) AS are_points,
        string_agg(at_cell, '; ' ORDER BY position) AS parts_cells
    FROM (
        FROM territorial
        UNION ALL FROM indicators
        UNION ALL FROM plan
    )
    GROUP BY ALL
    -- a total of which no part is known is compared with nothing
    HAVING count(value) > 0
),

-- A "dont" line is some of another indicator (dim.indicator.included_in): it need not make it up, and cannot exceed it.
dont AS (
    SELECT
        'dont' AS kind, concat(i.label_fr, ', dont : ', c.label_fr) AS what, w.indicator, c.code AS breakdown,
        w.territory_level, w.territory_code, w.territory, w.period, w.period_label, w.unit, w.value AS stated_value,
        w.precision AS stated_precision, w.qualifier AS stated_qualifier, w.at_least AS stated_at_least,
        w.at_most AS stated_at_most, w.at_cell AS stated_cell, w.known_on AS stated_known_on,
        p.known_on AS parts_known_on, p.value AS parts_sum, p.precision AS parts_precision, 1 AS parts,
        0 AS parts_missing, p.at_least AS parts_at_least, p.at_most AS parts_at_most,
        p.qualifier IN ('=', '~') AS are_points, p.at_cell AS parts_cells
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
        'growth' AS kind, w.label_fr AS what, w.indicator, w.breakdown, w.territory_level, w.territory_code,
        w.territory, w.period, w.period_label, w.unit, w.value AS stated_value, w.precision AS stated_precision,
        w.qualifier AS stated_qualifier, w.at_least AS stated_at_least, w.at_most AS stated_at_most,
        w.at_cell AS stated_cell, w.known_on AS stated_known_on, greatest(n.known_on, b.known_on) AS parts_known_on,
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
        concat(n.at_cell, '; ', b.at_cell) AS parts_cells
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
),

judged AS (
    SELECT
        *,
        stated_value - parts_sum AS gap,
        stated_precision + parts_precision AS tolerance,
        -- the machine's own rounding is no disagreement
        1e-9 * greatest(abs(stated_value), abs(parts_sum)) AS rounding
    FROM (
        FROM summed
        UNION ALL BY NAME FROM dont
        UNION ALL BY NAME FROM growth
    )
)

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
    parts_cells
FROM judged

UNION ALL

-- totals within a file were compared when it was read, with the rows that stand beside them
SELECT
    'stated_total',
    t.label,
    t.indicator,
    o.territory_level,
    o.territory_code,
    o.territory_id,
    o.territory,
    o.period,
    o.period_label,
    i.unit,
    t.stated_value,
    t.stated_precision,
    coalesce(o.qualifier, '='),
    t.parts_sum,
    t.parts_precision,
    t.parts,
    t.parts_missing,
    t.stated_value - t.parts_sum,
    t.stated_precision + t.parts_precision,
    t.verdict,
    coalesce(o.known_on, s.known_on),
    coalesce(o.known_on, s.known_on),
    concat('[', s.file, ']', t.sheet, '!', t.cell),
    t.parts_cells
FROM stage.total AS t
JOIN fact.submission AS s USING (submission_id)
JOIN dim.indicator AS i ON i.code = t.indicator
LEFT JOIN (
    FROM fact.observation_history
    SEMI JOIN stage.total USING (submission_id, sheet, cell)
    -- a file that was put back says it once, as it says it now
    QUALIFY row_number() OVER (PARTITION BY submission_id, sheet, cell ORDER BY holds_from DESC) = 1
) AS o USING (submission_id, sheet, cell)
WHERE s.withdrawn_on IS NULL
ORDER BY kind, what, territory_level, territory_code, period, stated_cell
