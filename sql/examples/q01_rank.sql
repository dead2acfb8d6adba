-- Quel est le rang de chaque région par son parc social en 2020, parmi celles qui sont connues ?
-- What is the rank of each region by its social stock in 2020, among those that are known?
SELECT rank, ranked, territory, value, qualifier, obs_status
FROM kpi.annual
WHERE indicator = 'social_stock' AND year = 2020 AND territory_level = 'region' AND rank IS NOT NULL
ORDER BY rank, territory;
