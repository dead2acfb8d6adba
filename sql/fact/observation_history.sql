{% from 'macros/bounds.sql' import at_least, at_most %}
{% from 'macros/keys.sql' import series_key, territory_id %}
{% from 'macros/periods.sql' import period_code, period_label %}
{% from 'macros/statements.sql' import takes_over %}
/*
row_en = "One vintage of a figure: what one cell of one file says of an indicator, a territory and a period, once for each time in which it holds."
row_fr = "Une version d'un chiffre : ce que dit une cellule d'un fichier d'un indicateur, d'un territoire et d'une période, une fois pour chaque temps où elle prévaut."
bulk = "a row for each cell that was received: an index would take longer than the table"
key = ["submission_id", "sheet", "cell", "holds_from"]
by = "figure"
required = [
    "indicator", "population", "breakdown", "territory_level", "territory_code", "territory_id", "series_key", "period", "period_label", "period_start", "period_end", "frequency",
    "unit", "qualifier", "obs_status", "known_on", "known_before_period_end", "is_disputed", "vintage_rank", "is_total", "source", "observation_id", "raw_text",
    "label",
]
columns = [
    "indicator", "population", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period", "period_label",
    "period_start", "period_end", "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "confirmed_on", "known_before_period_end", "is_disputed", "holds_from", "superseded_on", "withdrawn_on", "vintage_rank", "is_total", "source",
    "publisher", "observation_id", "submission_id", "sheet", "cell", "raw_text", "label", "remark",
]
*/
-- not materialized: a copy of every figure, in full width, would be made to be read twice
WITH figures AS NOT MATERIALIZED (
    SELECT
        o.* EXCLUDE (known_on),
        {{ series_key("indicator", "population", "territory_id", "breakdown") | indent }} AS series_key,
        x.holds_from AS stated_from,
        x.ledger_event,
        s.source,
        s.withdrawn_on
    FROM (
        SELECT
            *,
            {{ territory_id("territory_level", "territory_code") | indent(12) }} AS territory_id
        FROM stage.observation
    ) AS o
    JOIN stage.stretch AS x USING (submission_id)
    JOIN stage.submission AS s USING (submission_id)
),

-- Which statement holds, and until when? fact.statement says it step by step, for what is stated more than once.
steps AS (
    SELECT
        series_key,
        period_start,
        period_end,
        holder_submission_id AS submission_id,
        holder_sheet AS sheet,
        holder_cell AS cell,
        holder_stated_from AS stated_from,
        span_from,
        step,
        is_disputed,
        held_from,
        -- least() passes over nulls
        least(
            lead(held_from) OVER (PARTITION BY series_key, period_start, period_end ORDER BY span_from, step),
            span_until
        ) AS held_until
    FROM fact.statement
    -- after any other statement, the same one holds as before, and is disputed or not as before
    WHERE outcome = 'is_first' OR outcome IN ({{ takes_over }})
),

-- A span begins with a step that may change nothing: those of one holder that follow on one another are one time.
changes AS (
    SELECT
        *,
        (submission_id, sheet, cell, stated_from, held_from)
        IS DISTINCT FROM
        lag((submission_id, sheet, cell, stated_from, held_until)) OVER (
            PARTITION BY series_key, period_start, period_end ORDER BY held_from, span_from, step
        ) AS is_change
    FROM steps
    -- of several statements of one day, the last tells
    WHERE held_until IS NULL OR held_until > held_from
),

times AS (
    SELECT
        series_key,
        period_start,
        period_end,
        submission_id,
        sheet,
        cell,
        stated_from,
        min(held_from) AS holds_from,
        CASE WHEN count(held_until) = count(*) THEN max(held_until) END AS superseded_on,
        arg_max(is_disputed, held_from) AS is_disputed
    FROM (
        SELECT
            *,
            count(*) FILTER (is_change) OVER (
                PARTITION BY series_key, period_start, period_end ORDER BY held_from, span_from, step
            ) AS time
        FROM changes
    )
    GROUP BY series_key, period_start, period_end, time, submission_id, sheet, cell, stated_from
),

judged AS (
    SELECT DISTINCT series_key, period_start, period_end FROM fact.statement
),

confirmed AS (
    SELECT
        holder_submission_id AS submission_id,
        holder_sheet AS sheet,
        holder_cell AS cell,
        max(stated_from) AS confirmed_on
    FROM fact.statement
    WHERE outcome = 'confirms'
    GROUP BY ALL
),

