/*
relation = "audit.revision"
blocking = false
en = "No figure stated as final was changed by a fifth or more in a later publication."
fr = "Aucun chiffre donné pour définitif n'a changé d'un cinquième ou plus dans une publication ultérieure."
*/
-- Is the new figure really about the same thing? Revisions change figures by a few percent; 97 000 that become 222 000
-- are two definitions under one label.
SELECT indicator, territory, period, old_raw_text, old_cell, new_raw_text, new_cell, difference_percent
FROM audit.revision
WHERE kind = 'correction' AND (new_value IS NULL OR abs(difference_percent) >= 20)
