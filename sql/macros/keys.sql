{#
The keys of what figures are about, made here and nowhere else.

territory_id(level, code): FR, REG-32, DEP-59, OTH-DROM. A code alone is not unique: 11 is a region and a department.

series_key(indicator, population, territory_id, breakdown): approvals/REG-32, approvals/REG-32/logements sociaux, and,
for another population than that of the definition, approvals@all_landlords/REG-32. One series of figures over time. No
indicator, population or territory has a slash or an @, and the breakdown comes last: no two series have one key.
#}
{% macro territory_id(level, code) -%}
CASE {{ level }}
    WHEN 'national' THEN {{ code }}
    WHEN 'region' THEN 'REG-' || {{ code }}
    WHEN 'department' THEN 'DEP-' || {{ code }}
    ELSE 'OTH-' || {{ code }}
END
{%- endmacro %}
{% macro series_key(indicator, population, territory_id, breakdown) -%}
concat_ws(
    '/',
    concat_ws('@', {{ indicator }}, nullif({{ population }}, '')),
    {{ territory_id }},
    nullif({{ breakdown }}, '')
)
{%- endmacro %}
