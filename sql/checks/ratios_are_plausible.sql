/*
relation = "kpi.regional"
blocking = false
en = "Every ratio and change of kpi.regional lies within the bounds that are declared beside it."
fr = "Tout ratio et toute évolution de kpi.regional sont dans les bornes déclarées avec eux."
*/
-- Is an aid of two cents published? Where nothing was stated before, no change tells that an amount was written in
-- another unit; what it comes to for each aid or household does. The bounds stand in reference/ratios.toml.
WITH bounds (figure, unit, plausible_least, plausible_most) AS (
    VALUES
{% for ratio in ratios %}
        (
            '{{ ratio.code }}', '{{ ratio.unit | replace("'", "''") }}',
            {{ "NULL" if ratio.plausible_least is none else ratio.plausible_least }},
            {{ "NULL" if ratio.plausible_most is none else ratio.plausible_most }}
        ){{ "," if not loop.last }}
{% endfor %}
),

-- the few that are out of bounds are picked first, and only their cells are looked up
implausible AS (
    SELECT
        f.figure, f.region, f.year, f.value, b.unit, b.plausible_least, b.plausible_most,
        unnest(list_distinct(f.observation_ids)) AS observation_id
    FROM kpi.regional_figure AS f
    JOIN bounds AS b USING (figure)
    WHERE f.value < b.plausible_least OR f.value > b.plausible_most
)

SELECT
    f.* EXCLUDE (observation_id),
    list(concat('[', s.file, ']', o.sheet, '!', o.cell) ORDER BY o.indicator, o.period_end) AS cells
FROM implausible AS f
JOIN fact.observation AS o USING (observation_id)
JOIN fact.submission AS s USING (submission_id)
GROUP BY ALL
