/*
relation = "audit.reconciliation"
blocking = false
en = "Figures stated apart agree: approvals, departments and region, regions and nation, lines of a plan, growth rates."
fr = "Les chiffres énoncés séparément concordent : agréments, départements et région, régions et France, lignes d'un plan, taux d'évolution."
*/
-- Which published figures contradict each other beyond what their writing allows?
SELECT
    kind, what, territory, period, stated_value, parts_sum, gap, tolerance, stated_known_on, parts_known_on,
    stated_cell, parts_cells
FROM audit.reconciliation
WHERE kind <> 'stated_total' AND verdict = 'inconsistent'
