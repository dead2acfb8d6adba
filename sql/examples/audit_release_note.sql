-- Que dit la note de cette publication : fichiers arrivés, refus, chiffres qui ont changé, retards, contrôles ?
-- What does the note of this release say: files that came, refusals, figures that moved, lateness, checks?
SELECT section, lines, message_fr, cells
FROM audit.release_note
ORDER BY list_position(['national', 'restated', 'refused', 'pending', 'check', 'late', 'received'], section), position;
