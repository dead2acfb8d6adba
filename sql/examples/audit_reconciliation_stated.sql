-- Quelles lignes d'un plan et quels totaux de fichiers ont été comparés à leurs parties ?
-- Which lines of a plan and which totals of files were compared with their parts?
SELECT kind, what, stated_value, parts_sum, verdict, stated_cell
FROM audit.reconciliation_stated
ORDER BY kind, what, stated_cell;
