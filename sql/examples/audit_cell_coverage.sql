-- Où sont passées les cellules de chaque fichier ?
-- Where did the cells of each file go?
SELECT file, role, went_to, count(*) AS cells
FROM audit.cell_coverage
GROUP BY ALL
ORDER BY file, cells DESC;
