{% from 'macros/annual.sql' import at_date, is_annual, rank_in_year %}
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
-- What can stand in a table by year? Flows over a calendar year and stocks at a date. Cumulative figures, half-years,
-- twelve-month windows and parts of an indicator stay in fact.observation: they mean something else and never mix.
SELECT
    o.indicator,
    o.population,
    o.territory_level,
    o.territory_code,
    o.territory_id,
    o.territory,
    o.series_key,
    CAST(year(o.period_end) AS INTEGER) AS year,
    {{ at_date("o") }} AS at_date,
    o.value,
    o.unit,
    o.precision,
    o.qualifier,
    o.value_low,
    o.value_high,
    o.at_least,
    o.at_most,
    o.obs_status,
    o.is_disputed,
    o.known_before_period_end,
    o.known_on,
    o.observation_id,
    o.submission_id,
    o.sheet,
    o.cell
FROM fact.observation_as_of(as_of_day) AS o
JOIN dim.indicator AS i ON i.code = o.indicator
WHERE
    o.value IS NOT NULL
    AND o.breakdown = ''
    AND {{ is_annual("o", "i") | indent }}
QUALIFY {{ rank_in_year("o") }} = 1
