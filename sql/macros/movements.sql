{#
The cells behind some national figures of a release, by indicator and year: "" for this one, "previous." for the one
before. `role` is stated (the cell that states the published figure) or part (that of a region).
#}
{% macro national_cells(release, some) -%}
SELECT
    c.indicator,
    c.year,
    c.role,
    c.observation_id,
    o.submission_id,
    o.source,
    o.territory_id,
    o.territory_code,
    concat('[', s.file, ']', o.sheet, '!', o.cell) AS at_cell
FROM (
    SELECT indicator, year, 'stated' AS role, published_observation_id AS observation_id
    FROM {{ release }}kpi.national
    SEMI JOIN {{ some }} USING (indicator, year)
    WHERE published_observation_id IS NOT NULL
    UNION ALL
    SELECT indicator, year, 'part', unnest(regions_observation_ids)
    FROM {{ release }}kpi.national
    SEMI JOIN {{ some }} USING (indicator, year)
) AS c
JOIN {{ release }}fact.observation AS o USING (observation_id)
JOIN {{ release }}fact.submission AS s USING (submission_id)
{%- endmacro %}
{#
The cells behind the value of each national figure of one side, as a text of at most five: those that are not behind it
on the other side, or all where they are the same.
#}
{% macro shown_cells(own, other, release) -%}
SELECT
    indicator,
    year,
    array_to_string(cells[1:5], '; ') || if(len(cells) > 5, ' …', '') AS cells
FROM (
    SELECT
        c.indicator,
        c.year,
        coalesce(
            list(c.at_cell ORDER BY c.at_cell) FILTER (x.observation_id IS NULL), list(c.at_cell ORDER BY c.at_cell)
        ) AS cells
    FROM {{ own }} AS c
    JOIN {{ release }}kpi.national AS k
        ON k.indicator = c.indicator
        AND k.year = c.year
        AND c.role = if(k.basis = 'published', 'stated', 'part')
    LEFT JOIN {{ other }} AS x
        ON x.indicator = c.indicator
        AND x.year = c.year
        AND x.role = c.role
        AND x.observation_id = c.observation_id
    GROUP BY ALL
)
{%- endmacro %}
{# A number in a sentence, in English or in French. #}
{% macro number_en(value) -%}
format('{:,.15g}', {{ value }})
{%- endmacro %}
{% macro number_fr(value) -%}
translate(format('{:,.15g}', {{ value }}), ',.', ' ,')
{%- endmacro %}
