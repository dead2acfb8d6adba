{#
The names of a period, made here and nowhere else. Both are of a row with period_start, period_end and frequency.

period_code(period): as ISO 8601 and SDMX write it, which sorts: 2021, 2021-S1, 2024-Q1, 2024-03, 2021-12-31 and, from
one to another, 2018/2022 or 2018-03-01/2019-02-28.

period_label(period): as people write it in French: 2021, S1 2021, T1 2024, 03/2024, 31/12/2021, 2018-2022.

is_of_whole_years(period): whether it goes from a 1 January to a 31 December.
#}
{% macro is_of_whole_years(period) -%}
(strftime({{ period }}.period_start, '%m%d') = '0101' AND strftime({{ period }}.period_end, '%m%d') = '1231')
{%- endmacro %}
{% macro period_code(period) -%}
CASE
    WHEN {{ period }}.frequency = 'A' THEN strftime({{ period }}.period_end, '%Y')
    WHEN {{ period }}.frequency = 'S'
        THEN concat(strftime({{ period }}.period_end, '%Y-S'), (month({{ period }}.period_end) + 5) // 6)
    WHEN {{ period }}.frequency = 'Q'
        THEN concat(strftime({{ period }}.period_end, '%Y-Q'), quarter({{ period }}.period_end))
    WHEN {{ period }}.frequency = 'M' THEN strftime({{ period }}.period_end, '%Y-%m')
    WHEN {{ period }}.period_start = {{ period }}.period_end THEN strftime({{ period }}.period_end, '%Y-%m-%d')
    WHEN {{ is_of_whole_years(period) }}
        THEN strftime({{ period }}.period_start, '%Y/') || strftime({{ period }}.period_end, '%Y')
    ELSE strftime({{ period }}.period_start, '%Y-%m-%d/') || strftime({{ period }}.period_end, '%Y-%m-%d')
END
{%- endmacro %}
{% macro period_label(period) -%}
CASE
    WHEN {{ period }}.frequency = 'A' THEN strftime({{ period }}.period_end, '%Y')
    WHEN {{ period }}.frequency = 'S'
        THEN concat('S', (month({{ period }}.period_end) + 5) // 6, strftime({{ period }}.period_end, ' %Y'))
    WHEN {{ period }}.frequency = 'Q'
        THEN concat('T', quarter({{ period }}.period_end), strftime({{ period }}.period_end, ' %Y'))
    WHEN {{ period }}.frequency = 'M' THEN strftime({{ period }}.period_end, '%m/%Y')
    WHEN {{ period }}.period_start = {{ period }}.period_end THEN strftime({{ period }}.period_end, '%d/%m/%Y')
    WHEN {{ is_of_whole_years(period) }}
        THEN strftime({{ period }}.period_start, '%Y-') || strftime({{ period }}.period_end, '%Y')
    ELSE strftime({{ period }}.period_start, '%d/%m/%Y-') || strftime({{ period }}.period_end, '%d/%m/%Y')
END
{%- endmacro %}
