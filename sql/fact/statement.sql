{% from 'macros/bounds.sql' import at_least, at_most, reach, reached_least, reached_most %}
{% from 'macros/keys.sql' import series_key, territory_id %}
{% from 'macros/statements.sql' import both_can_be_true, outcome, takes_over %}
/*
row_en = "One statement of a figure that is stated more than once, in one span of time, and what became of it against the one that held."
row_fr = "Un énoncé d'un chiffre énoncé plusieurs fois, pendant un intervalle de temps, et son sort face à celui qui prévalait."
bulk = "a row for each cell that was received: an index would take longer than the table"
key = ["series_key", "period_start", "period_end", "span_from", "step"]
by = "figure"
required = [
    "submission_id", "sheet", "cell", "stated_from", "outcome", "held_from", "holder_submission_id", "holder_sheet", "holder_cell",
    "holder_stated_from", "is_disputed",
]
columns = [
    "series_key", "period_start", "period_end", "span_from", "span_until", "step", "submission_id", "sheet", "cell",
    "stated_from", "outcome", "held_from", "holder_submission_id", "holder_sheet", "holder_cell",
    "holder_stated_from", "against_submission_id", "against_sheet", "against_cell", "is_disputed",
]

[describe.span_from]
type = "DATE"
en = "First day of the span: between two of them, a file was replaced at its place or withdrawn."
fr = "Premier jour de l'intervalle : entre deux, un fichier a été remplacé à sa place ou retiré."

[describe.span_until]
type = "DATE"
en = "Day on which the next span begins; null for the last one."
fr = "Jour où commence l'intervalle suivant ; nul pour le dernier."

[describe.step]
type = "INTEGER"
en = "Place of the statement among those of the span, in the order in which they were made."
fr = "Rang de l'énoncé parmi ceux de l'intervalle, dans l'ordre où ils ont été faits."
minimum = 1

[describe.stated_from]
type = "DATE"
en = "Day from which the file of the statement spoke."
fr = "Jour à partir duquel le fichier de l'énoncé s'exprime."

[describe.outcome]
en = "What became of it: is_first, confirms, confirms_as_final, is_more_precise, restates, outranks, is_outranked, contradicts, completes, masks, masked or says_nothing."
fr = "Son sort : is_first, confirms, confirms_as_final, is_more_precise, restates, outranks, is_outranked, contradicts, completes, masks, masked ou says_nothing."
allowed = [
    "is_first", "confirms", "confirms_as_final", "is_more_precise", "restates", "outranks", "is_outranked",
    "contradicts", "completes", "masks", "masked", "says_nothing",
]

[describe.held_from]
type = "DATE"
en = "Day from which the holder held, as it stood after this statement."
fr = "Jour à partir duquel l'énoncé retenu prévaut, compte tenu de celui-ci."

[describe.holder_submission_id]
en = "File of the statement that held after this one."
fr = "Fichier de l'énoncé qui prévaut après celui-ci."

[describe.holder_sheet]
en = "Sheet of the statement that held after this one."
fr = "Feuille de l'énoncé qui prévaut après celui-ci."

[describe.holder_cell]
en = "Cell of the statement that held after this one."
fr = "Cellule de l'énoncé qui prévaut après celui-ci."

[describe.holder_stated_from]
type = "DATE"
en = "Day from which the file of the statement that held spoke."
fr = "Jour à partir duquel le fichier de l'énoncé qui prévaut s'exprime."

[describe.against_submission_id]
en = "File of the statement that held before this one; null for the first."
fr = "Fichier de l'énoncé qui prévalait avant celui-ci ; nul pour le premier."

[describe.against_sheet]
en = "Sheet of the statement that held before this one."
fr = "Feuille de l'énoncé qui prévalait avant celui-ci."

[describe.against_cell]
en = "Cell of the statement that held before this one."
fr = "Cellule de l'énoncé qui prévalait avant celui-ci."
*/
-- A figure that is stated once holds as it stands, and has no row here: almost all do.
WITH RECURSIVE stretches AS MATERIALIZED (
    -- a number each: names and paths are put beside many statements at the end alone
    SELECT
        row_number() OVER () AS stretch,
        x.submission_id,
        x.holds_from AS stated_from,
        x.ledger_event,
        dense_rank() OVER (ORDER BY x.place) AS place,
        s.withdrawn_on,
        s.source,
        s.region_code,
        u.authority,
        u.is_prose
    FROM stage.stretch AS x
    JOIN stage.submission AS s USING (submission_id)
    JOIN stage.source AS u USING (source)
),

