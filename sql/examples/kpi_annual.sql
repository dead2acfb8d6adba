-- Quel rang, quelle part et quelle évolution a chaque région, et que vaut le chiffre ?
-- What are the rank, the share and the change of each region, and how good is the figure?
SELECT territory, year, value, qualifier, obs_status, rank, ranked, share_percent, change_percent
FROM kpi.annual
WHERE indicator = 'social_stock' AND territory_level = 'region'
ORDER BY year DESC, rank;
