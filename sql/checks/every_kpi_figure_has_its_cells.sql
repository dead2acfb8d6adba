/*
relation = "audit.lineage"
blocking = true
en = "Every figure of every kpi relation leads to the cells that it is made from."
fr = "Tout chiffre de toute relation kpi mène aux cellules dont il est fait."
*/
-- Can each number be defended? Counted here from what the KPIs show, and not from what they say of their cells.
WITH regional AS (
    UNPIVOT (SELECT * EXCLUDE (region, hedged, provisional, known_on) FROM kpi.regional)
    ON * EXCLUDE (region_code, year)
    INTO NAME figure VALUE value
),

latest AS (
    UNPIVOT (SELECT region_code, COLUMNS('.*_year') FROM kpi.regional_latest)
    ON * EXCLUDE (region_code)
    INTO NAME year_column VALUE year
),

agreements AS (
    UNPIVOT (SELECT * EXCLUDE (territory) FROM kpi.agreements)
    ON * EXCLUDE (territory_level, territory_code, year, agreement_kind)
    INTO NAME figure VALUE count
),

-- how many cells must there be at least behind each?
shown AS (
    SELECT
        'kpi.regional' AS relation_name, figure, 'region' AS territory_level, region_code AS territory_code,
        CAST(year AS VARCHAR) AS period, '' AS item, 'any' AS role, 1 AS cells
    FROM regional
    UNION ALL
    SELECT
        'kpi.regional_latest', left(year_column, -5), 'region', region_code, CAST(year AS VARCHAR), '', 'stated', 1
    FROM latest
    UNION ALL
    SELECT 'kpi.national', indicator, 'national', 'FR', CAST(year AS VARCHAR), '', 'stated', 1
    FROM kpi.national
    WHERE published_value IS NOT NULL
    UNION ALL
    SELECT
        'kpi.national', indicator, 'national', 'FR', CAST(year AS VARCHAR), '',
        CASE WHEN basis = 'published' THEN 'compared' ELSE 'part' END, regions_reporting
    FROM kpi.national
    UNION ALL
    SELECT 'kpi.target_progress', indicator, 'national', 'FR', NULL, concat(plan, ', ', line_id), 'target', 1
    FROM kpi.target_progress
    UNION ALL
    SELECT
        'kpi.target_progress', indicator, 'national', 'FR', NULL, concat(plan, ', ', line_id), 'achieved', years_known
    FROM kpi.target_progress
    UNION ALL
    SELECT
        'kpi.agreements', figure, territory_level, territory_code, coalesce(CAST(year AS VARCHAR), ''),
        agreement_kind, 'part', count
    FROM agreements
)

SELECT
    s.relation_name, s.figure, s.territory_code, s.period, s.item, s.role, s.cells,
    count(l.observation_id) AS cells_found
FROM shown AS s
LEFT JOIN audit.lineage AS l
    ON l.relation_name = s.relation_name
    AND l.figure = s.figure
    AND l.territory_level = s.territory_level
    AND l.territory_code = s.territory_code
    AND l.item = s.item
    AND (s.period IS NULL OR l.period = s.period)
    AND (s.role = 'any' OR l.role = s.role)
GROUP BY ALL
HAVING cells_found < s.cells