stated AS (
    SELECT
        {{ series_key("indicator", "population", "territory_id", "breakdown") | indent }} AS series_key,
        o.* EXCLUDE (submission_id),
        x.stretch,
        x.stated_from,
        x.ledger_event,
        x.place,
        x.withdrawn_on,
        x.authority,
        -- What one's own earlier statement is. A regional committee speaks in its folder, under whatever name its file
        -- comes; who relays what others say is named as the publisher.
        coalesce(o.publisher, concat_ws('/', x.source, x.region_code)) AS voice,
        -- A return counts: its round number is taken at its word. Running text rounds, and "environ" says that it does.
        x.is_prose OR o.qualifier = '~' AS may_be_rounded
    FROM (
        SELECT
            *,
            {{ territory_id("territory_level", "territory_code") | indent(12) }} AS territory_id
        FROM stage.observation
    ) AS o
    JOIN stretches AS x USING (submission_id)
),

several AS (
    SELECT
        series_key,
        period_start,
        period_end,
        row_number() OVER () AS figure,
        -- is any of it ever taken out of the row of statements: replaced at its place, or withdrawn?
        count(DISTINCT place) < count(*) OR count(withdrawn_on) > 0 AS is_cut
    FROM stated
    GROUP BY ALL
    HAVING count(*) > 1
),

voice_numbers AS (
    SELECT voice, row_number() OVER () AS voice_number FROM (SELECT DISTINCT voice FROM stated)
),

statements AS (
    SELECT
        row_number() OVER () AS statement,
        v.figure,
        v.is_cut,
        s.stretch,
        s.sheet,
        s.cell,
        s.stated_from,
        s.ledger_event,
        s.place,
        s.withdrawn_on,
        s.value,
        s.qualifier,
        s.value_low,
        s.value_high,
        s.missing_reason,
        s.obs_status IN ('P', 'E') AS is_provisional,
        s.authority,
        n.voice_number AS voice,
        CASE
            WHEN s.may_be_rounded THEN {{ reached_least("s") | indent(12) }}
            ELSE coalesce({{ at_least("s") | indent(12) }}, '-infinity')
        END AS least,
        CASE
            WHEN s.may_be_rounded THEN {{ reached_most("s") | indent(12) }}
            ELSE coalesce({{ at_most("s") | indent(12) }}, 'infinity')
        END AS most,
        -- Of two that can both be true, which one says more? The one that leaves less open; "environ 1 000" says less
        -- than a number that may only have been rounded.
        CASE
            WHEN s.qualifier IN ('>', '<') THEN 'infinity'
            WHEN s.qualifier = 'interval' THEN (s.value_high - s.value_low) / 2
            ELSE greatest(s.precision, if(s.may_be_rounded, {{ reach("s") | indent(12) }}, 0))
                * if(s.qualifier = '~', 1.001, 1)
        END AS imprecision
    FROM stated AS s
    JOIN several AS v USING (series_key, period_start, period_end)
    JOIN voice_numbers AS n USING (voice)
),

-- In which spans of time do the same files speak? A new one begins where one is replaced at its place or withdrawn.
spans AS (
    SELECT figure, span_from, lead(span_from) OVER (PARTITION BY figure ORDER BY span_from) AS span_until
    FROM (
        SELECT figure, stated_from AS span_from FROM statements WHERE is_cut
        UNION
        SELECT figure, withdrawn_on FROM statements WHERE withdrawn_on IS NOT NULL
        UNION
        SELECT figure, min(stated_from) FROM statements WHERE NOT is_cut GROUP BY figure
    )
),

speaking AS (
    SELECT p.figure, p.span_from, p.span_until, d.statement, d.place, d.ledger_event
    FROM spans AS p
    JOIN statements AS d
        ON d.figure = p.figure
        AND (p.span_until IS NULL OR d.stated_from < p.span_until)
        AND (d.withdrawn_on IS NULL OR d.withdrawn_on > p.span_from)
),

in_order AS (
    SELECT
        p.figure,
        p.span_from,
        p.span_until,
        -- what the rules ask, and no long text: it is carried from step to step
        {
            'statement': d.statement, 'stated_from': d.stated_from, 'value': d.value, 'qualifier': d.qualifier,
            'value_low': d.value_low, 'value_high': d.value_high, 'missing_reason': d.missing_reason,
            'is_provisional': d.is_provisional, 'authority': d.authority, 'voice': d.voice, 'least': d.least,
            'most': d.most, 'imprecision': d.imprecision
        } AS said,
        CAST(
            row_number() OVER (
                PARTITION BY p.figure, p.span_from ORDER BY d.stated_from, d.ledger_event, d.sheet, d.cell
            ) AS INTEGER
        ) AS step
    FROM speaking AS p
    JOIN statements AS d USING (statement)
    -- One place, one voice: of the files that lay there one after the other, the last that had come.
    SEMI JOIN (
        SELECT figure, span_from, place, max(ledger_event) AS ledger_event FROM speaking GROUP BY ALL
    ) AS last
        ON last.figure = p.figure
        AND last.span_from = p.span_from
        AND last.place = p.place
        AND last.ledger_event = p.ledger_event
),

