-- Quels énoncés publiés se contredisent, et dans quelles cellules ?
-- Which published statements contradict each other, and in which cells?
SELECT kind, message_fr, left_file, left_cell, right_file, right_cell
FROM audit.contradiction
WHERE verdict = 'inconsistent'
ORDER BY kind, message_fr;
