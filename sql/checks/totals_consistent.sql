/*
relation = "audit.reconciliation"
blocking = false
en = "Every total that a file states is the sum of its parts, within the precision of their writing."
fr = "Tout total énoncé par un fichier est la somme de ses parties, à la précision d'écriture près."
*/
-- Does a sender's own total agree with the rows above it?
SELECT what, territory, period, stated_value, parts_sum, gap, tolerance, stated_cell
FROM audit.reconciliation
WHERE kind = 'stated_total' AND verdict = 'inconsistent'
