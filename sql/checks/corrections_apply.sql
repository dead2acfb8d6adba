/*
relation = "fact.correction"
blocking = true
en = "Every correction that we declare is understood, and its cell says what it expects."
fr = "Toute correction que nous déclarons est comprise, et sa cellule dit ce qu'elle attend."
*/
-- Is a figure published uncorrected although somebody corrected it? Then the line is wrong: nothing is published until
-- it is put right or taken out.
SELECT file, sheet, cell, old_text AS raw_text, 'CORRECTION_PERIMEE' AS reason, declared_cell
FROM fact.correction
WHERE status = 'expired'
UNION ALL
SELECT file, sheet, cell, raw_text, reason, NULL
FROM fact.rejection
WHERE source = 'corrections'
