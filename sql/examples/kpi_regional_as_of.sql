-- Qu'est-ce qui a changé dans les chiffres régionaux depuis la fin de 2023 ?
-- What has changed in the regional figures since the end of 2023?
SELECT region, year, b.households_housed AS known_then, n.households_housed AS known_now
FROM kpi.regional AS n
LEFT JOIN kpi.regional_as_of(DATE '2023-12-31') AS b USING (region, year)
WHERE b.households_housed IS DISTINCT FROM n.households_housed
ORDER BY region, year;
