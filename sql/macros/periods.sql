{#
period_name(figure): how people write its period: 2021, 2018-2022, T1 2024, 31/12/2021.
#}
{% macro period_name(figure) -%}
CASE
    WHEN {{ figure }}.frequency = 'A' THEN strftime({{ figure }}.period_end, '%Y')
    WHEN {{ figure }}.frequency = 'S'
        THEN concat('S', (month({{ figure }}.period_end) + 5) // 6, strftime({{ figure }}.period_end, ' %Y'))
    WHEN {{ figure }}.frequency = 'Q'
        THEN concat('T', quarter({{ figure }}.period_end), strftime({{ figure }}.period_end, ' %Y'))
    WHEN {{ figure }}.frequency = 'M' THEN strftime({{ figure }}.period_end, '%m/%Y')
    WHEN {{ figure }}.period_start = {{ figure }}.period_end THEN strftime({{ figure }}.period_end, '%d/%m/%Y')
    WHEN strftime({{ figure }}.period_start, '%m%d') = '0101' AND strftime({{ figure }}.period_end, '%m%d') = '1231'
        THEN strftime({{ figure }}.period_start, '%Y-') || strftime({{ figure }}.period_end, '%Y')
    ELSE strftime({{ figure }}.period_start, '%d/%m/%Y-') || strftime({{ figure }}.period_end, '%d/%m/%Y')
END
{%- endmacro %}
