{#
What has come of each source, region and year, and what should have.

region_spoken_for(figure, territory, submission): which region does a figure speak for? Its own, that of its department,
or that whose office sent its file.

received(scorecard): what has come, of all figures and files; of the scorecard's indicators it tells how many.

coverage(received, day, was_late, scorecard): what audit.coverage shows on a day, of what has come (c); was_late tells
of what was accepted whether it became known after it was due (e.due_on).
#}
{% macro region_spoken_for(figure, territory, submission) -%}
CASE {{ figure }}.territory_level
    WHEN 'region' THEN {{ figure }}.territory_code
    WHEN 'department' THEN {{ territory }}.parent_code
    ELSE {{ submission }}.region_code
END
{%- endmacro %}
{% macro received(scorecard) -%}
WITH accepted AS (
    SELECT
        h.source,
        {{ region_spoken_for("h", "t", "s") | indent(8) }} AS region_code,
        CAST(year(h.period_end) AS INTEGER) AS year,
        h.submission_id,
        h.known_on,
        if(h.known_on = s.known_on, s.known_from, h.known_on) AS known_from,
        s.received_at,
        'accepted' AS status,
        CASE
            WHEN
                h.territory_level = 'region'
                AND h.value IS NOT NULL
                AND h.indicator IN (
                    '{{ scorecard | join("', '") }}'
                )
                THEN h.indicator
        END AS asked_for
    FROM fact.observation_history AS h
    JOIN fact.submission AS s USING (submission_id)
    LEFT JOIN dim.territory AS t USING (territory_id)
    -- a region whose file was taken back has not reported
    WHERE s.withdrawn_on IS NULL
),

-- Was something sent and refused as a whole, or could not be read yet? Its figures are not known; a return is about the
-- year before its issue.
without_figures AS (
    SELECT
        source,
        region_code,
        CAST(year(known_on) - 1 AS INTEGER) AS year,
        submission_id,
        known_on,
        known_from,
        received_at,
        status,
        NULL AS asked_for
    FROM fact.submission
    WHERE status IN ('rejected', 'pending') AND withdrawn_on IS NULL
)

SELECT
    source,
    region_code,
    year,
    bool_or(status = 'accepted') AS is_accepted,
    bool_or(status = 'pending') AS is_pending,
    CAST(count(DISTINCT submission_id) AS INTEGER) AS files,
    CAST(count(*) FILTER (status = 'accepted') AS INTEGER) AS figures,
    CAST(count(DISTINCT asked_for) AS INTEGER) AS indicators_reported,
    -- the date of a refused file counts only as long as nothing was accepted
    coalesce(min(known_on) FILTER (status = 'accepted'), min(known_on)) AS first_known_on,
    -- a file that says « 2022 » is not shown to be late by the year's last day
    min(known_from) FILTER (status = 'accepted') AS first_known_from,
    min(received_at) AS first_received_at
FROM (FROM accepted UNION ALL FROM without_figures)
WHERE region_code IS NOT NULL
GROUP BY source, region_code, year
{%- endmacro %}
{% macro coverage(received, day, was_late, scorecard) -%}
WITH received AS (
    {{ received | indent }}
),

-- Who should have reported what? Every region of today, for every year since the first that any region reported.
first_years AS (
    SELECT source, min(year) AS first_year FROM received GROUP BY source
),

expected AS (
    SELECT
        u.source,
        r.code AS region_code,
        CAST(y.year AS INTEGER) AS year,
        last_day(make_date(y.year + 1, u.due_month, 1)) AS due_on
    FROM dim.source AS u
    JOIN first_years AS f USING (source)
    CROSS JOIN LATERAL (SELECT unnest(range(f.first_year, year(CAST({{ day }} AS DATE)))) AS year) AS y
    JOIN dim.territory AS r
        ON r.level = 'region'
        AND r.valid_to IS NULL
        AND coalesce(r.valid_from, DATE '0001-01-01') <= make_date(y.year, 12, 31)
    WHERE u.due_month IS NOT NULL
),

-- What is asked of them? What the scorecard shows of the Group's activity.
asked AS (
    SELECT CAST(count(*) AS INTEGER) AS asked
    FROM dim.indicator
    WHERE
        scope = 'action_logement'
        AND code IN (
            '{{ scorecard | join("', '") }}'
        )
)

SELECT
    source,
    region_code,
    r.name AS region,
    year,
    CASE
        WHEN c.is_accepted THEN 'accepted'
        WHEN c.is_pending THEN 'pending'
        WHEN c.files > 0 THEN 'rejected'
        WHEN e.due_on < CAST({{ day }} AS DATE) THEN 'late'
        ELSE 'awaited'
    END AS status,
    e.due_on IS NOT NULL AS is_expected,
    coalesce(CASE WHEN c.is_accepted THEN {{ was_late }} ELSE CAST({{ day }} AS DATE) > e.due_on END, FALSE) AS is_late,
    e.due_on,
    coalesce(c.files, 0) AS files,
    coalesce(c.figures, 0) AS figures,
    coalesce(c.indicators_reported, 0) AS indicators_reported,
    CASE WHEN e.due_on IS NOT NULL THEN a.asked END AS indicators_expected,
    c.first_known_on,
    c.first_received_at
FROM expected AS e
FULL JOIN received AS c USING (source, region_code, year)
JOIN dim.territory AS r ON r.level = 'region' AND r.code = region_code
CROSS JOIN asked AS a
ORDER BY source, year DESC, region
{%- endmacro %}
