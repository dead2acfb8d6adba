{# Which region does a figure speak for? Its own, that of its department (t), or that whose office sent its file (s). #}
{% macro region_spoken_for(figure, territory, submission) -%}
CASE {{ figure }}.territory_level
    WHEN 'region' THEN {{ figure }}.territory_code
    WHEN 'department' THEN {{ territory }}.parent_code
    ELSE {{ submission }}.region_code
END
{%- endmacro %}
