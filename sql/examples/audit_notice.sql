-- L'ancien nom d'audit.remark donne-t-il les mêmes remarques ?
-- Does the former name of audit.remark give the same remarks?
FROM audit.notice
ORDER BY file, sheet, cell;
