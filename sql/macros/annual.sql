{#
Which figures are annual, of which year, and which one stands for a year.

is_annual(figure, indicator): a flow over a calendar year, or a stock of a year or of a day in it.

at_date(figure): the last day that it is about. 1 January is the evening before: "au 1er janvier 2023" and "au
31 décembre 2022" are one date, which people write under either year.

rank_in_year(figure): 1 for the one that stands for its year. Which stock stands for a year that has several? The one at
the latest date of that year.

annual(observations): the figures that can stand in a table by year, of the rows of fact.observation or alike.
#}
{% macro is_annual(figure, indicator) -%}
(
    ({{ indicator }}.measure = 'flow' AND {{ figure }}.frequency = 'A')
    OR (
        {{ indicator }}.measure = 'stock'
        AND ({{ figure }}.frequency = 'A' OR {{ figure }}.period_start = {{ figure }}.period_end)
    )
)
{%- endmacro %}
{% macro at_date(figure) -%}
if(strftime({{ figure }}.period_end, '%m%d') = '0101', {{ figure }}.period_end - 1, {{ figure }}.period_end)
{%- endmacro %}
{% macro rank_in_year(figure) -%}
row_number() OVER (
    PARTITION BY {{ figure }}.series_key, year({{ figure }}.period_end)
    ORDER BY {{ figure }}.period_end DESC, {{ figure }}.known_on DESC, {{ figure }}.period_start DESC
)
{%- endmacro %}
{% macro annual(observations) -%}
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
FROM {{ observations }} AS o
JOIN dim.indicator AS i ON i.code = o.indicator
WHERE
    o.value IS NOT NULL
    AND o.breakdown = ''
    AND {{ is_annual("o", "i") | indent }}
QUALIFY {{ rank_in_year("o") }} = 1
{%- endmacro %}
