{% from 'macros/observations.sql' import known %}
/*
row_en = "One current figure: indicator, territory, period. Earlier vintages are in fact.observation_history."
row_fr = "Un chiffre courant : indicateur, territoire, période. Les versions antérieures sont dans fact.observation_history."
bulk = "a row for each cell that was received: an index would take longer than the table"
key = ["series_key", "period_start", "period_end"]
required = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "period", "period_label", "frequency", "unit", "qualifier", "obs_status", "known_on", "is_total", "source",
    "observation_id", "submission_id", "sheet", "cell", "raw_text", "label",
]
like = "fact.observation_as_of"
by = "figure"
*/
-- the current figures are those of the end of time
{{ known("DATE '9999-12-31'") }}
