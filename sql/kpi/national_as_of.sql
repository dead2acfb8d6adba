{% from 'macros/national.sql' import national %}
/*
row_en = "One indicator and year for the nation, as known at the end of a day: FROM kpi.national_as_of(DATE '2021-12-31')."
row_fr = "Un indicateur et une année pour la France, tels que connus un jour donné : FROM kpi.national_as_of(DATE '2021-12-31')."
key = ["indicator", "year"]
parameters = ["as_of_day"]
columns = [
    "indicator", "label_fr", "label_en", "year", "value", "unit", "basis", "published_value", "published_qualifier",
    "regions_sum", "regions_reporting", "regions_expected", "coverage", "gap", "verdict", "is_consistent", "precision",
    "qualifier", "at_least", "at_most", "obs_status", "population", "is_disputed", "known_before_period_end", "known_on",
    "published_observation_id", "regions_observation_ids",
]

[describe.value]
type = "DOUBLE"
en = "National figure: the published one, else the sum of all regions; null when only some regions are known."
fr = "Chiffre national : celui qui est publié, sinon la somme de toutes les régions ; nul si seules certaines sont connues."

[describe.basis]
en = "published: stated for the nation; sum_of_regions: all regions report and are added up; partial: only some report."
fr = "published : publié pour la France ; sum_of_regions : somme de toutes les régions ; partial : certaines seulement."
allowed = ["published", "sum_of_regions", "partial"]

[describe.published_value]
type = "DOUBLE"
en = "Figure stated for the nation; null where none is."
fr = "Chiffre énoncé pour la France ; nul s'il n'y en a pas."

[describe.published_qualifier]
en = "How the published figure is hedged: =, >, <, ~ or interval."
fr = "Nuance du chiffre publié : =, >, <, ~ ou interval."
allowed = ["=", ">", "<", "~", "interval"]

[describe.regions_sum]
type = "DOUBLE"
en = "Sum of the regions that report, however few: read it with coverage. Null where the indicator does not add up."
fr = "Somme des régions connues, si peu soient-elles : à lire avec coverage. Nulle si l'indicateur ne s'additionne pas."

[describe.regions_reporting]
type = "INTEGER"
en = "Number of regions with a figure."
fr = "Nombre de régions ayant un chiffre."
minimum = 0

[describe.regions_expected]
type = "INTEGER"
en = "Number of regions that existed on 31 December of the year."
fr = "Nombre de régions existant au 31 décembre de l'année."
minimum = 1

[describe.coverage]
type = "DOUBLE"
unit = "share"
en = "Share of the expected regions that report, from 0 to 1."
fr = "Part des régions attendues qui ont un chiffre, de 0 à 1."
minimum = 0
maximum = 1

[describe.gap]
type = "DOUBLE"
en = "Published value minus the sum of the regions, when all report; null otherwise."
fr = "Valeur publiée moins la somme des régions, quand toutes sont connues ; nul sinon."

[describe.is_consistent]
type = "BOOLEAN"
en = "Whether published value and regions agree within the precision of their writing; null when it cannot be told."
fr = "Vrai si le chiffre publié et les régions concordent à la précision d'écriture près ; nul si l'on ne peut le dire."

[describe.qualifier]
en = "How the value is hedged: that of the published figure, or what the hedges of the regions make of their sum."
fr = "Nuance de la valeur : celle du chiffre publié, ou celle que les nuances des régions donnent à leur somme."
allowed = ["=", ">", "<", "~", "interval"]

[describe.known_on]
type = "DATE"
en = "Day on which the published figure became known; where there is none, the most recent of the regions."
fr = "Jour où le chiffre publié a été connu ; s'il n'y en a pas, le plus récent de ceux des régions."

[describe.published_observation_id]
en = "Key of the cell that states the published figure; null where none is."
fr = "Clé de la cellule qui énonce le chiffre publié ; nulle s'il n'y en a pas."

[describe.regions_observation_ids]
type = "VARCHAR[]"
en = "Keys of the cells of the regions that report; null where none does."
fr = "Clés des cellules des régions connues ; nul s'il n'y en a pas."
*/
{{ national('kpi.annual_as_of(as_of_day)') }}
