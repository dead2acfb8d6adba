{% from 'macros/bounds.sql' import last_digit %}
/*
row_en = "One remark on what was loaded (a hidden row, a text repaired, figures revised, a doubtful unit …), or one refusal in a file that a later one has replaced."
row_fr = "Une remarque sur ce qui a été chargé (ligne masquée, texte réparé, chiffres révisés, unité douteuse…), ou un refus dans un fichier remplacé depuis."
key = ["submission_id", "sheet", "cell", "reason", "message_fr"]
by = "told"
whole = ["fact.submission"]
required = ["file", "row_level", "raw_text", "message_en"]
columns = [
    "submission_id", "source", "region", "file", "sheet", "cell", "raw_text", "row_level", "reason", "message_fr",
    "message_en",
]

[describe.region]
en = "Region that the file reports on; null where it covers several territories."
fr = "Région sur laquelle porte le fichier ; nul s'il couvre plusieurs territoires."

[describe.row_level]
en = "Whether it is a remark, or a refusal in a file that a later one has replaced at the same place (superseded)."
fr = "Remarque, ou refus dans un fichier qu'un autre a remplacé depuis au même endroit (superseded)."
allowed = ["remark", "superseded"]
*/
-- What did a source say before? Its statements of one figure, one after the other. Only one that was stated again has a
-- vintage of rank 2.
WITH several AS (
    SELECT series_key, period_start, period_end
    FROM fact.observation_history
    WHERE vintage_rank = 2
),

confirming AS (
    SELECT DISTINCT submission_id, sheet, cell FROM fact.statement WHERE outcome = 'confirms'
),

-- no texts: all that such a source ever stated of these figures is sorted
steps AS (
    SELECT
        h.submission_id,
        h.value,
        h.known_on,
        lag(h.value) OVER statements AS old_value,
        lag(h.known_on) OVER statements AS old_known_on,
        lag(h.submission_id) OVER statements AS old_submission_id
    FROM fact.observation_history AS h
    SEMI JOIN several USING (series_key, period_start, period_end)
    LEFT JOIN confirming AS c USING (submission_id, sheet, cell)
    WHERE h.withdrawn_on IS NULL
    WINDOW statements AS (
        PARTITION BY h.series_key, h.period_start, h.period_end, h.source, h.publisher
        -- of one day, what confirms comes after what it confirms
        ORDER BY h.holds_from, c.cell IS NOT NULL, h.vintage_rank DESC
    )
),

-- Which files say again what their source had said, and what changes? As in audit.revision, two files of one day are no
-- revision but a disagreement, unless it is the same file sent again.
restated AS (
    SELECT
        h.submission_id,
        count(*) FILTER (h.value IS DISTINCT FROM h.old_value) AS changed,
        count(*) FILTER (h.value IS NOT DISTINCT FROM h.old_value) AS same,
        list(DISTINCT o.file ORDER BY o.file) AS old_files
    FROM steps AS h
    JOIN fact.submission AS s USING (submission_id)
    JOIN fact.submission AS o ON o.submission_id = h.old_submission_id
    WHERE
        h.old_submission_id <> h.submission_id
        AND (
            h.known_on > h.old_known_on
            -- the same for a file and for those that came in its place
            OR coalesce(s.superseded_by, s.submission_id) = coalesce(o.superseded_by, o.submission_id)
        )
    GROUP BY h.submission_id
),

-- Which figures of a file does the one that took its place no longer state? They hold on, for nobody took them back.
dropped AS (
    SELECT n.submission_id, count(*) AS dropped, list(DISTINCT n.file) AS old_files
    FROM fact.observation AS o
    JOIN fact.submission AS s USING (submission_id)
    JOIN fact.submission AS n ON n.submission_id = s.superseded_by
    ANTI JOIN fact.observation_history AS h
        ON h.submission_id = n.submission_id
        AND h.series_key = o.series_key
        AND h.period_start = o.period_start
        AND h.period_end = o.period_end
    WHERE o.value IS NOT NULL AND n.accepted > 0
    GROUP BY n.submission_id
),

-- Which file took the place of one that stated a figure more exactly? It speaks for its place, whatever it says.
stretches AS (
    SELECT
        h.*,
        lag(h.raw_text) OVER in_time AS old_raw_text,
        lag(h.value) OVER in_time AS old_value,
        lag(h.qualifier) OVER in_time AS old_qualifier,
        lag({{ last_digit("h") | indent(8) }}) OVER in_time AS old_last_digit,
        lag(concat('[', s.file, ']', h.sheet, '!', h.cell)) OVER in_time AS old_cell
    FROM fact.observation_history AS h
    SEMI JOIN several USING (series_key, period_start, period_end)
    JOIN fact.submission AS s USING (submission_id)
    WHERE h.superseded_on IS NULL OR h.superseded_on > h.holds_from
    WINDOW in_time AS (PARTITION BY h.series_key, h.period_start, h.period_end ORDER BY h.holds_from)
),

