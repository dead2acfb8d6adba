{% from 'macros/bounds.sql' import reached_least, reached_most %}
/*
row_en = "One disagreement: two statements that no wording reconciles and of which neither revises the other."
row_fr = "Un désaccord : deux énoncés qu'aucune écriture ne concilie, dont aucun ne révise l'autre."
by = "series"
required = [
    "kind", "indicator", "breakdown", "territory_level", "territory_code", "series_key", "period", "period_label", "unit", "kept_value",
    "kept_source", "kept_known_on", "kept_cell", "other_period", "other_value", "other_source", "other_known_on",
    "other_cell", "difference",
]
columns = [
    "kind", "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period", "period_label", "unit", "kept_value",
    "kept_raw_text", "kept_source", "kept_publisher", "kept_known_on", "kept_cell", "other_period", "other_value",
    "other_raw_text", "other_source", "other_publisher", "other_known_on", "other_cell", "difference",
    "difference_percent",
]

[describe.kind]
en = "sources, publishers: two of them differ; same_day: two files of one day; shrinking: a cumulative figure falls."
fr = "sources, publishers : deux d'entre eux diffèrent ; same_day : deux fichiers d'un jour ; shrinking : un cumul baisse."
allowed = ["sources", "publishers", "same_day", "shrinking"]

[describe.kept_value]
type = "DOUBLE"
en = "Value that holds: of higher authority, then latest known, then latest received. If shrinking: the earlier count."
fr = "Valeur retenue : source qui fait autorité, puis dernière connue, puis dernière reçue. Si un cumul baisse : l'antérieur."

[describe.kept_raw_text]
en = "Text of the cell whose value holds."
fr = "Texte de la cellule dont la valeur est retenue."

[describe.kept_source]
en = "Source whose value holds."
fr = "Source dont la valeur est retenue."

[describe.kept_publisher]
en = "Who published the value that holds; null where its file does not say."
fr = "Qui a publié la valeur retenue ; nul si le fichier ne le dit pas."

[describe.kept_known_on]
type = "DATE"
en = "Day on which the value that holds became known."
fr = "Jour où la valeur retenue a été connue."

[describe.kept_cell]
en = "Cell whose value holds, as [file]sheet!cell."
fr = "Cellule dont la valeur est retenue, sous la forme [fichier]feuille!cellule."

[describe.other_period]
en = "Period of the other value: that of the row, but for a cumulative figure that counts up to a later day."
fr = "Période de l'autre valeur : celle de la ligne, sauf pour un cumul arrêté à une date postérieure."

[describe.other_value]
type = "DOUBLE"
en = "Value that is set aside; if shrinking, it holds for its own period."
fr = "Valeur écartée ; si un cumul baisse, elle prévaut pour sa propre période."

[describe.other_raw_text]
en = "Text of the cell whose value is set aside."
fr = "Texte de la cellule dont la valeur est écartée."

[describe.other_source]
en = "Source whose value is set aside."
fr = "Source dont la valeur est écartée."

[describe.other_publisher]
en = "Who published the other value; null where its file does not say."
fr = "Qui a publié l'autre valeur ; nul si le fichier ne le dit pas."

[describe.other_known_on]
type = "DATE"
en = "Day on which the value that is set aside became known."
fr = "Jour où la valeur écartée a été connue."

[describe.other_cell]
en = "Cell whose value is set aside, as [file]sheet!cell."
fr = "Cellule dont la valeur est écartée, sous la forme [fichier]feuille!cellule."

[describe.difference]
type = "DOUBLE"
en = "Other value minus the value that holds."
fr = "Valeur écartée moins valeur retenue."

[describe.difference_percent]
type = "DOUBLE"
unit = "percent"
en = "Difference in percent of the value that holds."
fr = "Différence en pourcentage de la valeur retenue."
*/
-- When do two statements disagree, and when does one revise the other?
--
-- * A source that states a figure anew, later, revises itself (audit.revision). So does a publisher: Le Moniteur wrote
--   48 538 approvals in 2022 and 48 575 in 2023. A file sent again replaces what it said.
-- * Two sources, or two publishers within one source, are two voices. Where their wordings exclude each other it is a
--   disagreement, whatever the dates: the 97.000 mobility aids of Localtis and the 222.000 of an interview eight months
--   later were never put right by either. The rank of the source decides which holds, then the date.
-- * Two files of one voice and one day: nobody can tell which was meant to be the last.
-- * A cumulative figure counts from one launch on and cannot fall: 552 M€ counted to the end of 2020 and 364 M€ counted
--   to the end of 2021 contradict each other, though their periods are worded 2017-2020 and 2018-2022. A figure counts
--   up to the end of its period, or to the day on which it was stated where that period was not over; "fin 2017" and
--   "depuis 2018" are the same launch, and starts further apart are two programmes, which are not compared.
--
-- Most figures are stated once, or always the same. They are left out first, which makes a long history several times
-- faster to compare; a cumulative figure is also compared with those of other periods.
WITH several AS (
    SELECT h.series_key, h.period_start, h.period_end
    FROM fact.observation_history AS h
    JOIN dim.indicator AS i ON i.code = h.indicator
    GROUP BY ALL
    HAVING
        min(h.value) <> max(h.value)
        OR (count(h.value) > 1 AND bool_or(h.qualifier <> '='))
        OR bool_or(i.measure = 'cumulative')
),

