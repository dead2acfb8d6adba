/*
row_en = "One region and year as known at the end of a day: FROM kpi.regional_as_of(DATE '2021-12-31')."
row_fr = "Une région et une année telles que connues un jour donné : FROM kpi.regional_as_of(DATE '2021-12-31')."
key = ["region_code", "year"]
parameters = ["as_of_day"]
columns = [
    "region_code", "region", "year",
{% for code in scorecard %}
    "{{ code }}",
{% endfor %}
    "aid_amount_per_aid_eur", "households_housed_per_100k", "aids_and_services_per_100k", "intermediate_share_percent",
    "households_housed_change_percent", "aids_and_services_change_percent", "approvals_change_percent",
    "starts_change_percent", "deliveries_change_percent", "hedged", "provisional", "known_on",
]

[describe.aid_amount_per_aid_eur]
type = "DOUBLE"
unit = "EUR per aid"
en = "Amount of aids divided by aids and services. Null when either is missing or only bounded."
fr = "Montant des aides rapporté aux aides et services. Nul si l'un manque ou n'est que borné."

[describe.households_housed_per_100k]
type = "DOUBLE"
unit = "households per 100,000 inhabitants"
en = "Households housed per 100,000 inhabitants: population of the year, else of the latest earlier one known."
fr = "Ménages logés pour 100 000 habitants : population de l'année, sinon de la dernière antérieure connue."

[describe.aids_and_services_per_100k]
type = "DOUBLE"
unit = "aids per 100,000 inhabitants"
en = "Aids and services per 100,000 inhabitants: population of the year, else of the latest earlier one known."
fr = "Aides et services pour 100 000 habitants : population de l'année, sinon de la dernière antérieure connue."

[describe.intermediate_share_percent]
type = "DOUBLE"
unit = "percent"
en = "Intermediate dwellings in all approvals of the year, both as stated. Null when either is missing or hedged."
fr = "Part des logements intermédiaires dans les agréments de l'année, tels qu'indiqués. Nulle si l'un manque ou est nuancé."

[describe.households_housed_change_percent]
type = "DOUBLE"
unit = "percent"
en = "Change of households housed on the year before. Null unless both years are known, and not as bounds."
fr = "Évolution annuelle : ménages logés. Nulle si l'une des deux années manque ou n'est que bornée."

[describe.aids_and_services_change_percent]
type = "DOUBLE"
unit = "percent"
en = "Change of aids and services on the year before. Null unless both years are known, and not as bounds."
fr = "Évolution annuelle : aides et services. Nulle si l'une des deux années manque ou n'est que bornée."

[describe.approvals_change_percent]
type = "DOUBLE"
unit = "percent"
en = "Change of approvals on the year before. Null unless both years are known, and not as bounds."
fr = "Évolution annuelle : agréments. Nulle si l'une des deux années manque ou n'est que bornée."

[describe.starts_change_percent]
type = "DOUBLE"
unit = "percent"
en = "Change of housing starts on the year before. Null unless both years are known, and not as bounds."
fr = "Évolution annuelle : mises en chantier. Nulle si l'une des deux années manque ou n'est que bornée."

[describe.deliveries_change_percent]
type = "DOUBLE"
unit = "percent"
en = "Change of deliveries on the year before. Null unless both years are known, and not as bounds."
fr = "Évolution annuelle : livraisons. Nulle si l'une des deux années manque ou n'est que bornée."

[describe.hedged]
en = "Indicators of the row whose figure is hedged (more than, less than, about, between); null when none is."
fr = "Indicateurs de la ligne dont le chiffre est nuancé (plus de, moins de, environ, entre) ; nul s'il n'y en a pas."

[describe.provisional]
en = "Indicators of the row whose figure is provisional or estimated; null when none is."
fr = "Indicateurs de la ligne dont le chiffre est provisoire ou estimé ; nul s'il n'y en a pas."

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
    max(value) FILTER (figure = '{{ code }}') AS {{ code }},
{% endfor %}
    max(value) FILTER (figure = 'aid_amount_per_aid_eur') AS aid_amount_per_aid_eur,
    max(value) FILTER (figure = 'households_housed_per_100k') AS households_housed_per_100k,
    max(value) FILTER (figure = 'aids_and_services_per_100k') AS aids_and_services_per_100k,
    max(value) FILTER (figure = 'intermediate_share_percent') AS intermediate_share_percent,
    max(value) FILTER (figure = 'households_housed_change_percent') AS households_housed_change_percent,
    max(value) FILTER (figure = 'aids_and_services_change_percent') AS aids_and_services_change_percent,
    max(value) FILTER (figure = 'approvals_change_percent') AS approvals_change_percent,
    max(value) FILTER (figure = 'starts_change_percent') AS starts_change_percent,
    max(value) FILTER (figure = 'deliveries_change_percent') AS deliveries_change_percent,
    string_agg(figure, ', ' ORDER BY figure) FILTER (qualifier <> '=') AS hedged,
    string_agg(figure, ', ' ORDER BY figure) FILTER (obs_status IN ('P', 'E')) AS provisional,
    max(known_on) AS known_on
FROM kpi.regional_figure_as_of(as_of_day)
GROUP BY region_code, year
ORDER BY region, year
