/*
relation = "audit.conflict"
blocking = false
en = "No two sources, and no two files of one day, state different values for one figure."
fr = "Aucune source, ni aucun fichier d'un même jour, n'énonce une autre valeur pour un même chiffre."
*/
-- Which figures are disputed? The one of higher authority holds; somebody should find out why the other differs.
SELECT kind, indicator, territory, period, kept_value, kept_cell, other_value, other_cell
FROM audit.conflict
