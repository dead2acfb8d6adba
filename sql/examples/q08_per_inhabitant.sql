-- Combien de ménages logés pour 1 000 habitants, région par région ?
-- How many households were housed per 1,000 inhabitants, region by region?
SELECT region, year, households_housed, round(households_housed_per_100k / 100, 2) AS per_1000, hedged
FROM kpi.regional
WHERE households_housed_per_100k IS NOT NULL
ORDER BY per_1000 DESC, region, year;
