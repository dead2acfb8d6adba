{% from 'macros/national.sql' import national %}
/*
row_en = "One indicator and year for the nation. A sum of the regions that happened to report is never in value."
row_fr = "Un indicateur et une année pour la France. La somme des seules régions connues n'est jamais dans value."
key = ["indicator", "year"]
required = ["label_fr", "label_en", "unit", "basis", "regions_reporting", "regions_expected", "coverage", "known_on"]
like = "kpi.national_as_of"
# the cell that states the published figure; those of the regions beside it, or those that are added up
lineage = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, CAST(year AS VARCHAR) AS period,
    '' AS item, value AS figure_value, 'stated' AS role, published_observation_id AS observation_id
FROM kpi.national
WHERE published_observation_id IS NOT NULL
UNION ALL
SELECT
    indicator, 'national', 'FR', CAST(year AS VARCHAR), '', coalesce(value, regions_sum),
    CASE WHEN basis = 'published' THEN 'compared' ELSE 'part' END, unnest(regions_observation_ids)
FROM kpi.national
'''
shown = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, CAST(year AS VARCHAR) AS period,
    '' AS item, 'stated' AS role, 1 AS cells
FROM kpi.national
WHERE published_value IS NOT NULL
UNION ALL
SELECT
    indicator, 'national', 'FR', CAST(year AS VARCHAR), '',
    CASE WHEN basis = 'published' THEN 'compared' ELSE 'part' END, regions_reporting
FROM kpi.national
'''
*/
{{ national('kpi.annual') }}
