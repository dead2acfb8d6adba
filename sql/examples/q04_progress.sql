-- Où en sont les engagements quinquennaux, et pourquoi ne peut-on pas toujours le dire ?
-- How far are the five-year commitments, and why can it not always be told?
SELECT line_id, label, target, achieved_to_date, years_known, status, why_unknown
FROM kpi.target_progress_on(DATE '2025-12-31')
WHERE plan LIKE 'Convention quinquennale%' AND unit <> 'EUR'
ORDER BY line_id;
