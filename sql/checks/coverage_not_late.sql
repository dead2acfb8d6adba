/*
relation = "audit.coverage"
blocking = false
en = "No region's figures are missing after the day on which they are due."
fr = "Aucune région n'a de chiffres manquants après l'échéance."
*/
-- Whom should we call?
SELECT source, region, year, due_on
FROM audit.coverage
WHERE status = 'late'
