/*
row_en = "One figure of a region and year as known at the end of a day, stated or derived, with the cells that it is made from."
row_fr = "Un chiffre d'une région et d'une année tel que connu un jour donné, énoncé ou dérivé, et les cellules dont il est fait."
key = ["region_code", "year", "figure"]
required = ["region", "value", "known_on", "observation_ids"]
parameters = ["as_of_day"]
columns = [
    "region_code", "region", "year", "figure", "value", "qualifier", "obs_status", "known_on", "observation_ids",
]

[describe.value]
type = "DOUBLE"
en = "Value in the unit of the indicator, or of the column of kpi.regional; never null."
fr = "Valeur dans l'unité de l'indicateur, ou de la colonne de kpi.regional ; jamais nulle."

[describe.qualifier]
en = "How a stated figure is hedged: =, >, <, ~ or interval; null for a derived one."
fr = "Nuance d'un chiffre énoncé : =, >, <, ~ ou interval ; nulle pour un chiffre dérivé."
allowed = ["=", ">", "<", "~", "interval"]

[describe.obs_status]
en = "Status of a stated figure, after the SDMX code list; null for a derived one."
fr = "Statut d'un chiffre énoncé, d'après la liste SDMX ; nul pour un chiffre dérivé."
allowed = ["A", "P", "E", "R", "B", "Q", "O", "N", "M"]
*/
WITH stated AS (
    SELECT
        territory_code AS region_code,
        territory AS region,
        year,
        indicator AS figure,
        value,
        -- Can the figure enter a ratio or a change? "Plus de 70 000" is a bound: a ratio of bounds says nothing.
        CASE WHEN qualifier IN ('=', '~') THEN value END AS point,
        qualifier,
        obs_status,
        known_on,
        observation_id
    FROM fact.annual_as_of(as_of_day)
    WHERE
        territory_level = 'region'
        AND indicator IN (
            '{{ scorecard | join("', '") }}'
        )
),

-- How is each derived figure made? factor × numerator / denominator + constant. The denominator is that of the latest
-- year, among those from "nearest" to "furthest" years before the numerator's, in which it is known.
ratios (figure, numerator, denominator, factor, constant, nearest, furthest) AS (
    VALUES
{% for ratio in ratios %}
        (
            '{{ ratio.code }}', '{{ ratio.numerator }}', '{{ ratio.denominator }}', {{ ratio.factor }},
            {{ ratio.constant }}, {{ ratio.nearest }}, {{ ratio.furthest }}
        ){{ "," if not loop.last }}
{% endfor %}
),

derived AS (
    SELECT
        n.region_code,
        n.region,
        n.year,
        r.figure,
        r.factor * n.point / d.point + r.constant AS value,
        greatest(n.known_on, d.known_on) AS known_on,
        [n.observation_id, d.observation_id] AS observation_ids
    FROM ratios AS r
    JOIN stated AS n ON n.figure = r.numerator
    JOIN stated AS d
        ON d.figure = r.denominator
        AND d.region_code = n.region_code
        AND d.year BETWEEN n.year - r.furthest AND n.year - r.nearest
    WHERE n.point IS NOT NULL AND d.point <> 0
    QUALIFY row_number() OVER (PARTITION BY n.region_code, n.year, r.figure ORDER BY d.year DESC) = 1
)

SELECT region_code, region, year, figure, value, qualifier, obs_status, known_on, [observation_id] AS observation_ids
FROM stated
UNION ALL
SELECT region_code, region, year, figure, value, NULL, NULL, known_on, observation_ids
FROM derived
ORDER BY region, year, figure
