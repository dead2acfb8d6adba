-- Que valent au juste les investissements du pays : à combien près, au moins et au plus ?
-- What exactly are national investments worth: how precise, at least and at most?
SELECT k.year, k.value, k.precision, k.qualifier, k.at_least, k.at_most, k.obs_status, o.raw_text
FROM kpi.annual AS k
JOIN fact.observation AS o ON o.observation_id = k.stated_observation_id
WHERE k.indicator = 'investment_eur' AND k.territory_id = 'FR'
ORDER BY k.year;
