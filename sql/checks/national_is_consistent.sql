/*
relation = "kpi.national"
blocking = false
en = "No published national figure contradicts the regions, those that report already exceeding it included."
fr = "Aucun chiffre national publié ne contredit les régions, y compris quand certaines le dépassent déjà."
*/
-- Which national figures can be attacked with our own regional figures?
SELECT indicator, year, published_value, regions_sum, regions_reporting, regions_expected, gap
FROM kpi.national
WHERE NOT is_consistent
