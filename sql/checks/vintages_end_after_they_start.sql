/*
relation = "fact.observation_history"
blocking = true
en = "No vintage ends before the day on which it became known."
fr = "Aucune version ne cesse avant le jour où elle a été connue."
*/
-- Can the past be replayed? A vintage that ends before it starts would leave a day without a figure.
SELECT submission_id, sheet, cell, indicator, known_on, superseded_on
FROM fact.observation_history
WHERE superseded_on < known_on
