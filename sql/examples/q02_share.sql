-- Quelle part du parc social national chaque région connue représente-t-elle en 2022 ?
-- What share of the national social stock does each known region have in 2022?
SELECT territory, value, round(share_percent, 1) AS share_percent, qualifier
FROM kpi.annual
WHERE indicator = 'social_stock' AND year = 2022 AND territory_level = 'region' AND share_percent IS NOT NULL
ORDER BY share_percent DESC;
