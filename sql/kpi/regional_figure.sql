{% from 'macros/regional.sql' import regional_figures with context %}
/*
row_en = "One figure of a region and year, stated or derived, with the cells that it is made from."
row_fr = "Un chiffre d'une région et d'une année, énoncé ou dérivé, et les cellules dont il est fait."
key = ["region_code", "year", "figure"]
required = [
    "region", "population", "value", "qualifier", "obs_status", "is_disputed", "known_before_period_end", "known_on",
    "observation_ids",
]
by = "region"
like = "kpi.regional_figure_as_of"
without_lineage = "Its figures are those that kpi.regional shows and leads to their cells; each names them itself."
*/
{{ regional_figures('kpi.annual') }}
