{% from 'macros/regional.sql' import regional with context %}
/*
row_en = "One region and year as known at the end of a day: FROM kpi.regional_as_of(DATE '2021-12-31')."
row_fr = "Une région et une année telles que connues un jour donné : FROM kpi.regional_as_of(DATE '2021-12-31')."
key = ["region_code", "year"]
parameters = ["as_of_day"]
wide = true
columns = [
    "region_code", "region", "year",
{% for code in scorecard %}
    "{{ code }}",
{% endfor %}
{% for ratio in ratios %}
    "{{ ratio.code }}",
{% endfor %}
    "hedged", "provisional", "early", "disputed", "other_population", "known_on",
]

[describe.hedged]
en = "Indicators of the row whose figure is hedged (more than, less than, about, between); null when none is."
fr = "Indicateurs de la ligne dont le chiffre est nuancé (plus de, moins de, environ, entre) ; nul s'il n'y en a pas."

[describe.provisional]
en = "Indicators of the row whose figure is provisional or estimated; null when none is."
fr = "Indicateurs de la ligne dont le chiffre est provisoire ou estimé ; nul s'il n'y en a pas."

[describe.early]
en = "Indicators of the row whose figure was known before the year was over; null when none is."
fr = "Indicateurs de la ligne dont le chiffre a été connu avant la fin de l'année ; nul s'il n'y en a pas."

[describe.disputed]
en = "Indicators of the row whose figure another source contradicts (audit.conflict); null when none is."
fr = "Indicateurs de la ligne dont le chiffre est contredit par une autre source (audit.conflict) ; nul s'il n'y en a pas."

[describe.other_population]
en = "Indicators of the row whose figure is of another population than its definition's; null when none is."
fr = "Indicateurs de la ligne dont le chiffre est d'une autre population que celle de sa définition ; nul s'il n'y en a pas."

[describe.known_on]
type = "DATE"
en = "Day on which the most recent figure of the row became known."
fr = "Jour où le plus récent des chiffres de la ligne a été connu."
*/
{{ regional('kpi.regional_figure_as_of(as_of_day)') }}
