{% from 'macros/observations.sql' import known %}
/*
row_en = "One figure as it was known at the end of a day: FROM fact.observation_as_of(DATE '2021-12-31')."
row_fr = "Un chiffre tel qu'il était connu à la fin d'un jour : FROM fact.observation_as_of(DATE '2021-12-31')."
key = ["series_key", "period_start", "period_end"]
parameters = ["as_of_day"]
columns = [
    "indicator", "population", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period", "period_label",
    "period_start", "period_end", "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "confirmed_on", "known_before_period_end", "is_disputed", "is_total", "source",
    "publisher", "observation_id", "submission_id", "sheet", "cell", "raw_text", "label", "remark",
]
*/
{{ known("as_of_day") }}
