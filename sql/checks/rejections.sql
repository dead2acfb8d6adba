/*
relation = "fact.rejection"
blocking = false
en = "Nothing was refused: the refused cells, tables and files, with the reason of each."
fr = "Rien n'a été refusé : les cellules, tableaux et fichiers refusés, avec le motif de chacun."
*/
-- What has to go back to its sender?
SELECT file, sheet, cell, raw_text, reason, message_fr
FROM fact.rejection
