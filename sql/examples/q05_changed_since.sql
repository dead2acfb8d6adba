-- Quels chiffres ont été révisés depuis le 1er juillet 2022 ?
-- Which figures were revised since 1 July 2022?
SELECT new_known_on, indicator, territory, period_label, old_value, new_value, old_cell, new_cell
FROM audit.revision
WHERE new_known_on >= DATE '2022-07-01'
ORDER BY new_known_on, indicator, territory, period;
