{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One current figure whose unit or scale is in doubt: about 10, 100, 1 000 or 1 000 000 times what was stated before, or the inverse."
row_fr = "Un chiffre courant dont l'unité ou l'échelle est douteuse : environ 10, 100, 1 000 ou 1 000 000 fois ce qui était énoncé avant, ou l'inverse."
key = ["submission_id", "sheet", "cell"]
by = "series"
required = [
    "compared_with", "indicator", "breakdown", "territory_level", "territory_code", "period", "period_label", "unit", "value",
    "old_value", "old_period", "old_period_label", "old_cell", "power_of_ten", "observation_id", "raw_text",
]
columns = [
    "compared_with", "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "period", "period_label", "unit",
    "value", "old_value", "old_period", "old_period_label", "old_cell", "power_of_ten", "observation_id", "submission_id", "sheet", "cell",
    "raw_text",
]

[describe.compared_with]
en = "before: with the last figure known before it in time, however old; vintage: with what its own source had said of it."
fr = "before : avec le dernier chiffre connu avant lui dans le temps, si ancien soit-il ; vintage : avec ce que sa propre source en avait dit."
allowed = ["before", "vintage"]

[describe.value]
type = "DOUBLE"
en = "Value in doubt."
fr = "Valeur douteuse."

[describe.old_value]
type = "DOUBLE"
en = "Value that it is compared with."
fr = "Valeur à laquelle elle est comparée."

[describe.old_period]
en = "Period of the value that it is compared with."
fr = "Période de la valeur à laquelle elle est comparée."

[describe.old_period_label]
en = "That period as people write it in French."
fr = "Cette période telle qu'on l'écrit en français."

[describe.old_cell]
en = "Cell of the value that it is compared with, as [file]sheet!cell."
fr = "Cellule de la valeur à laquelle elle est comparée, sous la forme [fichier]feuille!cellule."

[describe.power_of_ten]
type = "INTEGER"
en = "Power of ten by which it differs: 3 for a thousand times, -3 for a thousandth."
fr = "Puissance de dix de l'écart : 3 pour mille fois, -3 pour un millième."
*/
-- Which figures can be compared over time? Those of one length (a year, a quarter), stocks, counts since one launch. A
-- rate of change may be anything.
WITH series AS (
    SELECT
        o.*,
        i.plausible_change,
        CASE i.measure
            WHEN 'stock' THEN ''
            WHEN 'cumulative' THEN strftime(o.period_start, '%Y-%m-%d')
            ELSE concat(12 * (year(o.period_end) - year(o.period_start)) + month(o.period_end) - month(o.period_start))
        END AS extent
    FROM fact.observation AS o
    JOIN dim.indicator AS i ON i.code = o.indicator AND i.growth_of IS NULL
    WHERE o.value <> 0
),

-- No unit is in doubt where nothing is several times anything else, which leaves out most before they are compared.
wide AS (
    SELECT series_key, extent
    FROM series
    GROUP BY ALL
    HAVING max(abs(value)) > 5 * min(abs(value))
),

in_time AS (
    SELECT
        o.*,
        lag(value) OVER earlier AS old_value,
        lag(value, 2) OVER earlier AS older_value,
        lag(period) OVER earlier AS old_period,
        lag(period_label) OVER earlier AS old_period_label,
        lag(period_end) OVER earlier AS old_period_end,
        lag(submission_id) OVER earlier AS old_submission_id,
        lag(concat(sheet, '!', cell)) OVER earlier AS old_place
    FROM series AS o
    SEMI JOIN wide USING (series_key, extent)
    WINDOW earlier AS (
        PARTITION BY series_key, extent
        ORDER BY period_end, period_start
    )
),

-- What had the source itself said? It is asked only of a figure that stands alone in time: any other is compared with
-- its neighbours, of which one that agrees shows that the revision put a wrong unit right.
alone AS (
    SELECT o.*
    FROM series AS o
    QUALIFY count(*) OVER (PARTITION BY series_key, extent) = 1
),

vintages AS (
    SELECT
        h.submission_id,
        h.sheet,
        h.cell,
        lag(h.value) OVER statements AS old_value,
        lag(h.value, 2) OVER statements AS older_value,
        lag(h.submission_id) OVER statements AS old_submission_id,
        lag(concat(h.sheet, '!', h.cell)) OVER statements AS old_place,
        h.superseded_on
    FROM fact.observation_history AS h
    SEMI JOIN alone USING (series_key, period_start, period_end)
    WHERE h.withdrawn_on IS NULL AND h.value IS NOT NULL
    WINDOW statements AS (
        PARTITION BY h.series_key, h.period_start, h.period_end, h.source, h.publisher
        ORDER BY h.holds_from, h.vintage_rank DESC
    )
),

pairs AS (
    SELECT *, 'before' AS compared_with, greatest(1, year(period_end) - year(old_period_end)) AS years
    FROM in_time
    UNION ALL BY NAME
    SELECT
        a.*,
        v.old_value,
        v.older_value,
        a.period AS old_period,
        a.period_label AS old_period_label,
        v.old_submission_id,
        v.old_place,
        'vintage' AS compared_with,
        1 AS years
    FROM alone AS a
    JOIN (FROM vintages WHERE superseded_on IS NULL) AS v USING (submission_id, sheet, cell)
),

-- The logarithm is guarded where it stands, for nobody says that a WHERE is asked first: a series that changes sign has
-- no scale to compare, and one that is some 10^300 times what it was has none that can be told.
ratios AS (
    SELECT
        *,
        value / old_value AS ratio,
        TRY_CAST(round(log10(CASE WHEN value / old_value > 0 THEN value / old_value END)) AS INTEGER) AS power_of_ten
    FROM pairs
    WHERE value / nullif(old_value, 0) NOT BETWEEN 0.2 AND 5
)

-- When is it the unit that is in doubt? When the figure would have moved as it plausibly does, had it been written in
-- another one; and when the figure before the last does not agree with it: then the last is in doubt, and is listed.
-- Small counts also grow tenfold; a share has no other unit than its hundredth. What a figure plausibly moves by grows
-- with the square root of the years between (changes_are_plausible says why); a unit, however old the figure before,
-- explains a move to within what is plausible in one year.
SELECT
    compared_with,
    indicator,
    breakdown,
    territory_level,
    territory_code,
    {{ territory_id("territory_level", "territory_code") | indent }} AS territory_id,
    territory,
    period,
    period_label,
    r.unit,
    value,
    old_value,
    old_period,
    old_period_label,
    concat('[', s.file, ']', old_place) AS old_cell,
    power_of_ten,
    observation_id,
    r.submission_id,
    sheet,
    cell,
    raw_text
FROM ratios AS r
JOIN fact.submission AS s ON s.submission_id = r.old_submission_id
WHERE
    greatest(ratio, 1 / ratio) > (1 + plausible_change) ** sqrt(years)
    AND greatest(ratio / 10.0 ** power_of_ten, 10.0 ** power_of_ten / ratio) <= 1 + plausible_change
    AND coalesce(value / nullif(older_value, 0) NOT BETWEEN 0.2 AND 5, TRUE)
    AND CASE
        WHEN r.unit LIKE 'percent%' THEN abs(power_of_ten) = 2
        WHEN abs(power_of_ten) <= 2 THEN least(abs(value), abs(old_value)) >= 100
        ELSE abs(power_of_ten) IN (3, 6)
    END
ORDER BY indicator, territory_code, period, r.submission_id, sheet, cell
