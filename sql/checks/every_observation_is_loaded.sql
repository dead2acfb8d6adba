/*
relation = "fact.observation_history"
blocking = true
by = "submission"
whole = ["fact.submission", "fact.target"]
en = "Every accepted figure is in the warehouse, and so is every line of every plan."
fr = "Tout chiffre accepté est dans l'entrepôt, ainsi que toute ligne de tout plan."
*/
-- Did a join lose rows on the way? Figures are all kept; a plan keeps the last version of each of its lines, of the
-- files that were not withdrawn.
SELECT 'fact.observation_history' AS relation, submission_id, sheet, cell
FROM stage.observation
ANTI JOIN fact.observation_history USING (submission_id, sheet, cell)
UNION ALL
SELECT 'fact.target', s.submission_id, s.sheet, s.cell
FROM stage.target AS s
SEMI JOIN (FROM fact.submission WHERE withdrawn_on IS NULL) USING (submission_id)
ANTI JOIN fact.target AS f USING (plan, line_id)
