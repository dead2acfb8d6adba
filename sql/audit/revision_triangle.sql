/*
row_en = "One figure as it was known for the n-th time: FROM audit.revision_triangle('approvals'). Each row of a pivot on vintage is one figure."
row_fr = "Un chiffre tel que connu pour la n-ième fois : FROM audit.revision_triangle('approvals'). Chaque ligne d'un pivot sur vintage est un chiffre."
key = ["indicator", "breakdown", "territory_level", "territory_code", "period_start", "period_end", "vintage"]
required = ["period", "period_label", "unit", "known_on", "days_since_first", "is_current", "source", "observation_id"]
parameters = ["wanted_indicator"]
columns = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "period", "period_label", "period_start", "period_end",
    "unit", "vintage", "value", "first_value", "difference", "difference_percent", "known_on", "days_since_first",
    "is_current", "source", "observation_id",
]

[describe.vintage]
type = "INTEGER"
en = "How often the figure had been published by then, this time included: 1 is the first publication."
fr = "Nombre de publications du chiffre à cette date, celle-ci comprise : 1 est la première."
minimum = 1

[describe.first_value]
type = "DOUBLE"
en = "Value first published."
fr = "Valeur publiée la première fois."

[describe.difference]
type = "DOUBLE"
en = "Value minus the first one."
fr = "Valeur moins la première."

[describe.difference_percent]
type = "DOUBLE"
unit = "percent"
en = "Difference in percent of the first value."
fr = "Différence en pourcentage de la première valeur."

[describe.days_since_first]
type = "INTEGER"
en = "Days since the first publication."
fr = "Jours écoulés depuis la première publication."
minimum = 0

[describe.is_current]
type = "BOOLEAN"
en = "Whether it is the value that holds today."
fr = "Vrai si c'est la valeur qui prévaut aujourd'hui."
*/
-- A file that is sent again does not publish anew what it repeats: of an unbroken run the last statement is taken.
WITH published AS (
    FROM fact.observation_history
    WHERE indicator = lower(wanted_indicator) AND (superseded_on IS NULL OR superseded_on > holds_from)
    QUALIFY row_number() OVER (PARTITION BY series_key, period_start, period_end, known_on ORDER BY vintage_rank) = 1
)

-- How does a figure settle? Its values in the order in which they held; a statement that a better source set aside on
-- the day it came was never the known figure, and is left out. Revisions one by one are in audit.revision.
SELECT
    indicator,
    breakdown,
    territory_level,
    territory_code,
    territory_id,
    territory,
    period,
    period_label,
    period_start,
    period_end,
    unit,
    CAST(row_number() OVER publications AS INTEGER) AS vintage,
    value,
    first_value(value IGNORE NULLS) OVER publications AS first_value,
    value - first_value(value IGNORE NULLS) OVER publications AS difference,
    100 * (value / nullif(first_value(value IGNORE NULLS) OVER publications, 0) - 1) AS difference_percent,
    known_on,
    CAST(known_on - first_value(known_on) OVER publications AS INTEGER) AS days_since_first,
    superseded_on IS NULL AS is_current,
    source,
    observation_id
FROM published
WINDOW publications AS (
    PARTITION BY series_key, period_start, period_end
    ORDER BY known_on, vintage_rank DESC
)