-- Those after the first, so many a round: a recursion reads all of its rows each time, and some figures are stated
-- thousands of times.
following AS (
    SELECT
        figure,
        span_from,
        (step - 2) // 64 AS round,
        list_transform(list_sort(list({'step': step, 'said': said})), lambda each: each.said) AS said
    FROM in_order
    WHERE step > 1
    GROUP BY ALL
),

-- Each statement against the one that holds then, the holder; "other" is the one that nobody can decide between it and.
steps AS (
    SELECT
        figure,
        span_from,
        span_until,
        -1 AS round,
        {
            'next': said,
            'holder': said,
            'other': nullif(said, said),  -- a null of that type
            'told': [{
                'statement': said.statement, 'outcome': 'is_first', 'holder': said.statement,
                'against': nullif(said.statement, said.statement), 'other': nullif(said.statement, said.statement)
            }]
        } AS state
    FROM in_order
    WHERE step = 1
    UNION ALL
    SELECT
        s.figure,
        s.span_from,
        s.span_until,
        f.round,
        list_reduce(
            -- what is folded has the type of what it is folded into
            list_transform(f.said, lambda each: {
                'next': each, 'holder': nullif(each, each), 'other': nullif(each, each), 'told': s.state.told[1:0]
            }),
            -- lists of one: what is asked twice has a name
            lambda held, following: list_transform(
                list_transform(
                    [{{ outcome("held.holder", "following.next") | indent(20) }}],
                    lambda outcome: {
                        'outcome': outcome,
                        'holder': if(outcome IN ({{ takes_over }}), following.next, held.holder),
                        'other': CASE
                            WHEN outcome = 'contradicts' THEN held.holder
                            WHEN outcome NOT IN ('outranks', 'masks') THEN held.other
                        END
                    }
                ),
                lambda now: {
                    'next': following.next,
                    'holder': now.holder,
                    'other': now.other,
                    'told': list_append(held.told, {
                        'statement': following.next.statement, 'outcome': now.outcome,
                        'holder': now.holder.statement, 'against': held.holder.statement,
                        'other': now.other.statement
                    })
                }
            )[1],
            {'next': NULL, 'holder': s.state.holder, 'other': s.state.other, 'told': []}
        )
    FROM steps AS s
    JOIN following AS f ON f.figure = s.figure AND f.span_from = s.span_from AND f.round = s.round + 1
),

told AS (
    SELECT
        figure,
        span_from,
        span_until,
        if(round < 0, 1, 1 + 64 * round + generate_subscripts(state.told, 1)) AS step,
        unnest(state.told, recursive := TRUE)
    FROM steps
)

SELECT
    v.series_key,
    v.period_start,
    v.period_end,
    t.span_from,
    t.span_until,
    CAST(t.step AS INTEGER) AS step,
    sx.submission_id,
    s.sheet,
    s.cell,
    sx.stated_from,
    t.outcome,
    greatest(t.span_from, sx.stated_from) AS held_from,
    hx.submission_id AS holder_submission_id,
    h.sheet AS holder_sheet,
    h.cell AS holder_cell,
    hx.stated_from AS holder_stated_from,
    ax.submission_id AS against_submission_id,
    a.sheet AS against_sheet,
    a.cell AS against_cell,
    coalesce(o.authority = h.authority AND NOT {{ both_can_be_true("o", "h") | indent }}, FALSE) AS is_disputed
FROM told AS t
JOIN several AS v USING (figure)
JOIN statements AS s ON s.statement = t.statement
JOIN statements AS h ON h.statement = t.holder
LEFT JOIN statements AS a ON a.statement = t.against
LEFT JOIN statements AS o ON o.statement = t.other
JOIN stretches AS sx ON sx.stretch = s.stretch
JOIN stretches AS hx ON hx.stretch = h.stretch
LEFT JOIN stretches AS ax ON ax.stretch = a.stretch
ORDER BY v.series_key, v.period_start, v.period_end, t.span_from, t.step
