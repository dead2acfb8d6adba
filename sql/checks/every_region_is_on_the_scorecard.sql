/*
relation = "kpi.regional_latest"
blocking = true
en = "Every region of today has one row on the scorecard, reporting or not."
fr = "Toute région actuelle a une ligne au tableau de bord, qu'elle ait répondu ou non."
*/
-- Does a region that reports nothing still show? Its absence would look like completeness.
SELECT r.code, r.name, count(k.region_code) AS scorecard_rows
FROM dim.territory AS r
LEFT JOIN kpi.regional_latest AS k ON k.region_code = r.code
WHERE r.level = 'region' AND r.valid_to IS NULL
GROUP BY ALL
HAVING scorecard_rows <> 1
