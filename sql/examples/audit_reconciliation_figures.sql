-- Quels chiffres ne s'accordent pas avec leurs parties, et quelles en sont les clés de cellule ?
-- Which figures do not agree with their parts, and which are the keys of the cells?
SELECT what, territory, period, stated_value, parts_sum, gap, stated_id, parts_ids
FROM audit.reconciliation_figures
ORDER BY verdict DESC, what, territory, period, stated_id;
