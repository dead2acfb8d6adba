-- Livraisons de 2023 : quelles régions ont dit zéro, et lesquelles n'ont rien dit ?
-- Deliveries of 2023: which regions said zero, and which said nothing?
SELECT
    t.name AS region,
    k.value,
    CASE WHEN k.value IS NULL THEN 'unknown' WHEN k.value = 0 THEN 'zero' ELSE 'known' END AS what
FROM dim.territory AS t
LEFT JOIN kpi.annual AS k ON k.territory_id = t.territory_id AND k.indicator = 'deliveries' AND k.year = 2023
WHERE t.level = 'region' AND t.valid_to IS NULL ORDER BY what, region;
