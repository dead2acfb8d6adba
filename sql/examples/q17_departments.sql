-- Que vaut le parc social de chaque département du Grand Est, et la région en est-elle la somme ?
-- What is the social stock of each department of Grand Est, and is the region their sum?
SELECT k.territory, k.year, k.value, k.basis, k.parts_sum, k.verdict
FROM kpi.annual AS k
JOIN dim.territory AS t USING (territory_id)
WHERE k.indicator = 'social_stock' AND k.year = 2022 AND '44' IN (t.code, t.parent_code)
ORDER BY t.level DESC, k.territory;