-- the last word of each voice: an earlier one was revised, and is in audit.revision
last_words AS (
    SELECT series_key, period_start, period_end, source, publisher, max(holds_from) AS holds_from
    FROM fact.observation_history
    SEMI JOIN several USING (series_key, period_start, period_end)
    WHERE value IS NOT NULL AND withdrawn_on IS NULL
    GROUP BY ALL
),

vintages AS (
    SELECT
        h.indicator,
        h.breakdown,
        h.territory_level,
        h.territory_code,
        h.territory_id,
        h.territory,
        h.series_key,
        h.period,
        h.period_label,
        h.period_start,
        h.period_end,
        h.unit,
        h.value,
        h.raw_text,
        h.source,
        h.publisher,
        h.known_on,
        h.holds_from,
        h.superseded_on,
        h.submission_id,
        h.sheet,
        h.cell,
        -- the same for a file and for those that came in its place
        coalesce(s.superseded_by, s.submission_id) AS standing,
        coalesce(h.publisher, '') AS voice,
        concat('[', s.file, ']', h.sheet, '!', h.cell) AS at_cell,
        -- How far does the wording reach? A return counts, and is taken at its word; running text rounds.
        CASE
            WHEN u.is_prose OR h.qualifier = '~' THEN {{ reached_least("h") | indent(12) }}
            ELSE coalesce(h.at_least, '-infinity')
        END AS lowest,
        CASE
            WHEN u.is_prose OR h.qualifier = '~' THEN {{ reached_most("h") | indent(12) }}
            ELSE coalesce(h.at_most, 'infinity')
        END AS highest,
        -- the machine's own rounding is no disagreement
        1e-9 * abs(h.value) AS rounding,
        h.holds_from = l.holds_from AS is_last_word,
        least(h.period_end, h.known_on) AS counted_to
    FROM fact.observation_history AS h
    JOIN last_words AS l
        ON l.series_key = h.series_key
        AND l.period_start = h.period_start
        AND l.period_end = h.period_end
        AND l.source = h.source
        AND l.publisher IS NOT DISTINCT FROM h.publisher
    JOIN fact.submission AS s USING (submission_id)
    JOIN dim.source AS u ON u.source = h.source
    WHERE
        h.value IS NOT NULL
        AND h.withdrawn_on IS NULL
        AND (h.superseded_on IS NULL OR h.holds_from = l.holds_from)
),

current AS (
    FROM vintages WHERE superseded_on IS NULL
),

pairs AS (
    SELECT
        CASE
            WHEN k.source <> o.source THEN 'sources'
            WHEN k.voice <> o.voice THEN 'publishers'
            ELSE 'same_day'
        END AS kind,
        k,
        o
    FROM current AS k
    JOIN vintages AS o USING (series_key, period_start, period_end)
    WHERE
        o.is_last_word
        AND (o.source <> k.source OR o.voice <> k.voice OR o.holds_from = k.holds_from)
        AND (o.standing <> k.standing OR o.submission_id = k.submission_id)
        AND (o.submission_id, o.sheet, o.cell) <> (k.submission_id, k.sheet, k.cell)
        -- do the wordings exclude each other?
        AND (o.lowest > k.highest + k.rounding OR o.highest < k.lowest - k.rounding)
    UNION ALL
    SELECT 'shrinking', k, o
    FROM current AS k
    JOIN dim.indicator AS i ON i.code = k.indicator AND i.measure = 'cumulative'
    JOIN current AS o USING (series_key)
    WHERE
        k.counted_to < o.counted_to
        AND abs(year(k.period_start) - year(o.period_start)) <= 1
        AND o.highest < k.lowest - k.rounding
)

SELECT
    kind,
    k.indicator,
    k.breakdown,
    k.territory_level,
    k.territory_code,
    k.territory_id,
    k.territory,
    k.series_key,
    k.period,
    k.period_label,
    k.unit,
    k.value AS kept_value,
    k.raw_text AS kept_raw_text,
    k.source AS kept_source,
    k.publisher AS kept_publisher,
    k.known_on AS kept_known_on,
    k.at_cell AS kept_cell,
    o.period AS other_period,
    o.value AS other_value,
    o.raw_text AS other_raw_text,
    o.source AS other_source,
    o.publisher AS other_publisher,
    o.known_on AS other_known_on,
    o.at_cell AS other_cell,
    o.value - k.value AS difference,
    100 * (o.value - k.value) / nullif(abs(k.value), 0) AS difference_percent
FROM pairs
ORDER BY abs(difference_percent) DESC NULLS LAST, k.indicator, k.territory_code, k.period, other_cell
