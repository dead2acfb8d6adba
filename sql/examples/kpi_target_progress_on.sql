-- Où en sera chaque engagement à la fin de l'année, si rien d'autre ne vient ?
-- Where will each commitment stand at the end of the year, if nothing else comes?
SELECT plan, label, target, achieved_to_date, status, why_unknown
FROM kpi.target_progress_on(DATE '2026-12-31')
ORDER BY plan, line_id;
