/*
row_en = "One region and year as known at the end of a day: FROM kpi.regional_as_of(DATE '2021-12-31')."
row_fr = "Une région et une année telles que connues un jour donné : FROM kpi.regional_as_of(DATE '2021-12-31')."
key = ["region_code", "year"]
parameters = ["as_of_day"]
columns = [
    "region_code", "region", "year", "households_housed", "aids_and_services", "aid_amount_eur", "approvals", "starts",
    "deliveries", "onv_acquisitions", "approvals_social", "approvals_intermediate", "rehabilitations",
    "employees_aided", "households_aided", "visale_contracts", "landlord_financing_eur",
    "social_production_investment_eur", "investment_eur", "stock_dwellings", "social_stock", "population",
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
-- What do the regional offices report, year by year? Each figure as it was stated; nothing is derived in its place:
-- approvals stay null where only their two parts are stated.
WITH figures AS (
    SELECT
        territory_code AS region_code,
        territory AS region,
        year,
        indicator,
        value,
        -- Can the figure enter a ratio or a change? "Plus de 70 000" is a bound: a ratio of bounds says nothing.
        CASE WHEN qualifier IN ('=', '~') THEN value END AS point,
        qualifier,
        obs_status,
        known_on
    FROM fact.annual_as_of(as_of_day)
    WHERE
        territory_level = 'region'
        AND indicator IN (
            'households_housed', 'aids_and_services', 'aid_amount_eur', 'approvals', 'starts', 'deliveries',
            'onv_acquisitions', 'approvals_social', 'approvals_intermediate', 'rehabilitations', 'employees_aided',
            'households_aided', 'visale_contracts', 'landlord_financing_eur', 'social_production_investment_eur',
            'investment_eur', 'stock_dwellings', 'social_stock', 'population'
        )
),

wide AS (
    SELECT
        region_code,
        any_value(region) AS region,
        year,
        max(value) FILTER (indicator = 'households_housed') AS households_housed,
        max(value) FILTER (indicator = 'aids_and_services') AS aids_and_services,
        max(value) FILTER (indicator = 'aid_amount_eur') AS aid_amount_eur,
        max(value) FILTER (indicator = 'approvals') AS approvals,
        max(value) FILTER (indicator = 'starts') AS starts,
        max(value) FILTER (indicator = 'deliveries') AS deliveries,
        max(value) FILTER (indicator = 'onv_acquisitions') AS onv_acquisitions,
        max(value) FILTER (indicator = 'approvals_social') AS approvals_social,
        max(value) FILTER (indicator = 'approvals_intermediate') AS approvals_intermediate,
        max(value) FILTER (indicator = 'rehabilitations') AS rehabilitations,
        max(value) FILTER (indicator = 'employees_aided') AS employees_aided,
        max(value) FILTER (indicator = 'households_aided') AS households_aided,
        max(value) FILTER (indicator = 'visale_contracts') AS visale_contracts,
        max(value) FILTER (indicator = 'landlord_financing_eur') AS landlord_financing_eur,
        max(value) FILTER (indicator = 'social_production_investment_eur') AS social_production_investment_eur,
        max(value) FILTER (indicator = 'investment_eur') AS investment_eur,
        max(value) FILTER (indicator = 'stock_dwellings') AS stock_dwellings,
        max(value) FILTER (indicator = 'social_stock') AS social_stock,
        max(value) FILTER (indicator = 'population') AS population,
        max(point) FILTER (indicator = 'households_housed') AS households_housed_point,
        max(point) FILTER (indicator = 'aids_and_services') AS aids_and_services_point,
        max(point) FILTER (indicator = 'aid_amount_eur') AS aid_amount_eur_point,
        max(point) FILTER (indicator = 'approvals') AS approvals_point,
        max(point) FILTER (indicator = 'starts') AS starts_point,
        max(point) FILTER (indicator = 'deliveries') AS deliveries_point,
        max(point) FILTER (indicator = 'approvals_intermediate') AS approvals_intermediate_point,
        string_agg(indicator, ', ' ORDER BY indicator)
            FILTER (qualifier <> '=') AS hedged,
        string_agg(indicator, ', ' ORDER BY indicator)
            FILTER (obs_status IN ('P', 'E')) AS provisional,
        max(known_on) AS known_on
    FROM figures
    GROUP BY region_code, year
),

inhabitants AS (
    SELECT region_code, year, point / 100000 AS hundred_thousands
    FROM figures
    WHERE indicator = 'population' AND point > 0
)

SELECT
    w.region_code,
    w.region,
    w.year,
    w.households_housed,
    w.aids_and_services,
    w.aid_amount_eur,
    w.approvals,
    w.starts,
    w.deliveries,
    w.onv_acquisitions,
    w.approvals_social,
    w.approvals_intermediate,
    w.rehabilitations,
    w.employees_aided,
    w.households_aided,
    w.visale_contracts,
    w.landlord_financing_eur,
    w.social_production_investment_eur,
    w.investment_eur,
    w.stock_dwellings,
    w.social_stock,
    w.population,
    w.aid_amount_eur_point / nullif(w.aids_and_services_point, 0) AS aid_amount_per_aid_eur,
    w.households_housed_point / n.hundred_thousands AS households_housed_per_100k,
    w.aids_and_services_point / n.hundred_thousands AS aids_and_services_per_100k,
    100 * w.approvals_intermediate_point / nullif(w.approvals_point, 0) AS intermediate_share_percent,
    100 * (w.households_housed_point / nullif(b.households_housed_point, 0) - 1) AS households_housed_change_percent,
    100 * (w.aids_and_services_point / nullif(b.aids_and_services_point, 0) - 1) AS aids_and_services_change_percent,
    100 * (w.approvals_point / nullif(b.approvals_point, 0) - 1) AS approvals_change_percent,
    100 * (w.starts_point / nullif(b.starts_point, 0) - 1) AS starts_change_percent,
    100 * (w.deliveries_point / nullif(b.deliveries_point, 0) - 1) AS deliveries_change_percent,
    w.hedged,
    w.provisional,
    w.known_on
FROM wide AS w
-- How many inhabitants? Those of the year, else of the latest earlier year known; never of a later one, which the
-- office could not know.
ASOF LEFT JOIN inhabitants AS n ON n.region_code = w.region_code AND w.year >= n.year
-- a change needs two consecutive years: a gap is not bridged
LEFT JOIN wide AS b ON b.region_code = w.region_code AND b.year = w.year - 1
ORDER BY w.region, w.year
