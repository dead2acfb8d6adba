{#
How sentences write what they tell of; language is 'fr' or 'en'.

number(value, language): a figure with its thousands apart, a small one with five digits at most.

percent(value, language): a change in percent with its sign, in brackets; nothing where there is none.

several(count, one, many): "1 fichier", "3 fichiers".

counted(reason, count, place, language): "CODE × 176, par exemple [file]sheet!cell": the sentence behind it is of that
place alone; of one there is no example.
#}
{% macro number(value, language) -%}
translate(
    if(
        abs({{ value }}) < 1000,
        format('{:.5g}', {{ value }}),
        format('{:,.0f}', {{ value }})
    ),
    ',.',
    '{{ " ," if language == "fr" else ",." }}'
)
{%- endmacro %}
{% macro percent(value, language) -%}
replace(coalesce(format(' ({:+.1f} %)', {{ value }}), ''), '.', '{{ "," if language == "fr" else "." }}')
{%- endmacro %}
{% macro several(count, one, many) -%}
concat({{ count }}, if({{ count }} = 1, ' {{ one }}', ' {{ many }}'))
{%- endmacro %}
{% macro counted(reason, count, place, language) -%}
concat(
    {{ reason }}, ' × ', {{ count }},
    if({{ count }} > 1, concat('{{ ", par exemple " if language == "fr" else ", for instance " }}', {{ place }}), '')
)
{%- endmacro %}
