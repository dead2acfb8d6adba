{% from 'macros/annual.sql' import annual %}
/*
row_en = "One annual figure as known at the end of a day: a flow over a calendar year, or the last stock of the year."
row_fr = "Un chiffre annuel tel que connu un jour donné : flux d'une année civile, ou dernier stock de l'année."
key = ["series_key", "year"]
parameters = ["as_of_day"]
columns = [
    "indicator", "population", "territory_level", "territory_code", "territory_id", "territory", "series_key", "year",
    "at_date", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most", "obs_status",
    "is_disputed", "known_before_period_end", "known_on", "observation_id", "submission_id", "sheet", "cell",
]

[describe.value]
type = "DOUBLE"
en = "Value in the unit; never null: a figure that is missing has no row here."
fr = "Valeur dans l'unité ; jamais nulle : un chiffre manquant n'a pas de ligne ici."
*/
{{ annual("fact.observation_as_of(as_of_day)") }}
