{#
Which figures are annual, of which year, and which one stands for a year.

is_annual(figure, indicator): a flow over a calendar year, or a stock of a year or of a day in it.

at_date(figure): the last day that it is about. 1 January is the evening before: "au 1er janvier 2023" and "au
31 décembre 2022" are one date, which people write under either year.

rank_in_year(figure): 1 for the one that stands for its year. Which stock stands for a year that has several? The one at
the latest date of that year.
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