-- Since when is a value known? Since the first of the unbroken run of statements in which it holds.
valued AS (
    SELECT
        t.*,
        coalesce(
            (f.value, f.qualifier, f.value_low, f.value_high, f.missing_reason, t.holds_from)
            IS NOT DISTINCT FROM
            lag((f.value, f.qualifier, f.value_low, f.value_high, f.missing_reason, t.superseded_on)) OVER in_time,
            FALSE
        ) AS says_the_same
    FROM times AS t
    -- A cell states one figure, and each of these is there: LEFT lets the planner expect no more rows than times, or it
    -- holds every figure in memory to join these few to it.
    LEFT JOIN figures AS f USING (submission_id, sheet, cell, stated_from)
    WINDOW in_time AS (PARTITION BY t.series_key, t.period_start, t.period_end ORDER BY t.holds_from)
),

known AS (
    SELECT
        * EXCLUDE (says_the_same),
        last_value(if(says_the_same, NULL, stated_from) IGNORE NULLS) OVER (
            PARTITION BY series_key, period_start, period_end ORDER BY holds_from
        ) AS known_on
    FROM valued
),

-- Of figures that are stated more than once, what became of each statement. No texts: these rows are sorted.
vintages AS (
    SELECT
        f.submission_id,
        f.sheet,
        f.cell,
        f.stated_from,
        f.series_key,
        f.period_start,
        f.period_end,
        f.ledger_event,
        coalesce(k.holds_from, f.stated_from) AS holds_from,
        -- one that never holds ends on the day on which it begins
        if(k.holds_from IS NULL, f.stated_from, k.superseded_on) AS superseded_on,
        coalesce(k.known_on, f.stated_from) AS known_on,
        -- a file that says again what its place had said confirms it as well
        greatest(c.confirmed_on, CASE WHEN f.stated_from > k.known_on THEN f.stated_from END) AS confirmed_on,
        coalesce(k.is_disputed, FALSE) AS is_disputed
    FROM figures AS f
    SEMI JOIN judged USING (series_key, period_start, period_end)
    LEFT JOIN known AS k USING (submission_id, sheet, cell, stated_from)
    LEFT JOIN confirmed AS c USING (submission_id, sheet, cell)
),

ranked AS (
    SELECT
        * EXCLUDE (series_key, period_start, period_end, ledger_event),
        -- 1 for the one that holds, then those that held before, the last one first, then those that never did
        CAST(
            row_number() OVER (
                PARTITION BY series_key, period_start, period_end
                ORDER BY
                    superseded_on IS NULL DESC, superseded_on > holds_from DESC, holds_from DESC,
                    ledger_event DESC, sheet DESC, cell DESC
            ) AS INTEGER
        ) AS vintage_rank
    FROM vintages
),

-- what is stated once holds from then on
dated AS (
    SELECT
        f.*,
        coalesce(r.holds_from, f.stated_from) AS holds_from,
        CASE
            WHEN r.cell IS NOT NULL THEN r.superseded_on
            WHEN f.withdrawn_on IS NOT NULL THEN greatest(f.withdrawn_on, f.stated_from)
        END AS superseded_on,
        coalesce(r.known_on, f.stated_from) AS known_on,
        r.confirmed_on,
        coalesce(r.is_disputed, FALSE) AS is_disputed,
        coalesce(r.vintage_rank, 1) AS vintage_rank
    FROM figures AS f
    LEFT JOIN ranked AS r USING (submission_id, sheet, cell, stated_from)
)

SELECT
    v.indicator,
    v.population,
    v.breakdown,
    v.territory_level,
    v.territory_code,
    v.territory_id,
    t.name AS territory,
    v.series_key,
    {{ period_code("v") | indent }} AS period,
    {{ period_label("v") | indent }} AS period_label,
    v.period_start,
    v.period_end,
    v.frequency,
    v.value,
    v.unit,
    v.precision,
    v.qualifier,
    v.value_low,
    v.value_high,
    {{ at_least("v") | indent }} AS at_least,
    {{ at_most("v") | indent }} AS at_most,
    v.obs_status,
    v.missing_reason,
    v.known_on,
    v.confirmed_on,
    -- what is said of a period that is not over can only be a part of it, or a forecast
    v.known_on < v.period_end AS known_before_period_end,
    v.is_disputed,
    v.holds_from,
    v.superseded_on,
    v.withdrawn_on,
    v.vintage_rank,
    v.is_total,
    v.source,
    v.publisher,
    concat_ws('/', v.submission_id, v.sheet, v.cell) AS observation_id,
    v.submission_id,
    v.sheet,
    v.cell,
    v.raw_text,
    v.label,
    v.remark
FROM dated AS v
LEFT JOIN stage.territory AS t ON t.level = v.territory_level AND t.code = v.territory_code
ORDER BY
    v.indicator, v.breakdown, v.territory_level, v.territory_code, v.period_start, v.period_end, v.holds_from,
    v.submission_id
