{% from 'macros/counts.sql' import whole %}
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
-- What do the regional offices report, year by year? Each figure as it was stated, then what is derived from it;
-- approvals stay null where only their two parts are stated. The formulas stand in kpi.regional_figure_as_of alone,
-- where every figure also carries the cells that it is made from.
SELECT
    region_code,
    any_value(region) AS region,
    year,
{% for code in scorecard %}
    {{ whole("max(value) FILTER (figure = '" ~ code ~ "')", code, counted) }} AS {{ code }},
{% endfor %}
{% for ratio in ratios %}
    max(value) FILTER (figure = '{{ ratio.code }}') AS {{ ratio.code }},
{% endfor %}
    string_agg(figure, ', ' ORDER BY figure) FILTER (qualifier <> '=') AS hedged,
    string_agg(figure, ', ' ORDER BY figure) FILTER (obs_status IN ('P', 'E')) AS provisional,
    string_agg(figure, ', ' ORDER BY figure) FILTER (known_before_period_end) AS early,
    string_agg(figure, ', ' ORDER BY figure) FILTER (is_disputed) AS disputed,
    string_agg(figure, ', ' ORDER BY figure) FILTER (population <> '') AS other_population,
    max(known_on) AS known_on
FROM kpi.regional_figure_as_of(as_of_day)
GROUP BY region_code, year
ORDER BY region, year
