/*
row_en = "One vintage of a figure: what one cell of one file says of an indicator, a territory and a period."
row_fr = "Une version d'un chiffre : ce que dit une cellule d'un fichier d'un indicateur, d'un territoire et d'une période."
key = ["submission_id", "sheet", "cell"]
required = [
    "indicator", "breakdown", "territory_level", "territory_code", "period", "period_start", "period_end", "frequency",
    "unit", "qualifier", "obs_status", "known_on", "vintage_rank", "is_total", "source", "observation_id", "raw_text",
    "label",
]
columns = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory", "period", "period_start", "period_end",
    "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "superseded_on", "withdrawn_on", "vintage_rank", "is_total", "source",
    "publisher", "observation_id", "submission_id", "sheet", "cell", "raw_text", "label", "remark",
]
*/
WITH figures AS (
    SELECT
        o.*,
        t.name AS territory,
        s.source,
        s.received_at,
        s.withdrawn_on,
        u.authority,
        -- How should the period be named? As people write it: 2021, 2018-2022, T1 2024, 31/12/2021.
        CASE
            WHEN o.frequency = 'A' THEN strftime(o.period_end, '%Y')
            WHEN o.frequency = 'S' THEN concat('S', (month(o.period_end) + 5) // 6, strftime(o.period_end, ' %Y'))
            WHEN o.frequency = 'Q' THEN concat('T', quarter(o.period_end), strftime(o.period_end, ' %Y'))
            WHEN o.frequency = 'M' THEN strftime(o.period_end, '%m/%Y')
            WHEN o.period_start = o.period_end THEN strftime(o.period_end, '%d/%m/%Y')
            WHEN strftime(o.period_start, '%m%d') = '0101' AND strftime(o.period_end, '%m%d') = '1231'
                THEN strftime(o.period_start, '%Y-') || strftime(o.period_end, '%Y')
            ELSE strftime(o.period_start, '%d/%m/%Y-') || strftime(o.period_end, '%d/%m/%Y')
        END AS period,
        -- What does the wording exclude? "104,4 M€" excludes 104.5, "plus de 70 000" 69 000, "environ" nothing.
        CASE o.qualifier
            WHEN '=' THEN o.value - o.precision
            WHEN '>' THEN coalesce(o.value_low, o.value)
            WHEN 'interval' THEN o.value_low
        END AS at_least,
        CASE o.qualifier
            WHEN '=' THEN o.value + o.precision
            WHEN '<' THEN coalesce(o.value_high, o.value)
            WHEN 'interval' THEN o.value_high
        END AS at_most,
        -- Does an "nd" take back a figure, or has the sender simply nothing to say? It takes back only what the same
        -- source had stated before, and what was withdrawn needs no taking back; a source without the figure never
        -- hides the figure of another one.
        o.value IS NOT NULL
        OR count(o.value) FILTER (s.withdrawn_on IS NULL) OVER earlier_of_the_source > 0 AS says_something
    FROM stage.observation AS o
    JOIN stage.submission AS s USING (submission_id)
    JOIN stage.source AS u USING (source)
    LEFT JOIN stage.territory AS t ON t.level = o.territory_level AND t.code = o.territory_code
    WINDOW earlier_of_the_source AS (
        PARTITION BY
            o.indicator, o.breakdown, o.territory_level, o.territory_code, o.period_start, o.period_end, s.source
        ORDER BY o.known_on, s.received_at, o.submission_id, o.sheet, o.cell
        ROWS UNBOUNDED PRECEDING
    )
)

-- Which vintage holds on a given day? Among those known by then, the one of highest rank: the most authoritative source
-- first, then the latest known, then the latest received. A vintage therefore holds from the day it is known until the
-- first vintage of higher rank is known; one that comes after a better one never holds, and ends the day it starts.
-- What was withdrawn holds until that day at most, and then the next in rank holds again: it was set aside, not ended.
-- On a day before a withdrawal both are therefore open, and fact.observation_as_of takes the one of better rank.
SELECT
    indicator,
    breakdown,
    territory_level,
    territory_code,
    territory,
    period,
    period_start,
    period_end,
    frequency,
    value,
    unit,
    precision,
    qualifier,
    value_low,
    value_high,
    at_least,
    at_most,
    obs_status,
    missing_reason,
    known_on,
    -- least() passes over nulls
    least(
        CASE
            WHEN count(*) FILTER (withdrawn_on IS NULL) OVER better > 0
                THEN greatest(known_on, min(known_on) FILTER (withdrawn_on IS NULL) OVER better)
        END,
        withdrawn_on
    ) AS superseded_on,
    withdrawn_on,
    CAST(1 + count(*) OVER better AS INTEGER) AS vintage_rank,
    is_total,
    source,
    publisher,
    concat_ws('/', submission_id, sheet, cell) AS observation_id,
    submission_id,
    sheet,
    cell,
    raw_text,
    label,
    remark
FROM figures
WINDOW better AS (
    PARTITION BY indicator, breakdown, territory_level, territory_code, period_start, period_end
    ORDER BY
        says_something DESC, authority DESC, known_on DESC, received_at DESC, submission_id DESC, sheet DESC, cell DESC
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
)
ORDER BY indicator, breakdown, territory_level, territory_code, period_start, period_end, known_on, submission_id
