{% from 'macros/lateness.sql' import last_due %}
/*
relation = "audit.coverage"
blocking = false
en = "No region's figures of the last year that was due are missing after the day on which they were."
fr = "Aucune région n'a de chiffres manquants après l'échéance, pour la dernière année due."
*/
-- Whom should we call?
SELECT source, region, year, due_on
FROM (
    {{ last_due("audit.coverage", "(SELECT as_of FROM audit.release)") | indent }}
)
WHERE status = 'late'
