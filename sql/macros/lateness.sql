{#
last_due(coverage, day): the rows of audit.coverage, or of what audit.coverage_on gives, for the last year that was due
on a day, source by source. Not each year since ever: nobody acts on those.

late(coverage, day): who is late with it: a row a source.
#}
{% macro last_due(coverage, day) -%}
SELECT *
FROM {{ coverage }}
WHERE due_on < {{ day }}
QUALIFY year = max(year) OVER (PARTITION BY source)
{%- endmacro %}
{% macro late(coverage, day) -%}
SELECT
    source,
    year,
    any_value(due_on) AS due_on,
    count(*) AS regions,
    string_agg(region, ', ' ORDER BY region) AS who
FROM (
    {{ last_due(coverage, day) | indent }}
)
WHERE status IN ('late', 'rejected')
GROUP BY source, year
{%- endmacro %}