rounder AS (
    SELECT submission_id, sheet, cell, raw_text, old_raw_text, old_cell
    FROM stretches AS h
    WHERE
        superseded_on IS NULL
        AND (
            qualifier <> '=' AND old_qualifier = '=' AND old_value BETWEEN
                coalesce(at_least, old_value) AND coalesce(at_most, old_value)
            OR {{ last_digit("h") | indent(12) }} > greatest(old_last_digit, abs(value - old_value))
        )
),

-- Which statement says again, more vaguely, what holds already, and which one says that it has nothing to say? They are
-- few, and looked for first.
vague AS (
    SELECT observation_id FROM audit.confirmation WHERE is_rounder
),

saying_little AS (
    SELECT *, concat_ws('/', submission_id, sheet, cell) AS observation_id
    FROM fact.statement
    WHERE span_until IS NULL AND (outcome = 'says_nothing' OR observation_id IN (FROM vague))
),

without_effect AS (
    SELECT
        t.submission_id,
        t.sheet,
        t.cell,
        if(t.outcome = 'says_nothing', 'ND_SANS_EFFET', 'CONFIRMATION_ARRONDIE') AS reason,
        h.raw_text AS held_raw_text,
        concat('[', s.file, ']', h.sheet, '!', h.cell) AS held_cell,
        o.raw_text
    FROM saying_little AS t
    JOIN fact.observation AS h
        ON h.submission_id = t.holder_submission_id
        AND h.sheet = t.holder_sheet
        AND h.cell = t.holder_cell
    JOIN fact.submission AS s ON s.submission_id = h.submission_id
    JOIN fact.observation_history AS o ON o.observation_id = t.observation_id
    WHERE h.value IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY o.observation_id ORDER BY t.step DESC) = 1
),

found AS (
    -- one remark a file, and none where all is as before: a return states last year's figures beside the new ones
    SELECT
        submission_id,
        '' AS sheet,
        '' AS cell,
        '' AS raw_text,
        'REVISION' AS reason,
        [
            ['{other}', array_to_string(coalesce(r.old_files, d.old_files), ', ')],
            ['{changed}', concat(coalesce(r.changed, 0))],
            ['{same}', concat(coalesce(r.same, 0))],
            ['{dropped}', concat(coalesce(d.dropped, 0))],
        ] AS words
    FROM restated AS r
    FULL JOIN dropped AS d USING (submission_id)
    WHERE r.changed > 0 OR d.dropped > 0
    UNION ALL
    SELECT
        submission_id,
        sheet,
        cell,
        raw_text,
        'ECHELLE_SUSPECTE',
        [
            ['{found}', raw_text],
            ['{value}', translate(format('{:,.15g}', value), ',.', ' ,')],
            ['{expected}', translate(format('{:,.15g}', old_value), ',.', ' ,')],
            [
                '{factor}',
                translate(
                    format('{} {:,}', if(power_of_ten > 0, '×', '÷'), CAST(10 ** abs(power_of_ten) AS BIGINT)), ',', ' '
                ),
            ],
            ['{period}', old_period_label],
            ['{other}', old_cell],
        ]
    FROM audit.suspect_scale
    UNION ALL
    SELECT
        submission_id,
        sheet,
        cell,
        raw_text,
        'MOINS_PRECIS',
        [['{found}', raw_text], ['{value}', old_raw_text], ['{other}', old_cell]]
    FROM rounder
    UNION ALL
    SELECT
        submission_id,
        sheet,
        cell,
        raw_text,
        reason,
        [['{found}', raw_text], ['{value}', held_raw_text], ['{other}', held_cell]]
    FROM without_effect
    UNION ALL
    SELECT
        submission_id,
        sheet,
        cell,
        raw_text,
        'CONNU_AVANT_TERME',
        [
            ['{found}', raw_text],
            ['{period}', strftime(period_end, '%d/%m/%Y')],
            ['{value}', strftime(known_on, '%d/%m/%Y')],
        ]
    FROM fact.observation
    WHERE known_before_period_end AND value IS NOT NULL
),

-- the sentences are those of pipeline/rejections.py
told AS (
    SELECT
        f.*,
        s.file,
        r.row_level,
        list_transform(
            [r.message_fr, r.message_en],
            lambda sentence: list_reduce(
                [[sentence, '']] || f.words, lambda said, word: [replace(said[1], word[1], word[2]), '']
            )[1]
        ) AS messages
    FROM found AS f
    JOIN stage.reason AS r USING (reason)
    JOIN fact.submission AS s USING (submission_id)
),

remarks AS (
    SELECT submission_id, file, sheet, cell, raw_text, row_level, reason, message_fr, message_en
    FROM stage.rejection
    WHERE row_level IN ('remark', 'superseded')
    UNION ALL
    SELECT submission_id, file, sheet, cell, raw_text, row_level, reason, messages[1], messages[2]
    FROM told
)

SELECT
    x.submission_id,
    s.source,
    s.region,
    x.file,
    x.sheet,
    x.cell,
    x.raw_text,
    x.row_level,
    x.reason,
    x.message_fr,
    x.message_en
FROM remarks AS x
LEFT JOIN fact.submission AS s USING (submission_id)
ORDER BY x.file, x.sheet, x.cell, x.reason
