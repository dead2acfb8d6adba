/*
relation = "audit.remark"
blocking = false
en = "No file changes, or leaves out, figures that its source had stated before."
fr = "Aucun fichier ne modifie ni n'omet des chiffres que sa source avait déjà donnés."
*/
-- What did the senders come back to? Each figure that changed is in audit.revision.
SELECT file, message_fr
FROM audit.remark
WHERE reason = 'REVISION'
