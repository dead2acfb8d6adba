-- Quelles cellules faut-il faire corriger, région par région ?
-- Which cells must be corrected, region by region?
SELECT region, file, sheet, cell, raw_text, message_fr
FROM fact.rejection
ORDER BY region, file, sheet, cell;
