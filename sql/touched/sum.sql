{% from 'macros/keys.sql' import territory_id %}
{% from 'macros/periods.sql' import period_code %}
/*
row = "One figure that may be a total or a rate of which a part is touched (period), or one that such is held against."
keys = [
    ["indicator", "territory_id", "period_start", "period_end"],
    ["indicator", "territory_id", "period"],
]
*/
WITH figures AS (
    SELECT DISTINCT indicator, territory_level, territory_code, period, period_start, period_end
    FROM temp.touched_figure
),

parts_of AS (
    SELECT level, code, 'region' AS whole_level, parent_code AS whole_code
    FROM stage.territory
    WHERE level = 'department'
    UNION ALL
    SELECT level, code, 'national', 'FR' FROM stage.territory WHERE level = 'region'
),

-- which rates of change are there? They are few; each is held against the figures of two years
rates AS (
    SELECT DISTINCT
        o.indicator, i.growth_of, o.territory_level, o.territory_code, {{ period_code("o") | indent(8) }} AS period,
        o.period_start, o.period_end
    FROM stage.observation AS o
    JOIN stage.indicator AS i ON i.code = o.indicator AND i.growth_of IS NOT NULL
),

periods AS (
    SELECT period_start, period_end FROM stage.observation WHERE EXISTS (FROM rates)
    UNION
    SELECT period_start, period_end FROM figures
),

rated AS (
    SELECT *, period_start AS base_start, period_end AS base_end FROM rates
    UNION ALL
    SELECT r.*, b.period_start, b.period_end
    FROM rates AS r
    JOIN periods AS b
        ON b.period_start = r.period_start - INTERVAL 1 YEAR
        AND year(b.period_end) = year(r.period_end) - 1
),

totals AS (
    FROM figures
    UNION
    SELECT f.indicator, p.whole_level, p.whole_code, f.period, f.period_start, f.period_end
    FROM figures AS f
    JOIN parts_of AS p ON p.level = f.territory_level AND p.code = f.territory_code
    UNION
    SELECT
        unnest([i.part_of, i.included_in]), f.territory_level, f.territory_code, f.period, f.period_start, f.period_end
    FROM figures AS f
    JOIN stage.indicator AS i ON i.code = f.indicator
    UNION
    SELECT r.indicator, r.territory_level, r.territory_code, r.period, r.period_start, r.period_end
    FROM rated AS r
    JOIN figures AS f
        ON f.indicator = r.growth_of
        AND f.territory_level = r.territory_level
        AND f.territory_code = r.territory_code
        AND f.period_start = r.base_start
        AND f.period_end = r.base_end
),

held_against AS (
    SELECT indicator, territory_level, territory_code, period_start, period_end FROM totals
    UNION
    SELECT t.indicator, p.level, p.code, t.period_start, t.period_end
    FROM totals AS t
    JOIN parts_of AS p ON p.whole_level = t.territory_level AND p.whole_code = t.territory_code
    UNION
    SELECT i.code, t.territory_level, t.territory_code, t.period_start, t.period_end
    FROM totals AS t
    JOIN (
        SELECT code, unnest([part_of, included_in]) AS whole FROM stage.indicator
    ) AS i ON i.whole = t.indicator
    UNION
    SELECT r.growth_of, r.territory_level, r.territory_code, r.base_start, r.base_end
    FROM totals AS t
    JOIN rated AS r USING (indicator, territory_level, territory_code, period_start, period_end)
)

SELECT
    indicator,
    {{ territory_id("territory_level", "territory_code") | indent }} AS territory_id,
    period,
    CAST(NULL AS DATE) AS period_start,
    CAST(NULL AS DATE) AS period_end
FROM totals
WHERE indicator IS NOT NULL
UNION ALL
SELECT
    indicator,
    {{ territory_id("territory_level", "territory_code") | indent }} AS territory_id,
    NULL,
    period_start,
    period_end
FROM held_against
WHERE indicator IS NOT NULL
