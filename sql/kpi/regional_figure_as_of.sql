/*
row_en = "One figure of a region and year as known at the end of a day, stated or derived, with the cells that it is made from."
row_fr = "Un chiffre d'une région et d'une année tel que connu un jour donné, énoncé ou dérivé, et les cellules dont il est fait."
key = ["region_code", "year", "figure"]
required = [
    "region", "population", "value", "qualifier", "obs_status", "is_disputed", "known_before_period_end", "known_on",
    "observation_ids",
]
parameters = ["as_of_day"]
columns = [
    "region_code", "region", "year", "figure", "population", "value", "qualifier", "at_least", "at_most", "obs_status",
    "is_disputed", "known_before_period_end", "known_on", "observation_ids",
]

[describe.value]
type = "DOUBLE"
en = "Value in the unit of the indicator, or of the column of kpi.regional; never null."
fr = "Valeur dans l'unité de l'indicateur, ou de la colonne de kpi.regional ; jamais nulle."

[describe.qualifier]
en = "How the figure is hedged: =, >, <, ~ or interval; of a derived one: ~ where one of its terms is hedged."
fr = "Nuance du chiffre : =, >, <, ~ ou interval ; d'un chiffre dérivé : ~ si l'un de ses termes est nuancé."
allowed = ["=", ">", "<", "~", "interval"]

[describe.obs_status]
en = "Status of the figure, after the SDMX code list; of a derived one: P or E where one of its terms is."
fr = "Statut du chiffre, d'après la liste SDMX ; d'un chiffre dérivé : P ou E si l'un de ses termes l'est."
allowed = ["A", "P", "E", "R", "B", "Q", "O", "N", "M"]
*/
WITH stated AS (
    SELECT
        territory_code AS region_code,
        territory AS region,
        year,
        indicator AS figure,
        population,
        value,
        -- Can it enter a ratio or a change? Of a bound ("plus de 70 000") and of another population nothing follows.
        CASE WHEN qualifier IN ('=', '~') AND population = '' THEN value END AS point,
        qualifier,
        at_least,
        at_most,
        obs_status,
        is_disputed,
        known_before_period_end,
        known_on,
        stated_observation_id AS observation_id
    FROM kpi.annual_as_of(as_of_day)
    WHERE
        territory_level = 'region'
        -- what its departments add up to stands in kpi.annual, and is not taken for what its office says
        AND basis = 'published'
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
        CASE
            WHEN 'P' IN (n.obs_status, d.obs_status) THEN 'P'
            WHEN 'E' IN (n.obs_status, d.obs_status) THEN 'E'
            ELSE 'A'
        END AS obs_status,
        if(n.qualifier = '=' AND d.qualifier = '=', '=', '~') AS qualifier,
        n.is_disputed OR d.is_disputed AS is_disputed,
        n.known_before_period_end OR d.known_before_period_end AS known_before_period_end,
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

SELECT * EXCLUDE (point, observation_id), [observation_id] AS observation_ids
FROM stated
UNION ALL BY NAME
SELECT *, '' AS population
FROM derived
ORDER BY region, year, figure
