/*
relation = "kpi.regional"
blocking = true
en = "Every value of kpi.regional is a current figure of fact.observation, and every such annual figure is in kpi.regional."
fr = "Toute valeur de kpi.regional est un chiffre courant de fact.observation, et tout chiffre annuel de ses colonnes y figure."
*/
-- Does the table that people quote say what the cells say? Its columns, turned into rows, are held against
-- the figures.
WITH quoted AS (
    UNPIVOT (
        SELECT region_code, year, {{ scorecard | join(", ") }}
        FROM kpi.regional
    )
    ON * EXCLUDE (region_code, year)
    INTO NAME indicator VALUE value
),

-- the flow over the year, or its last stock, of the population of the definition where it is known
known AS (
    SELECT o.indicator, o.territory_code AS region_code, CAST(year(o.period_end) AS INTEGER) AS year, o.value
    FROM fact.observation AS o
    JOIN dim.indicator AS i ON i.code = o.indicator
    LEFT JOIN dim.population AS p USING (population)
    WHERE
        p.population_part_of IS NULL
        AND o.territory_level = 'region'
        AND (o.frequency = 'A' OR (i.measure = 'stock' AND o.period_start = o.period_end))
        AND o.breakdown = ''
        AND o.value IS NOT NULL
        AND o.indicator IN ('{{ scorecard | join("', '") }}')
    QUALIFY row_number() OVER (
        PARTITION BY o.indicator, o.territory_code, year(o.period_end)
        ORDER BY o.population, o.period_end DESC, o.known_on DESC, o.period_start DESC
    ) = 1
)

SELECT indicator, region_code, year, q.value AS quoted_value, k.value AS known_value
FROM quoted AS q
FULL JOIN known AS k USING (indicator, region_code, year)
-- what is counted is shown whole there
WHERE
    q.value IS DISTINCT FROM
    if(indicator IN ('{{ scorecard | select("in", counted) | join("', '") }}'), round(k.value), k.value)
