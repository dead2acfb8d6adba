/*
relation = "kpi.regional"
blocking = false
en = "No regional figure is ten times that of the year before, or a tenth of it."
fr = "Aucun chiffre régional n'est le décuple, ou le dixième, de celui de l'année précédente."
*/
-- Was a unit or a digit mistyped? k€ for M€, or a digit too many, changes a figure tenfold; activity rarely.
WITH rows_by_year AS (
    UNPIVOT (
        SELECT
            region_code, region, year, households_housed, aids_and_services, aid_amount_eur, approvals, starts,
            deliveries, rehabilitations, employees_aided, visale_contracts, social_stock, population
        FROM kpi.regional
    )
    ON * EXCLUDE (region_code, region, year)
    INTO NAME indicator VALUE value
)

SELECT a.indicator, a.region, a.year, b.value AS value_before, a.value
FROM rows_by_year AS a
JOIN rows_by_year AS b ON b.indicator = a.indicator AND b.region_code = a.region_code AND b.year = a.year - 1
WHERE b.value > 0 AND (a.value >= 10 * b.value OR a.value <= b.value / 10)
