-- Que dit-on des Hauts-de-France, mot pour mot, et dans quelle cellule ?
-- What is said of Hauts-de-France, word for word, and in which cell?
SELECT o.period, i.label_fr, o.raw_text, o.value, o.unit, s.file, o.sheet, o.cell
FROM fact.observation AS o
JOIN dim.indicator AS i ON i.code = o.indicator
JOIN fact.submission AS s USING (submission_id)
WHERE o.territory = 'Hauts-de-France'
ORDER BY o.period, i.label_fr;
