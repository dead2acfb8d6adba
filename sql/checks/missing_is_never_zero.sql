/*
relation = "fact.observation_history"
blocking = true
by = "submission"
en = "A figure has either a value, with its precision, or the reason why it is missing."
fr = "Un chiffre a soit une valeur, avec sa précision, soit la raison pour laquelle il manque."
*/
-- Is a gap ever mistaken for a number, or a number for a gap?
SELECT submission_id, sheet, cell, raw_text, value, precision, missing_reason
FROM fact.observation_history
WHERE
    (value IS NULL) <> (missing_reason IS NOT NULL)
    OR (value IS NOT NULL AND precision IS NULL)
    OR isnan(value)
    OR isinf(value)
