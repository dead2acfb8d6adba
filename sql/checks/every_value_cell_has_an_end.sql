/*
relation = "audit.cell_coverage"
blocking = true
by = "submission"
en = "Every cell that states a figure or a total stands among the loaded figures or among the refusals."
fr = "Toute cellule qui énonce un chiffre ou un total est parmi les chiffres chargés ou parmi les refus."
*/
-- Was anything dropped in silence? A cell that was recognised as a figure must be found again somewhere.
SELECT file, sheet, cell, role, raw_text
FROM audit.cell_coverage
WHERE role IN ('value', 'total') AND went_to IS NULL
