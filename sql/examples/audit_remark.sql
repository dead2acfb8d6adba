-- Qu'a-t-on signalé sans rien refuser ?
-- What was pointed out without being refused?
SELECT reason, file, sheet, cell, message_fr
FROM audit.remark
ORDER BY reason, file;
