-- Quelles régions ont remplacé les anciennes en 2016 ?
-- Which regions replaced the former ones in 2016?
SELECT former.name AS former_region, today.name AS region_of_today
FROM dim.territory AS former
JOIN dim.territory AS today ON today.level = 'region' AND today.code = former.parent_code
WHERE former.level = 'region' AND former.valid_to IS NOT NULL
ORDER BY region_of_today, former_region;
