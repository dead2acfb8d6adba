/*
relation = "fact.correction"
blocking = false
en = "Every correction still bears on a current figure, and the sender has not written the wrong text again."
fr = "Toute correction porte encore sur un chiffre courant, et l'expéditeur n'a pas réécrit le texte fautif."
*/
-- Which lines of raw/corrections can go, and which have to be declared anew for the sender's later file?
SELECT status, file, sheet, cell, old_text, new_text, later_cell, later_text, declared_cell
FROM fact.correction
WHERE status IN ('removable', 'returned')
