-- De quelle publication vient chaque chiffre de la Guadeloupe, et à quelle adresse ?
-- Which publication does each figure of Guadeloupe come from, and at which address?
SELECT o.indicator, o.period, o.value, p.title, p.publisher, p.address, p.published_on
FROM fact.observation AS o
JOIN fact.submission AS s USING (submission_id)
JOIN dim.publication AS p USING (publication_id)
WHERE o.territory_id = 'REG-01'
ORDER BY p.published_on, o.indicator, o.period;
