/*
relation = "kpi.regional"
blocking = true
en = "Every value of kpi.regional is a current figure of fact.observation, and every such annual flow is in kpi.regional."
fr = "Toute valeur de kpi.regional est un chiffre courant de fact.observation, et tout flux annuel y figure."
*/
-- Does the table that people quote say what the cells say? Its columns, turned into rows, are held against
-- the figures.
WITH quoted AS (
    UNPIVOT (
        SELECT region_code, year, households_housed, aids_and_services, aid_amount_eur, approvals, starts, deliveries
        FROM kpi.regional
    )
    ON * EXCLUDE (region_code, year)
    INTO NAME indicator VALUE value
),

known AS (
    SELECT indicator, territory_code AS region_code, CAST(period AS INTEGER) AS year, value
    FROM fact.observation
    WHERE
        territory_level = 'region'
        AND frequency = 'A'
        AND breakdown = ''
        AND value IS NOT NULL
        AND indicator IN (
            'households_housed', 'aids_and_services', 'aid_amount_eur', 'approvals', 'starts', 'deliveries'
        )
)

SELECT indicator, region_code, year, q.value AS quoted_value, k.value AS known_value
FROM quoted AS q
FULL JOIN known AS k USING (indicator, region_code, year)
WHERE q.value IS DISTINCT FROM k.value
