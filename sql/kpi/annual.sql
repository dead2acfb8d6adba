{% from 'macros/annual.sql' import annual %}
{% from 'macros/annual_figures.sql' import figures %}
/*
row_en = "One indicator, territory (nation, region, department) and year: the figure with all its marks, its change, its rank and its cells."
row_fr = "Un indicateur, un territoire (pays, région, département) et une année : le chiffre avec ses marques, son évolution, son rang et ses cellules."
key = ["indicator", "territory_id", "year"]
required = [
    "label_fr", "label_en", "territory_level", "territory_code", "territory", "at_date", "population", "unit", "basis",
    "is_disputed", "known_before_period_end", "parts_reporting", "verdict", "known_on",
]
by = "indicator"
like = "kpi.annual_as_of"
# the cell that states the figure; those of the parts beside it, or those that are added up
lineage = '''
SELECT
    indicator AS figure, territory_level, territory_code, CAST(year AS VARCHAR) AS period, '' AS item,
    value AS figure_value, 'stated' AS role, stated_observation_id AS observation_id
FROM kpi.annual
WHERE stated_observation_id IS NOT NULL
UNION ALL
SELECT
    indicator, territory_level, territory_code, CAST(year AS VARCHAR), '', coalesce(value, parts_sum),
    CASE WHEN basis = 'published' THEN 'compared' ELSE 'part' END, unnest(parts_observation_ids)
FROM kpi.annual
'''
shown = '''
SELECT
    indicator AS figure, territory_level, territory_code, CAST(year AS VARCHAR) AS period, '' AS item, 'stated' AS role,
    1 AS cells
FROM kpi.annual
WHERE stated_value IS NOT NULL
UNION ALL
SELECT
    indicator, territory_level, territory_code, CAST(year AS VARCHAR), '',
    CASE WHEN basis = 'published' THEN 'compared' ELSE 'part' END, parts_reporting
FROM kpi.annual
'''
*/
-- the current figures are those of the end of time
{{ figures("(" ~ annual("fact.observation") ~ ")") }}
