{#
national(annual): what is known of the nation, from kpi.annual or from what it was on a day.

What is known of the nation? What kpi.annual says of it. A rate of some regions says nothing of the nation.
#}
{% macro national(annual) -%}
SELECT
    indicator,
    label_fr,
    label_en,
    year,
    value,
    unit,
    basis,
    stated_value AS published_value,
    stated_qualifier AS published_qualifier,
    parts_sum AS regions_sum,
    parts_reporting AS regions_reporting,
    parts_expected AS regions_expected,
    coverage,
    gap,
    verdict,
    CASE verdict WHEN 'consistent' THEN TRUE WHEN 'inconsistent' THEN FALSE END AS is_consistent,
    precision,
    qualifier,
    at_least,
    at_most,
    obs_status,
    population,
    is_disputed,
    known_before_period_end,
    known_on,
    stated_observation_id AS published_observation_id,
    parts_observation_ids AS regions_observation_ids
FROM {{ annual }}
WHERE territory_level = 'national'
ORDER BY indicator, year
{%- endmacro %}
