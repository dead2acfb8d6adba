-- De combien les mises en chantier nationales ont-elles évolué d'une année sur l'autre ?
-- By how much did national starts change from one year to the next?
SELECT year, value, value_before, round(change_percent, 1) AS change_percent, qualifier, obs_status
FROM kpi.annual
WHERE indicator = 'starts' AND territory_id = 'FR' AND value IS NOT NULL
ORDER BY year;
