-- Quels chiffres sont des cumuls, depuis quand et jusqu'à quand ?
-- Which figures are cumulative, since when and up to when?
SELECT o.indicator, o.territory, o.period_start, o.period_end, o.value, o.unit, o.qualifier
FROM fact.observation AS o
JOIN dim.indicator AS i ON i.code = o.indicator
WHERE i.measure = 'cumulative' AND o.territory_level <> 'other'
ORDER BY o.indicator, o.territory, o.period_end;
