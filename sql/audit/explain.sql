/*
row_en = "One cell behind a figure: FROM audit.explain('households_housed', 'Hauts-de-France', '2021')."
row_fr = "Une cellule à l'origine d'un chiffre : FROM audit.explain('households_housed', 'Hauts-de-France', '2021')."
key = ["submission_id", "sheet", "cell"]
parameters = ["wanted_indicator", "wanted_territory", "wanted_period"]
columns = [
    "indicator", "breakdown", "territory", "period", "stands_for", "is_current", "value", "unit", "precision",
    "qualifier", "obs_status", "missing_reason", "raw_text", "file", "sheet", "cell", "source", "known_on",
    "superseded_on", "received_at", "submission_id", "sha256",
]

[describe.stands_for]
en = "stated: the cell states the figure asked for; part: it states the share of one region in a national sum."
fr = "stated : la cellule énonce le chiffre demandé ; part : elle énonce la part d'une région dans une somme nationale."
allowed = ["stated", "part"]

[describe.is_current]
type = "BOOLEAN"
en = "Whether the cell's figure is the one that holds today."
fr = "Vrai si le chiffre de la cellule est celui qui prévaut aujourd'hui."
*/
-- Which territory is meant? Its code or its name, in any case; 11 is a region before it is a department.
WITH meant AS (
    SELECT level, code
    FROM dim.territory
    WHERE lower(wanted_territory) IN (lower(code), lower(name))
    ORDER BY list_position(['national', 'region', 'department', 'other'], level), valid_to NULLS FIRST
    LIMIT 1
),

-- Which period is meant? Its text as written in the column period; a year also means the dates and months within it.
candidates AS (
    SELECT h.*
    FROM fact.observation_history AS h
    WHERE
        h.indicator = lower(wanted_indicator)
        AND (
            h.period = wanted_period
            OR (
                year(h.period_start) = TRY_CAST(wanted_period AS INTEGER)
                AND year(h.period_end) = TRY_CAST(wanted_period AS INTEGER)
            )
        )
),

stated AS (
    SELECT c.*, 'stated' AS stands_for
    FROM candidates AS c
    JOIN meant AS m ON m.level = c.territory_level AND m.code = c.territory_code
),

-- What if nobody states the nation's figure? Then it can only be the sum of the regions: these are the cells behind.
parts AS (
    SELECT c.*, 'part' AS stands_for
    FROM candidates AS c
    JOIN meant AS m ON m.level = 'national'
    WHERE c.territory_level = 'region' AND NOT EXISTS (FROM stated)
)

SELECT
    b.indicator,
    b.breakdown,
    b.territory,
    b.period,
    b.stands_for,
    b.superseded_on IS NULL AS is_current,
    b.value,
    b.unit,
    b.precision,
    b.qualifier,
    b.obs_status,
    b.missing_reason,
    b.raw_text,
    s.file,
    b.sheet,
    b.cell,
    b.source,
    b.known_on,
    b.superseded_on,
    s.received_at,
    b.submission_id,
    s.sha256
FROM (FROM stated UNION ALL FROM parts) AS b
JOIN fact.submission AS s USING (submission_id)
ORDER BY b.territory, b.period, b.breakdown, is_current DESC, b.known_on DESC
