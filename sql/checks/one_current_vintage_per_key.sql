/*
relation = "fact.observation_history"
blocking = true
by = "figure"
en = "Every figure has exactly one vintage that holds today, or none when all are withdrawn."
fr = "Tout chiffre a exactement une version qui prévaut aujourd'hui, ou aucune si toutes sont retirées."
*/
-- Is there one answer to "what is the figure"? Two would be counted twice, none would be a figure lost.
SELECT
    series_key, period_start, period_end, count(*) FILTER (superseded_on IS NULL) AS current_vintages
FROM fact.observation_history
GROUP BY ALL
HAVING current_vintages <> least(1, count(*) FILTER (withdrawn_on IS NULL))
