-- Quels totaux publiés ne s'accordent pas avec leurs parties ?
-- Which published totals do not agree with their parts?
SELECT kind, what, territory, period, stated_value, parts_sum, gap, tolerance, stated_cell, parts_cells
FROM audit.reconciliation
WHERE verdict = 'inconsistent'
ORDER BY kind, what;
