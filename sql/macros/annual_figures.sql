{% from 'macros/bounds.sql' import reached_least, reached_most, sum_at_least, sum_at_most %}
{% from 'macros/verdict.sql' import verdict %}
{#
figures(annual): what kpi.annual shows, of the rows of fact.annual_as_of or alike.
#}
{% macro figures(annual) -%}
-- Of whom? Of the population of the definition where it is known; another one shows, marked, and enters nothing else.
-- One that is only some of another (a landlord of the Group) stands for no territory, and stays in fact.observation.
WITH figures AS (
    SELECT
        f.*,
        {{ reached_least("f") | indent(8) }} AS least,
        {{ reached_most("f") | indent(8) }} AS most,
        qualifier IN ('=', '~') AS is_point
    FROM {{ annual }} AS f
    LEFT JOIN dim.population AS p USING (population)
    WHERE territory_level IN ('national', 'region', 'department') AND p.population_part_of IS NULL
    QUALIFY row_number() OVER (PARTITION BY indicator, territory_id, year ORDER BY population) = 1
),

-- Which parts make up a territory in a year? Those that exist at its end: before 2016 the 22 former regions.
parts_of AS (
    SELECT
        y.year,
        w.level,
        w.code,
        p.territory_id AS part_id,
        count(*) OVER (PARTITION BY y.year, w.territory_id) AS expected
    FROM (SELECT DISTINCT year FROM figures) AS y
    CROSS JOIN dim.territory AS w
    JOIN dim.territory AS p
        ON (w.level = 'national' AND w.code = 'FR' AND p.level = 'region')
        OR (w.level = 'region' AND p.level = 'department' AND p.parent_code = w.code)
    WHERE
        coalesce(p.valid_from, DATE '0001-01-01') <= make_date(y.year, 12, 31)
        AND coalesce(p.valid_to, DATE '9999-12-31') >= make_date(y.year, 12, 31)
        AND coalesce(w.valid_from, DATE '0001-01-01') <= make_date(y.year, 12, 31)
        AND coalesce(w.valid_to, DATE '9999-12-31') >= make_date(y.year, 12, 31)
),

parts AS (
    SELECT p.year, p.level, p.code, p.part_id, f.indicator, f.at_date, f
    FROM parts_of AS p
    JOIN figures AS f ON f.territory_id = p.part_id AND f.year = p.year AND f.population = ''
    JOIN dim.indicator AS i ON i.code = f.indicator AND i.is_additive
),

-- Stocks are added up at one date only: that of the figure stated for the whole, else that of most parts of the year.
dates AS (
    SELECT level, code, indicator, year, at_date
    FROM (
        SELECT territory_level AS level, territory_code AS code, indicator, year, at_date, 999 AS parts
        FROM figures
        WHERE population = ''
        UNION ALL
        SELECT level, code, indicator, year, at_date, count(*)
        FROM parts
        GROUP BY ALL
    )
    QUALIFY row_number() OVER (PARTITION BY level, code, indicator, year ORDER BY parts DESC, at_date DESC) = 1
),

-- 31 December and the next 1 January are one date, though people write it under two years
at_one_date AS (
    SELECT d.level, d.code, d.indicator, d.year, d.at_date, p.f
    FROM dates AS d
    JOIN parts AS p USING (level, code, indicator, at_date)
    WHERE p.year = d.year OR d.at_date = make_date(year(d.at_date), 12, 31)
    QUALIFY
        row_number() OVER (
            PARTITION BY d.level, d.code, d.indicator, d.year, p.part_id ORDER BY p.year = d.year DESC
        ) = 1
),

summed AS (
    SELECT
        level,
        code,
        indicator,
        year,
        any_value(at_date) AS at_date,
        any_value(f.unit) AS unit,
        CAST(count(*) AS INTEGER) AS reporting,
        sum(f.value) AS value,
        sum(f.precision) AS precision,
        bool_and(f.is_point) AS is_point,
        sum(if(isinf(f.least), 0, f.least)) AS least,
        sum(f.most) AS most,
        {{ sum_at_least("f.at_least") }} AS at_least,
        {{ sum_at_most("f.at_most") }} AS at_most,
        CASE
            WHEN bool_and(f.qualifier = '=') THEN '='
            WHEN bool_and(f.qualifier IN ('=', '>', 'interval')) THEN '>'
            WHEN bool_and(f.qualifier IN ('=', '<')) THEN '<'
            ELSE '~'
        END AS qualifier,
        CASE WHEN bool_or(f.obs_status = 'P') THEN 'P' WHEN bool_or(f.obs_status = 'E') THEN 'E' ELSE 'A' END
            AS obs_status,
        bool_or(f.is_disputed) AS is_disputed,
        bool_or(f.known_before_period_end) AS known_before_period_end,
        max(f.known_on) AS known_on,
        list(f.observation_id ORDER BY f.territory_code) AS observation_ids
    FROM at_one_date
    GROUP BY level, code, indicator, year
),

both_sides AS (
    SELECT
        coalesce(s.indicator, p.indicator) AS indicator,
        coalesce(s.territory_level, p.level) AS territory_level,
        coalesce(s.territory_code, p.code) AS territory_code,
        coalesce(s.year, p.year) AS year,
        coalesce(s.unit, p.unit) AS unit,
        coalesce(s.population, '') AS population,
        -- another population is compared with nothing, and what is stated of it stands for nothing else
        coalesce(s.population, '') = '' AS is_own,
        s,
        p,
        e.expected,
        coalesce(p.reporting, 0) = e.expected AS is_complete
    FROM figures AS s
    FULL JOIN summed AS p
        ON p.level = s.territory_level
        AND p.code = s.territory_code
        AND p.indicator = s.indicator
        AND p.year = s.year
    LEFT JOIN (SELECT DISTINCT year, level, code, expected FROM parts_of) AS e
        ON e.level = coalesce(s.territory_level, p.level)
        AND e.code = coalesce(s.territory_code, p.code)
        AND e.year = coalesce(s.year, p.year)
),

judged AS (
    SELECT
        *,
        CASE
            WHEN s.value IS NOT NULL THEN 'published'
            WHEN is_complete THEN if(territory_level = 'national', 'sum_of_regions', 'sum_of_departments')
            ELSE 'partial'
        END AS basis,
        CASE WHEN is_own THEN {{ verdict("s", "p", "is_complete") | indent(8) }} ELSE 'not_compared' END AS verdict
    FROM both_sides
),

valued AS (
    SELECT
        * EXCLUDE (s, p),
        s.value AS stated_value,
        s.precision AS stated_precision,
        s.qualifier AS stated_qualifier,
        s.observation_id AS stated_observation_id,
        p.value AS parts_sum,
        p.precision AS parts_precision,
        p.qualifier AS parts_qualifier,
        coalesce(p.reporting, 0) AS parts_reporting,
        p.observation_ids AS parts_observation_ids,
        CASE WHEN is_complete AND is_own THEN s.value - p.value END AS gap,
        coalesce(s.at_date, p.at_date) AS at_date,
        -- a sum of the parts that happened to report is never the figure of the whole
        CASE basis WHEN 'published' THEN s.value WHEN 'partial' THEN NULL ELSE p.value END AS value,
        CASE basis WHEN 'published' THEN s.precision WHEN 'partial' THEN NULL ELSE p.precision END AS precision,
        CASE basis WHEN 'published' THEN s.qualifier WHEN 'partial' THEN NULL ELSE p.qualifier END AS qualifier,
        CASE basis WHEN 'published' THEN s.at_least WHEN 'partial' THEN NULL ELSE p.at_least END AS at_least,
        CASE basis WHEN 'published' THEN s.at_most WHEN 'partial' THEN NULL ELSE p.at_most END AS at_most,
        CASE basis WHEN 'published' THEN s.obs_status WHEN 'partial' THEN NULL ELSE p.obs_status END AS obs_status,
        -- when the figure became known, and not what it is compared with
        if(basis = 'published', s.known_on, p.known_on) AS known_on,
        if(basis = 'published', s.is_disputed, p.is_disputed) AS is_disputed,
        if(basis = 'published', s.known_before_period_end, p.known_before_period_end) AS known_before_period_end
    FROM judged
),

-- Can a figure enter a change, a rank or a share? "Plus de 70 000" is a bound, of which nothing follows.
points AS (
    SELECT *, CASE WHEN is_own AND qualifier IN ('=', '~') THEN value END AS point
    FROM valued
),

in_time AS (
    SELECT
        *,
        lag(point) OVER years AS value_of_row_before,
        lag(at_date) OVER years AS date_of_row_before,
        last_value(point IGNORE NULLS) OVER before AS last_value,
        last_value(CASE WHEN point IS NOT NULL THEN year END IGNORE NULLS) OVER before AS last_year
    FROM points
    WINDOW
        years AS (PARTITION BY indicator, territory_level, territory_code ORDER BY year),
        before AS (
            PARTITION BY indicator, territory_level, territory_code
            ORDER BY year
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),

-- beside whom? Figures of one date, of one level
ranked AS (
    SELECT
        t.*,
        CASE
            WHEN date_of_row_before = CAST(t.at_date - INTERVAL 1 YEAR AS DATE) THEN value_of_row_before
        END AS value_before,
        CASE
            WHEN point IS NOT NULL
                THEN rank() OVER (
                    PARTITION BY indicator, territory_level, at_date, point IS NULL ORDER BY point DESC
                )
        END AS rank,
        CASE
            WHEN point IS NOT NULL
                THEN count(point) OVER (PARTITION BY indicator, territory_level, at_date)
        END AS ranked
    FROM in_time AS t
)

SELECT
    r.indicator,
    i.label_fr,
    i.label_en,
    r.territory_level,
    r.territory_code,
    t.territory_id,
    t.name AS territory,
    r.year,
    r.at_date,
    r.population,
    r.value,
    r.unit,
    r.basis,
    r.precision,
    r.qualifier,
    r.at_least,
    r.at_most,
    r.obs_status,
    r.is_disputed,
    r.known_before_period_end,
    r.stated_value,
    r.stated_precision,
    r.stated_qualifier,
    r.parts_sum,
    r.parts_precision,
    r.parts_qualifier,
    r.parts_reporting,
    CAST(r.expected AS INTEGER) AS parts_expected,
    r.parts_reporting / r.expected AS coverage,
    r.gap,
    r.verdict,
    r.value_before,
    -- a change of a share is a difference of points, and of nothing there is none
    CASE WHEN i.is_additive AND r.value_before > 0 THEN 100 * (r.point / r.value_before - 1) END AS change_percent,
    CAST(r.last_year AS INTEGER) AS last_year,
    r.last_value,
    CASE WHEN i.is_additive AND r.last_value > 0 THEN 100 * (r.point / r.last_value - 1) END AS change_on_last_percent,
    CASE WHEN r.territory_level <> 'national' THEN CAST(r.rank AS INTEGER) END AS rank,
    CASE WHEN r.territory_level <> 'national' THEN CAST(r.ranked AS INTEGER) END AS ranked,
    CASE WHEN i.is_additive AND r.territory_level <> 'national' THEN 100 * r.point / nullif(n.point, 0) END
        AS share_percent,
    r.known_on,
    r.stated_observation_id,
    r.parts_observation_ids
FROM ranked AS r
JOIN dim.indicator AS i ON i.code = r.indicator
JOIN dim.territory AS t ON t.level = r.territory_level AND t.code = r.territory_code
LEFT JOIN (
    FROM points
    WHERE territory_level = 'national'
    QUALIFY row_number() OVER (PARTITION BY indicator, at_date ORDER BY year DESC) = 1
) AS n
    ON n.indicator = r.indicator AND n.at_date = r.at_date
ORDER BY r.indicator, r.territory_level, r.territory_code, r.year
{%- endmacro %}
