/*
relation = "fact.observation_history"
blocking = true
by = "submission"
en = "No vintage ends before the day from which it holds, nor is known only after it."
fr = "Aucune version ne cesse avant le jour où elle prévaut, ni n'est connue après lui."
*/
-- Can the past be replayed? A vintage that ends before it starts would leave a day without a figure.
SELECT submission_id, sheet, cell, indicator, known_on, holds_from, superseded_on
FROM fact.observation_history
WHERE superseded_on < holds_from OR known_on > holds_from
