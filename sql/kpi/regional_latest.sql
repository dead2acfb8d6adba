{% from 'macros/counts.sql' import whole %}
/*
row_en = "One region of today, reporting or not: the latest known figure of each indicator, and its year."
row_fr = "Une région actuelle, qu'elle ait répondu ou non : le dernier chiffre connu de chaque indicateur, et son année."
key = ["region_code"]
required = ["region"]
wide = true
columns = [
    "region_code", "region",
{% for code in scorecard %}
    "{{ code }}", "{{ code }}_year", "{{ code }}_marks",
{% endfor %}
]
# a figure of kpi.regional, and the year that it is of
lineage = '''
WITH latest AS (
    UNPIVOT (SELECT region_code, COLUMNS('.*_year') FROM kpi.regional_latest)
    ON * EXCLUDE (region_code)
    INTO NAME year_column VALUE year
)

SELECT
    r.figure, 'region' AS territory_level, r.region_code AS territory_code, CAST(r.year AS VARCHAR) AS period,
    '' AS item, r.value AS figure_value, 'stated' AS role, unnest(r.observation_ids) AS observation_id
FROM latest AS l
JOIN kpi.regional_figure AS r
    ON r.region_code = l.region_code
    AND r.figure = left(l.year_column, -5)
    AND r.year = l.year
'''
shown = '''
WITH latest AS (
    UNPIVOT (SELECT region_code, COLUMNS('.*_year') FROM kpi.regional_latest)
    ON * EXCLUDE (region_code)
    INTO NAME year_column VALUE year
)

SELECT
    left(year_column, -5) AS figure, 'region' AS territory_level, region_code AS territory_code,
    CAST(year AS VARCHAR) AS period, '' AS item, 'stated' AS role, 1 AS cells
FROM latest
'''
*/
-- What is the latest that we know of each region? A region that reported nothing keeps its row, empty: it shows.
WITH figures AS (
    SELECT
        *,
        -- what is to be known beside a figure: how it is hedged, that it is not final, not undisputed, or of whom it is
        concat_ws(
            ', ',
            nullif(qualifier, '='),
            CASE WHEN obs_status IN ('P', 'E') THEN obs_status END,
            CASE WHEN known_before_period_end THEN 'early' END,
            CASE WHEN is_disputed THEN 'disputed' END,
            nullif(population, '')
        ) AS marks
    FROM kpi.regional_figure
)

SELECT
    r.code AS region_code,
    r.name AS region,
{% for code in scorecard %}
    {{ whole("max_by(f.value, f.year) FILTER (f.figure = '" ~ code ~ "')", code, counted) }} AS {{ code }},
    max(f.year) FILTER (f.figure = '{{ code }}') AS {{ code }}_year,
    nullif(max_by(f.marks, f.year) FILTER (f.figure = '{{ code }}'), '') AS {{ code }}_marks{{ "," if not loop.last }}
{% endfor %}
FROM dim.territory AS r
LEFT JOIN figures AS f ON f.region_code = r.code
WHERE r.level = 'region' AND r.valid_to IS NULL
GROUP BY r.code, r.name
ORDER BY r.name
