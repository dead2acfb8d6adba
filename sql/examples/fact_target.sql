-- Que prévoit la convention quinquennale, ligne par ligne ?
-- What does the five-year agreement provide for, line by line?
SELECT line_id, parent_id, relation, label, raw_text, value, unit
FROM fact.target
WHERE plan LIKE 'Convention quinquennale%'
ORDER BY line_id;
