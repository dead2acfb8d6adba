{% from 'macros/coverage.sql' import region_spoken_for %}
/*
row_en = "One source, region and year on a day, today or any other: FROM audit.coverage_on(current_date)."
row_fr = "Une source, une région et une année un jour donné, aujourd'hui ou un autre : FROM audit.coverage_on(current_date)."
key = ["source", "region_code", "year"]
parameters = ["on_day"]
columns = [
    "source", "region_code", "region", "year", "status", "is_expected", "is_late", "due_on", "files", "figures",
    "indicators_reported", "indicators_expected", "first_known_on", "first_received_at",
]

[describe.year]
type = "INTEGER"
en = "Year that the figures are about; for a refused file, whose figures are not known, the year before it was issued."
fr = "Année sur laquelle portent les chiffres ; pour un fichier refusé, l'année précédant son émission."

[describe.status]
en = "accepted: figures loaded; pending: a file came that could not be read yet; rejected: every file refused; late: nothing though it is due; awaited: not due yet."
fr = "accepted : chiffres chargés ; pending : un fichier reçu n'a pas encore pu être lu ; rejected : fichiers refusés ; late : rien bien qu'échu ; awaited : pas encore échu."
allowed = ["accepted", "pending", "rejected", "late", "awaited"]

[describe.is_expected]
type = "BOOLEAN"
en = "Whether the source is due every year and the region existed; figures may also come unasked."
fr = "Vrai si la source est due chaque année et que la région existait ; des chiffres peuvent aussi venir sans être dus."

[describe.is_late]
type = "BOOLEAN"
en = "Whether the figures became known after they were due, or are still missing after that day."
fr = "Vrai si les chiffres ont été connus après l'échéance, ou manquent encore après elle."

[describe.due_on]
type = "DATE"
en = "Last day of the month in which the source is due; null where nothing is due."
fr = "Dernier jour du mois où la source est due ; nul si rien n'est dû."

[describe.files]
type = "INTEGER"
en = "Number of files received, refused ones included."
fr = "Nombre de fichiers reçus, refusés compris."
minimum = 0

[describe.figures]
type = "INTEGER"
en = "Number of figures accepted, all vintages."
fr = "Nombre de chiffres acceptés, toutes versions."
minimum = 0

[describe.indicators_reported]
type = "INTEGER"
en = "Indicators of the scorecard that the region's figures of the year state."
fr = "Indicateurs du tableau de bord que les chiffres de la région pour l'année renseignent."
minimum = 0

[describe.indicators_expected]
type = "INTEGER"
en = "Indicators of the scorecard that the source is asked for; null where nothing is due."
fr = "Indicateurs du tableau de bord demandés à la source ; nul si rien n'est dû."
minimum = 0

[describe.first_known_on]
type = "DATE"
en = "Day on which the first of them became known; for a refused file, its date of issue."
fr = "Jour où le premier d'entre eux a été connu ; pour un fichier refusé, sa date d'émission."

[describe.first_received_at]
type = "TIMESTAMP"
en = "When the first file was received (UTC)."
fr = "Date et heure de réception du premier fichier (UTC)."
*/
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
),

received AS (
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
    CROSS JOIN LATERAL (SELECT unnest(range(f.first_year, year(CAST(on_day AS DATE)))) AS year) AS y
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
        WHEN e.due_on < CAST(on_day AS DATE) THEN 'late'
        ELSE 'awaited'
    END AS status,
    e.due_on IS NOT NULL AS is_expected,
    coalesce(
        CASE WHEN c.is_accepted THEN c.first_known_from ELSE CAST(on_day AS DATE) END > e.due_on, FALSE
    ) AS is_late,
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
