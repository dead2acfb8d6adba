-- Quels engagements sont en bonne voie, et que reste-t-il à faire chaque année ?
-- Which commitments are on track, and what is left to do each year?
SELECT plan, label, target, achieved_to_date, coverage, share_of_period_elapsed, pace_needed, status
FROM kpi.target_progress
ORDER BY plan, line_id;
