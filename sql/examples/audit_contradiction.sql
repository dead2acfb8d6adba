-- Que disent les sources qui ne peut pas se lire ensemble, dans quelles cellules ?
-- What do the sources say that cannot be read together, and in which cells?
SELECT kind, verdict, message_fr, left_file, left_cell, right_file, right_cell
FROM audit.contradiction
ORDER BY verdict, kind, message_fr;
