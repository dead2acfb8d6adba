-- Que sont devenus les énoncés successifs d'un chiffre énoncé plusieurs fois ?
-- What became of the statements of a figure that is stated more than once?
SELECT series_key, period_start, stated_from, outcome, submission_id, cell, holder_submission_id, holder_cell
FROM fact.statement
WHERE series_key = 'approvals/FR'
ORDER BY period_start, span_from, step;
