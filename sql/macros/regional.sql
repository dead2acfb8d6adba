{% from 'macros/counts.sql' import whole %}
{#
regional_figures(annual): each figure of a region and year, stated or derived, with the cells that it is made from; from
kpi.annual or from what it was on a day. The formulas stand here alone.

regional(figures): the same, a row for each region and year. Each figure as it was stated, then what is derived from it;
approvals stay null where only their two parts are stated.
#}
{% macro regional_figures(annual) -%}
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
    FROM {{ annual }}
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
{%- endmacro %}
{% macro regional(figures) -%}
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
FROM {{ figures }}
GROUP BY region_code, year
ORDER BY region, year
{%- endmacro %}
