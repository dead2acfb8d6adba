/*
relation = "kpi.national"
blocking = true
en = "A national value is published, or the sum of all the regions of the year; never that of the regions that reported."
fr = "Une valeur nationale est publiée, ou la somme de toutes les régions de l'année ; jamais celle des seules régions connues."
*/
-- Could a partial sum be quoted as the national figure? Recounted here from the figures and the list of regions, and
-- not from the columns that kpi.national states about itself.
WITH reporting AS (
    SELECT o.indicator, year(o.period_end) AS year, count(DISTINCT o.territory_code) AS regions
    FROM fact.observation AS o
    JOIN dim.territory AS r
        ON r.territory_id = o.territory_id
        AND coalesce(r.valid_from, DATE '0001-01-01') <= make_date(CAST(year(o.period_end) AS INTEGER), 12, 31)
        AND coalesce(r.valid_to, DATE '9999-12-31') >= make_date(CAST(year(o.period_end) AS INTEGER), 12, 31)
    WHERE
        o.territory_level = 'region'
        AND o.value IS NOT NULL
        AND o.breakdown = ''
        AND (o.frequency = 'A' OR o.period_start = o.period_end)
    GROUP BY ALL
),

existing AS (
    SELECT n.indicator, n.year, count(*) AS regions
    FROM kpi.national AS n
    JOIN dim.territory AS r
        ON r.level = 'region'
        AND coalesce(r.valid_from, DATE '0001-01-01') <= make_date(n.year, 12, 31)
        AND coalesce(r.valid_to, DATE '9999-12-31') >= make_date(n.year, 12, 31)
    GROUP BY ALL
)

SELECT
    n.indicator, n.year, n.value, n.basis, n.published_value, n.regions_sum, p.regions AS reporting,
    e.regions AS existing
FROM kpi.national AS n
LEFT JOIN reporting AS p USING (indicator, year)
LEFT JOIN existing AS e USING (indicator, year)
WHERE
    (n.basis = 'partial' AND n.value IS NOT NULL)
    OR (n.basis = 'published' AND n.value IS DISTINCT FROM n.published_value)
    OR (n.basis = 'sum_of_regions' AND coalesce(p.regions, 0) < e.regions)
