/*
relation = "audit.conflict"
blocking = false
en = "No two sources or publishers, and no two files of one day, contradict each other; no cumulative figure falls."
fr = "Ni deux sources ou éditeurs, ni deux fichiers d'un même jour ne se contredisent ; aucun cumul ne baisse."
*/
-- Which figures are disputed? The one of higher authority holds; somebody should find out why the other differs.
SELECT kind, indicator, territory, period, kept_value, kept_cell, other_period, other_value, other_cell
FROM audit.conflict
