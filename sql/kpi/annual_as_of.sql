{% from 'macros/annual_figures.sql' import figures %}
/*
row_en = "One indicator, territory and year as known at the end of a day: FROM kpi.annual_as_of(DATE '2021-12-31')."
row_fr = "Un indicateur, un territoire et une année tels que connus un jour donné : FROM kpi.annual_as_of(DATE '2021-12-31')."
key = ["indicator", "territory_id", "year"]
parameters = ["as_of_day"]
columns = [
    "indicator", "label_fr", "label_en", "territory_level", "territory_code", "territory_id", "territory", "year", "at_date",
    "population", "value", "unit", "basis", "precision", "qualifier", "at_least", "at_most", "obs_status", "is_disputed",
    "known_before_period_end", "stated_value", "stated_precision", "stated_qualifier", "parts_sum", "parts_precision",
    "parts_qualifier", "parts_reporting", "parts_expected", "coverage", "gap", "verdict", "value_before", "change_percent",
    "last_year", "last_value", "change_on_last_percent", "rank", "ranked", "share_percent", "known_on",
    "stated_observation_id", "parts_observation_ids",
]

[describe.value]
type = "DOUBLE"
en = "The figure: the stated one, else the sum of all parts; null when only some parts are known."
fr = "Le chiffre : celui qui est énoncé, sinon la somme de toutes les parties ; nul si seules certaines sont connues."

[describe.basis]
en = "published: stated for the territory; sum_of_regions, sum_of_departments: all parts are known and are added up; partial: only some are."
fr = "published : énoncé pour le territoire ; sum_of_regions, sum_of_departments : somme de toutes les parties ; partial : certaines seulement."
allowed = ["published", "sum_of_regions", "sum_of_departments", "partial"]

[describe.qualifier]
en = "How the value is hedged: that of the stated figure, or what the hedges of the parts make of their sum."
fr = "Nuance de la valeur : celle du chiffre énoncé, ou celle que les nuances des parties donnent à leur somme."
allowed = ["=", ">", "<", "~", "interval"]

[describe.obs_status]
en = "Status of the value, after the SDMX code list; of a sum: P or E where some part is, else A."
fr = "Statut de la valeur, d'après la liste SDMX ; d'une somme : P ou E si une partie l'est, sinon A."
allowed = ["A", "P", "E", "R", "B", "Q", "O", "N", "M"]

[describe.stated_qualifier]
en = "How the stated figure is hedged: =, >, <, ~ or interval."
fr = "Nuance du chiffre énoncé : =, >, <, ~ ou interval."
allowed = ["=", ">", "<", "~", "interval"]

[describe.parts_sum]
type = "DOUBLE"
en = "Sum of the regions of the nation, or of the departments of a region, that are known at that date, however few: read it with coverage."
fr = "Somme des régions du pays, ou des départements d'une région, connus à cette date, si peu soient-ils : à lire avec coverage."

[describe.parts_precision]
type = "DOUBLE"
en = "Precisions of the parts added up."
fr = "Précisions des parties additionnées."

[describe.coverage]
type = "DOUBLE"
unit = "share"
en = "Share of the expected parts that are known, from 0 to 1; null for a territory without parts."
fr = "Part des parties attendues qui sont connues, de 0 à 1 ; nul pour un territoire sans parties."
minimum = 0
maximum = 1

[describe.gap]
type = "DOUBLE"
en = "Stated value minus the sum of the parts, when all are known; null otherwise."
fr = "Valeur énoncée moins la somme des parties, quand toutes sont connues ; nul sinon."
*/
{{ figures("fact.annual_as_of(as_of_day)") }}
