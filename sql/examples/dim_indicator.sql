-- Que mesure-t-on, et dans quelle unité ?
-- What is measured, and in what unit?
SELECT code, label_fr, unit, measure, definition_fr
FROM dim.indicator
WHERE scope = 'action_logement'
ORDER BY label_fr;
