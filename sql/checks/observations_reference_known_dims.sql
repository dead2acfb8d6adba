/*
relation = "fact.observation_history"
blocking = true
by = "submission"
en = "Every figure is about a known indicator, population, territory and source, in the unit of its indicator, over a period in order."
fr = "Tout chiffre a un indicateur, une population, un territoire et une source connus, la bonne unité et une période valide."
*/
-- Is every figure about something that we know? An unknown code would drop out of every KPI without a word.
SELECT
    h.submission_id, h.sheet, h.cell, h.indicator, h.population, h.territory_level, h.territory_code, h.unit,
    h.period_start, h.period_end
FROM fact.observation_history AS h
LEFT JOIN dim.indicator AS i ON i.code = h.indicator
LEFT JOIN dim.territory AS t
    ON t.territory_id = h.territory_id
    AND t.level = h.territory_level
    AND t.code = h.territory_code
LEFT JOIN dim.source AS u USING (source)
LEFT JOIN dim.population AS p USING (population)
WHERE
    i.code IS NULL
    OR t.code IS NULL
    OR u.source IS NULL
    OR (h.population <> '' AND p.population IS NULL)
    OR h.unit <> i.unit
    OR h.period_start > h.period_end
