{% from 'macros/bounds.sql' import at_least, at_most %}
{% from 'macros/keys.sql' import series_key, territory_id %}
/*
row_en = "One vintage of a figure: what one cell of one file says of an indicator, a territory and a period, and again each time that the file is put back."
row_fr = "Une version d'un chiffre : ce que dit une cellule d'un fichier d'un indicateur, d'un territoire et d'une période, et de nouveau chaque fois que le fichier est remis en place."
key = ["submission_id", "sheet", "cell", "holds_from"]
required = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "series_key", "period", "period_start", "period_end", "frequency",
    "unit", "qualifier", "obs_status", "known_on", "vintage_rank", "is_total", "source", "observation_id", "raw_text",
    "label",
]
columns = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period",
    "period_start", "period_end", "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "holds_from", "superseded_on", "withdrawn_on", "vintage_rank", "is_total", "source",
    "publisher", "observation_id", "submission_id", "sheet", "cell", "raw_text", "label", "remark",
]
*/
-- not materialized: a copy of every figure, in full width, would be made to be read three times
WITH figures AS NOT MATERIALIZED (
    SELECT
        o.* EXCLUDE (known_on),
        {{ series_key("indicator", "territory_id", "breakdown") }} AS series_key,
        x.holds_from,
        x.ledger_event,
        x.place,
        s.source,
        s.withdrawn_on,
        u.authority
    FROM (
        SELECT
            *,
            {{ territory_id("territory_level", "territory_code") | indent(12) }} AS territory_id
        FROM stage.observation
    ) AS o
    JOIN stage.stretch AS x USING (submission_id)
    JOIN stage.submission AS s USING (submission_id)
    JOIN stage.source AS u USING (source)
),

-- Since when has a value been known that a later file repeats at the same place? Since the first of the unbroken run:
-- sending a corrected file again does not make the figures younger that are as they were. Few places have had several
-- files, so that only their figures are compared, among all that is said of them.
restated AS (
    SELECT DISTINCT series_key, period_start, period_end
    FROM figures
    SEMI JOIN (SELECT place FROM stage.stretch GROUP BY place HAVING count(*) > 1) USING (place)
),

compared AS (
    SELECT
        series_key,
        period_start,
        period_end,
        authority,
        submission_id,
        sheet,
        cell,
        holds_from,
        ledger_event,
        (place, value, qualifier, value_low, value_high, missing_reason)
        IS NOT DISTINCT FROM
        lag((place, value, qualifier, value_low, value_high, missing_reason)) OVER said AS says_the_same
    FROM figures
    SEMI JOIN restated USING (series_key, period_start, period_end)
    WINDOW said AS (
        PARTITION BY series_key, period_start, period_end, authority
        ORDER BY holds_from, ledger_event, sheet, cell
    )
),

known AS (
    SELECT
        submission_id,
        sheet,
        cell,
        holds_from,
        last_value(if(says_the_same, NULL, holds_from) IGNORE NULLS) OVER (
            PARTITION BY series_key, period_start, period_end, authority
            ORDER BY holds_from, ledger_event, sheet, cell
        ) AS known_on
    FROM compared
),

-- Does an "nd" take back a figure, or has the sender simply nothing to say? It takes back only what the same source had
-- stated before, and what was withdrawn needs no taking back; a source without the figure never hides that of another.
taking_back AS (
    SELECT DISTINCT n.submission_id, n.sheet, n.cell, n.holds_from
    FROM figures AS n
    JOIN figures AS f
        USING (series_key, period_start, period_end, source)
    WHERE
        n.value IS NULL
        AND f.value IS NOT NULL
        AND f.withdrawn_on IS NULL
        AND (f.holds_from, f.ledger_event, f.sheet, f.cell) < (n.holds_from, n.ledger_event, n.sheet, n.cell)
),

-- Which vintage holds on a given day? Among those that had begun by then, the one of highest rank: the most
-- authoritative source first, then the latest to begin, then the last that came. A vintage therefore holds until the
-- first one of higher rank begins; one that begins after a better one never holds, and ends the day it starts.
-- What was withdrawn holds until that day at most, and then the next in rank holds again: it was set aside, not ended.
-- On a day before a withdrawal both are therefore open, and fact.observation_as_of takes the one of better rank.
ranked AS (
    SELECT
        figures.*,
        -- least() passes over nulls
        least(
            CASE
                WHEN count(*) FILTER (withdrawn_on IS NULL) OVER better > 0
                    THEN greatest(holds_from, min(holds_from) FILTER (withdrawn_on IS NULL) OVER better)
            END,
            withdrawn_on
        ) AS superseded_on,
        CAST(1 + count(*) OVER better AS INTEGER) AS vintage_rank
    FROM figures
    LEFT JOIN taking_back AS t USING (submission_id, sheet, cell, holds_from)
    WINDOW better AS (
        PARTITION BY series_key, period_start, period_end
        ORDER BY
            value IS NOT NULL OR t.cell IS NOT NULL DESC, authority DESC, holds_from DESC, ledger_event DESC,
            sheet DESC, cell DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)

-- names and wordings come last, so that long histories are ranked on narrow rows
SELECT
    r.indicator,
    r.breakdown,
    r.territory_level,
    r.territory_code,
    r.territory_id,
    t.name AS territory,
    r.series_key,
    -- How should the period be named? As people write it: 2021, 2018-2022, T1 2024, 31/12/2021.
    CASE
        WHEN r.frequency = 'A' THEN strftime(r.period_end, '%Y')
        WHEN r.frequency = 'S' THEN concat('S', (month(r.period_end) + 5) // 6, strftime(r.period_end, ' %Y'))
        WHEN r.frequency = 'Q' THEN concat('T', quarter(r.period_end), strftime(r.period_end, ' %Y'))
        WHEN r.frequency = 'M' THEN strftime(r.period_end, '%m/%Y')
        WHEN r.period_start = r.period_end THEN strftime(r.period_end, '%d/%m/%Y')
        WHEN strftime(r.period_start, '%m%d') = '0101' AND strftime(r.period_end, '%m%d') = '1231'
            THEN strftime(r.period_start, '%Y-') || strftime(r.period_end, '%Y')
        ELSE strftime(r.period_start, '%d/%m/%Y-') || strftime(r.period_end, '%d/%m/%Y')
    END AS period,
    r.period_start,
    r.period_end,
    r.frequency,
    r.value,
    r.unit,
    r.precision,
    r.qualifier,
    r.value_low,
    r.value_high,
    {{ at_least("r") | indent }} AS at_least,
    {{ at_most("r") | indent }} AS at_most,
    r.obs_status,
    r.missing_reason,
    coalesce(k.known_on, r.holds_from) AS known_on,
    r.holds_from,
    r.superseded_on,
    r.withdrawn_on,
    r.vintage_rank,
    r.is_total,
    r.source,
    r.publisher,
    concat_ws('/', r.submission_id, r.sheet, r.cell) AS observation_id,
    r.submission_id,
    r.sheet,
    r.cell,
    r.raw_text,
    r.label,
    r.remark
FROM ranked AS r
LEFT JOIN known AS k USING (submission_id, sheet, cell, holds_from)
LEFT JOIN stage.territory AS t ON t.level = r.territory_level AND t.code = r.territory_code
ORDER BY
    r.indicator, r.breakdown, r.territory_level, r.territory_code, r.period_start, r.period_end, r.holds_from,
    r.submission_id
