{% from 'macros/regional.sql' import regional_figures with context %}
/*
row_en = "One figure of a region and year as known at the end of a day, stated or derived, with the cells that it is made from."
row_fr = "Un chiffre d'une région et d'une année tel que connu un jour donné, énoncé ou dérivé, et les cellules dont il est fait."
key = ["region_code", "year", "figure"]
required = [
    "region", "population", "value", "qualifier", "obs_status", "is_disputed", "known_before_period_end", "known_on",
    "observation_ids",
]
parameters = ["as_of_day"]
columns = [
    "region_code", "region", "year", "figure", "population", "value", "qualifier", "at_least", "at_most", "obs_status",
    "is_disputed", "known_before_period_end", "known_on", "observation_ids",
]

[describe.value]
type = "DOUBLE"
en = "Value in the unit of the indicator, or of the column of kpi.regional; never null."
fr = "Valeur dans l'unité de l'indicateur, ou de la colonne de kpi.regional ; jamais nulle."

[describe.qualifier]
en = "How the figure is hedged: =, >, <, ~ or interval; of a derived one: ~ where one of its terms is hedged."
fr = "Nuance du chiffre : =, >, <, ~ ou interval ; d'un chiffre dérivé : ~ si l'un de ses termes est nuancé."
allowed = ["=", ">", "<", "~", "interval"]

[describe.obs_status]
en = "Status of the figure, after the SDMX code list; of a derived one: P or E where one of its terms is."
fr = "Statut du chiffre, d'après la liste SDMX ; d'un chiffre dérivé : P ou E si l'un de ses termes l'est."
allowed = ["A", "P", "E", "R", "B", "Q", "O", "N", "M"]
*/
{{ regional_figures('kpi.annual_as_of(as_of_day)') }}
