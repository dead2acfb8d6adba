/*
relation = "audit.cell_coverage"
blocking = true
en = "Every cell that has no place in its table is refused with a reason."
fr = "Toute cellule sans place dans son tableau est refusée avec un motif."
*/
-- Was a cell that nobody understood passed over? It must have been given back to its sender with a reason.
SELECT file, sheet, cell, raw_text
FROM audit.cell_coverage
WHERE role = 'unclaimed' AND coalesce(went_to NOT IN ('fact.rejection', 'audit.remark'), true)
