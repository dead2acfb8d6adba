/*
row_en = "One disagreement: two statements of one figure that no wording reconciles and of which neither revises the other."
row_fr = "Un désaccord : deux énoncés d'un même chiffre qu'aucune écriture ne concilie, dont aucun ne révise l'autre."
required = [
    "kind", "indicator", "breakdown", "territory_level", "territory_code", "period", "unit", "kept_value",
    "kept_source", "kept_known_on", "kept_cell", "other_value", "other_source", "other_known_on", "other_cell",
    "difference",
]
columns = [
    "kind", "indicator", "breakdown", "territory_level", "territory_code", "territory", "period", "unit", "kept_value",
    "kept_raw_text", "kept_source", "kept_known_on", "kept_cell", "other_value", "other_raw_text", "other_source",
    "other_known_on", "other_cell", "difference", "difference_percent",
]

[describe.kind]
en = "sources: two sources differ; same_day: two files of one source, issued on the same day, differ."
fr = "sources : deux sources diffèrent ; same_day : deux fichiers d'une source, émis le même jour, diffèrent."
allowed = ["sources", "same_day"]

[describe.kept_value]
type = "DOUBLE"
en = "Value that holds: that of the source of higher authority, then the latest known, then the latest received."
fr = "Valeur retenue : celle de la source qui fait autorité, puis la dernière connue, puis la dernière reçue."

[describe.kept_raw_text]
en = "Text of the cell whose value holds."
fr = "Texte de la cellule dont la valeur est retenue."

[describe.kept_source]
en = "Source whose value holds."
fr = "Source dont la valeur est retenue."

[describe.kept_known_on]
type = "DATE"
en = "Day on which the value that holds became known."
fr = "Jour où la valeur retenue a été connue."

[describe.kept_cell]
en = "Cell whose value holds, as [file]sheet!cell."
fr = "Cellule dont la valeur est retenue, sous la forme [fichier]feuille!cellule."

[describe.other_value]
type = "DOUBLE"
en = "Value that is set aside."
fr = "Valeur écartée."

[describe.other_raw_text]
en = "Text of the cell whose value is set aside."
fr = "Texte de la cellule dont la valeur est écartée."

[describe.other_source]
en = "Source whose value is set aside."
fr = "Source dont la valeur est écartée."

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
WITH vintages AS (
    SELECT
        h.*,
        s.file,
        concat('[', s.file, ']', h.sheet, '!', h.cell) AS at_cell,
        -- How far does the wording reach? To list a disagreement for a human, "environ" is read at its written
        -- precision: 364 M€ against "environ 552 M€" deserves a look, though nothing is proven.
        CASE WHEN h.qualifier = '~' THEN h.value - h.precision ELSE coalesce(h.at_least, '-infinity') END AS lowest,
        CASE WHEN h.qualifier = '~' THEN h.value + h.precision ELSE coalesce(h.at_most, 'infinity') END AS highest,
        -- the last word of each source: an earlier one was revised, and is in audit.revision
        h.known_on = max(h.known_on) OVER of_the_source AS is_last_word
    FROM fact.observation_history AS h
    JOIN fact.submission AS s USING (submission_id)
    WHERE h.value IS NOT NULL
    WINDOW of_the_source AS (
        PARTITION BY
            h.indicator, h.breakdown, h.territory_level, h.territory_code, h.period_start, h.period_end, h.source
    )
)

SELECT
    CASE WHEN k.source <> o.source THEN 'sources' ELSE 'same_day' END AS kind,
    k.indicator,
    k.breakdown,
    k.territory_level,
    k.territory_code,
    k.territory,
    k.period,
    k.unit,
    k.value AS kept_value,
    k.raw_text AS kept_raw_text,
    k.source AS kept_source,
    k.known_on AS kept_known_on,
    k.at_cell AS kept_cell,
    o.value AS other_value,
    o.raw_text AS other_raw_text,
    o.source AS other_source,
    o.known_on AS other_known_on,
    o.at_cell AS other_cell,
    o.value - k.value AS difference,
    100 * (o.value - k.value) / nullif(abs(k.value), 0) AS difference_percent
FROM vintages AS k
JOIN vintages AS o
    USING (indicator, breakdown, territory_level, territory_code, period_start, period_end)
WHERE
    k.superseded_on IS NULL
    AND o.is_last_word
    -- Revision or disagreement? A source that states a new figure later revises itself, and so does a file sent again
    -- under its own name, even with the date of issue left as it was. All else is two voices.
    AND (
        o.source <> k.source
        OR (o.known_on = k.known_on AND (o.file <> k.file OR o.submission_id = k.submission_id))
    )
    AND (o.submission_id, o.sheet, o.cell) <> (k.submission_id, k.sheet, k.cell)
    -- do the wordings exclude each other?
    AND (o.lowest > k.highest + 1e-9 * abs(k.value) OR o.highest < k.lowest - 1e-9 * abs(k.value))
ORDER BY abs(difference_percent) DESC NULLS LAST, indicator, territory_code, period, other_cell
