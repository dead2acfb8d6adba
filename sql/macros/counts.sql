{#
whole(value, code, counted): a figure of an indicator in a column of its own: whole, where the indicator counts things.
Half a household is the middle of "3000 à 4001", and none.
#}
{% macro whole(value, code, counted) -%}
{{ "CAST(round(" ~ value ~ ") AS BIGINT)" if code in counted else value }}
{%- endmacro %}
