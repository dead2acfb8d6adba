/*
row_en = "One region of today, reporting or not: the latest known figure of each indicator, and its year."
row_fr = "Une région actuelle, qu'elle ait répondu ou non : le dernier chiffre connu de chaque indicateur, et son année."
key = ["region_code"]
required = ["region"]
columns = [
    "region_code", "region", "households_housed", "households_housed_year", "aids_and_services",
    "aids_and_services_year", "aid_amount_eur", "aid_amount_eur_year", "approvals", "approvals_year", "starts",
    "starts_year", "deliveries", "deliveries_year", "onv_acquisitions", "onv_acquisitions_year", "approvals_social",
    "approvals_social_year", "approvals_intermediate", "approvals_intermediate_year", "rehabilitations",
    "rehabilitations_year", "employees_aided", "employees_aided_year", "households_aided", "households_aided_year",
    "visale_contracts", "visale_contracts_year", "landlord_financing_eur", "landlord_financing_eur_year",
    "social_production_investment_eur", "social_production_investment_eur_year", "investment_eur",
    "investment_eur_year", "stock_dwellings", "stock_dwellings_year", "social_stock", "social_stock_year", "population",
    "population_year",
]
*/
-- What is the latest that we know of each region? A region that reported nothing keeps its row, empty: it shows.
SELECT
    r.code AS region_code,
    r.name AS region,
    -- max_by skips years in which the indicator is unknown
    max_by(k.households_housed, k.year) AS households_housed,
    max(k.year) FILTER (k.households_housed IS NOT NULL) AS households_housed_year,
    max_by(k.aids_and_services, k.year) AS aids_and_services,
    max(k.year) FILTER (k.aids_and_services IS NOT NULL) AS aids_and_services_year,
    max_by(k.aid_amount_eur, k.year) AS aid_amount_eur,
    max(k.year) FILTER (k.aid_amount_eur IS NOT NULL) AS aid_amount_eur_year,
    max_by(k.approvals, k.year) AS approvals,
    max(k.year) FILTER (k.approvals IS NOT NULL) AS approvals_year,
    max_by(k.starts, k.year) AS starts,
    max(k.year) FILTER (k.starts IS NOT NULL) AS starts_year,
    max_by(k.deliveries, k.year) AS deliveries,
    max(k.year) FILTER (k.deliveries IS NOT NULL) AS deliveries_year,
    max_by(k.onv_acquisitions, k.year) AS onv_acquisitions,
    max(k.year) FILTER (k.onv_acquisitions IS NOT NULL) AS onv_acquisitions_year,
    max_by(k.approvals_social, k.year) AS approvals_social,
    max(k.year) FILTER (k.approvals_social IS NOT NULL) AS approvals_social_year,
    max_by(k.approvals_intermediate, k.year) AS approvals_intermediate,
    max(k.year) FILTER (k.approvals_intermediate IS NOT NULL) AS approvals_intermediate_year,
    max_by(k.rehabilitations, k.year) AS rehabilitations,
    max(k.year) FILTER (k.rehabilitations IS NOT NULL) AS rehabilitations_year,
    max_by(k.employees_aided, k.year) AS employees_aided,
    max(k.year) FILTER (k.employees_aided IS NOT NULL) AS employees_aided_year,
    max_by(k.households_aided, k.year) AS households_aided,
    max(k.year) FILTER (k.households_aided IS NOT NULL) AS households_aided_year,
    max_by(k.visale_contracts, k.year) AS visale_contracts,
    max(k.year) FILTER (k.visale_contracts IS NOT NULL) AS visale_contracts_year,
    max_by(k.landlord_financing_eur, k.year) AS landlord_financing_eur,
    max(k.year) FILTER (k.landlord_financing_eur IS NOT NULL) AS landlord_financing_eur_year,
    max_by(k.social_production_investment_eur, k.year) AS social_production_investment_eur,
    max(k.year) FILTER (k.social_production_investment_eur IS NOT NULL) AS social_production_investment_eur_year,
    max_by(k.investment_eur, k.year) AS investment_eur,
    max(k.year) FILTER (k.investment_eur IS NOT NULL) AS investment_eur_year,
    max_by(k.stock_dwellings, k.year) AS stock_dwellings,
    max(k.year) FILTER (k.stock_dwellings IS NOT NULL) AS stock_dwellings_year,
    max_by(k.social_stock, k.year) AS social_stock,
    max(k.year) FILTER (k.social_stock IS NOT NULL) AS social_stock_year,
    max_by(k.population, k.year) AS population,
    max(k.year) FILTER (k.population IS NOT NULL) AS population_year
FROM dim.territory AS r
LEFT JOIN kpi.regional AS k ON k.region_code = r.code
WHERE r.level = 'region' AND r.valid_to IS NULL
GROUP BY r.code, r.name
ORDER BY r.name
