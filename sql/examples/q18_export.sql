-- Comment reprendre dans un tableur les chiffres annuels, avec leurs marques ?
-- How can the annual figures be taken into a spreadsheet, with their marks?
-- COPY (…) TO 'annual.csv' writes the rows of this query; TO 'annual.parquet' keeps their types.
SELECT label_fr, territory, year, value, unit, qualifier, obs_status, basis
FROM kpi.annual
WHERE value IS NOT NULL AND territory_level IN ('national', 'region')
ORDER BY label_fr, territory_level, territory, year;
