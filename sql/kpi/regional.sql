{% from 'macros/regional.sql' import regional with context %}
/*
row_en = "One region and year: its current annual figures, then ratios and changes. Null is unknown, never 0."
row_fr = "Une région et une année : ses chiffres annuels courants, puis ratios et évolutions. Nul : inconnu, jamais 0."
key = ["region_code", "year"]
required = ["region", "known_on"]
like = "kpi.regional_as_of"
# the keys of the cells are those that the formula of each figure took
lineage = '''
SELECT
    figure, 'region' AS territory_level, region_code AS territory_code, CAST(year AS VARCHAR) AS period, '' AS item,
    value AS figure_value, CASE WHEN len(observation_ids) = 1 THEN 'stated' ELSE 'term' END AS role,
    unnest(observation_ids) AS observation_id
FROM kpi.regional_figure
'''
shown = '''
WITH regional AS (
    UNPIVOT (SELECT * EXCLUDE (region, hedged, provisional, early, disputed, other_population, known_on) FROM kpi.regional)
    ON * EXCLUDE (region_code, year)
    INTO NAME figure VALUE value
)

SELECT
    figure, 'region' AS territory_level, region_code AS territory_code, CAST(year AS VARCHAR) AS period, '' AS item,
    'any' AS role, 1 AS cells
FROM regional
'''
*/
{{ regional('kpi.regional_figure') }}
