/*
row_en = "One commitment of a plan and how far it is kept: target, achieved to date, pace needed, on track or not or unknown."
row_fr = "Un engagement d'un plan et son avancement : cible, réalisé à ce jour, rythme nécessaire, en bonne voie ou non."
key = ["plan", "line_id"]
required = ["label", "indicator", "period", "period_label", "period_start", "unit", "qualifier", "years_known", "status"]
like = "kpi.target_progress_on"
# the cell of the commitment, and those of the national figures that are counted
lineage = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, period,
    concat(plan, ', ', line_id) AS item, target AS figure_value, 'target' AS role,
    concat_ws('/', submission_id, sheet, cell) AS observation_id
FROM kpi.target_progress
UNION ALL
SELECT
    indicator, 'national', 'FR', period, concat(plan, ', ', line_id), achieved_to_date, 'achieved',
    unnest(achieved_observation_ids)
FROM kpi.target_progress
'''
shown = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, NULL AS period,
    concat(plan, ', ', line_id) AS item, 'target' AS role, 1 AS cells
FROM kpi.target_progress
UNION ALL
SELECT indicator, 'national', 'FR', NULL, concat(plan, ', ', line_id), 'achieved', years_known
FROM kpi.target_progress
'''
*/
-- as it stands on the day of the release; the formula stands in kpi.target_progress_on alone
FROM kpi.target_progress_on((SELECT as_of FROM audit.release))
