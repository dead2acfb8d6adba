-- Quelles corrections avons-nous apportées, et lesquelles peuvent être retirées ?
-- Which corrections have we made, and which can be taken out?
SELECT file, sheet, cell, old_text, new_text, correction_reason, decided_by, status, later_text
FROM fact.correction
ORDER BY status, file;
