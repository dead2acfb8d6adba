-- Quels chiffres portent sur une autre population que celle de la définition ?
-- Which figures are of another population than that of the definition?
SELECT p.label_fr, o.indicator, o.territory, o.period, o.value
FROM dim.population AS p
JOIN fact.observation AS o USING (population)
ORDER BY p.label_fr, o.indicator, o.period;
