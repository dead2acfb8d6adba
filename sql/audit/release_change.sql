{% from 'macros/keys.sql' import territory_id %}
{#
behind(n): the keys of the cells behind a row of kpi.national, by what it is made of.
#}
{% macro behind(n) -%}
CASE
    WHEN {{ n }}.value IS NULL THEN NULL
    WHEN {{ n }}.basis = 'published' THEN [{{ n }}.published_observation_id]
    ELSE {{ n }}.regions_observation_ids
END
{%- endmacro %}
/*
row_en = "One thing that this release changes against the one published before it: a figure, a national figure, a refusal, a region that reported."
row_fr = "Un changement de cette publication par rapport à celle qui la précédait : un chiffre, un chiffre national, un refus, une région qui a répondu."
required = ["change", "relation_name"]
by = "figure"
columns = [
    "change", "relation_name", "indicator", "population", "breakdown", "territory_level", "territory_code",
    "territory_id", "territory", "period", "period_label", "unit", "old_value", "old_raw_text", "old_cell",
    "old_cell_ids", "new_value", "new_raw_text", "new_cell", "new_cell_ids", "difference", "difference_percent",
    "source", "reason", "message_fr", "message_en",
]

[describe.change]
en = "added, restated, withdrawn: a figure; national: a figure of the nation moved; refused, no_longer_refused: a cell or file; reported, no_longer_reported: a region."
fr = "added, restated, withdrawn : un chiffre ; national : un chiffre du pays a changé ; refused, no_longer_refused : une cellule ou un fichier ; reported, no_longer_reported : une région."
allowed = [
    "added", "restated", "withdrawn", "national", "refused", "no_longer_refused", "reported", "no_longer_reported",
]

[describe.relation_name]
en = "Relation in which the change shows."
fr = "Relation où le changement se voit."

[describe.unit]
en = "Unit of both values; null where the change is of no figure."
fr = "Unité des deux valeurs ; nul si le changement n'est pas celui d'un chiffre."

[describe.old_value]
type = "DOUBLE"
en = "Value in the release before; null where there was none, or where its file was erased."
fr = "Valeur dans la publication précédente ; nulle s'il n'y en avait pas, ou si son fichier a été effacé."

[describe.old_raw_text]
en = "Text of the cell in the release before; null where its file was erased."
fr = "Texte de la cellule dans la publication précédente ; nul si son fichier a été effacé."

[describe.old_cell]
en = "That cell, as [file]sheet!cell."
fr = "Cette cellule, sous la forme [fichier]feuille!cellule."

[describe.old_cell_ids]
type = "VARCHAR[]"
en = "Keys of the cells behind the old value, submission/sheet/cell, as observation_id; null where their file was erased."
fr = "Clés des cellules de l'ancienne valeur, dépôt/feuille/cellule, comme observation_id ; nul si leur fichier a été effacé."

[describe.new_value]
type = "DOUBLE"
en = "Value in this release; null where there is none."
fr = "Valeur dans cette publication ; nulle s'il n'y en a pas."

[describe.new_raw_text]
en = "Text of the cell in this release; of a refusal, the text found."
fr = "Texte de la cellule dans cette publication ; pour un refus, le texte trouvé."

[describe.new_cell]
en = "That cell, as [file]sheet!cell; of a refusal, the place refused."
fr = "Cette cellule, sous la forme [fichier]feuille!cellule ; pour un refus, l'endroit refusé."

[describe.new_cell_ids]
type = "VARCHAR[]"
en = "Keys of the cells behind the new value; of a refusal, that of the cell refused."
fr = "Clés des cellules de la nouvelle valeur ; pour un refus, celle de la cellule refusée."

[describe.reason]
en = "Reason of the refusal; null for any other change."
fr = "Motif du refus ; nul pour tout autre changement."

[describe.message_fr]
en = "Sentence of the refusal, in French; null for any other change."
fr = "Phrase du refus, en français ; nulle pour tout autre changement."

[describe.message_en]
en = "Sentence of the refusal, in English; null for any other change."
fr = "Phrase du refus, en anglais ; nulle pour tout autre changement."
*/
-- What does the release change? The one that is published when it is built stands beside it as "previous". A table of
-- no rows where there is none, or where it has other columns: then audit.release.compared_with is null.
WITH old_figures AS (
    SELECT
        o.* EXCLUDE (value, raw_text),
        -- what was erased is told nowhere
        if(e.submission_id IS NULL, o.value, NULL) AS value,
        if(e.submission_id IS NULL, o.raw_text, NULL) AS raw_text,
        if(e.submission_id IS NULL, [o.observation_id], NULL) AS cell_ids,
        concat('[', s.file, ']', o.sheet, '!', o.cell) AS at_cell
    FROM previous.fact.observation AS o
    JOIN previous.fact.submission AS s USING (submission_id)
    LEFT JOIN (FROM fact.submission WHERE status = 'erased') AS e ON e.submission_id = o.submission_id
),

new_figures AS (
    SELECT o.*, [o.observation_id] AS cell_ids, concat('[', s.file, ']', o.sheet, '!', o.cell) AS at_cell
    FROM fact.observation AS o
    JOIN fact.submission AS s USING (submission_id)
),

figures AS (
    SELECT
        CASE WHEN o.series_key IS NULL THEN 'added' WHEN n.series_key IS NULL THEN 'withdrawn' ELSE 'restated' END
            AS change,
        coalesce(n.indicator, o.indicator) AS indicator,
        coalesce(n.population, o.population) AS population,
        coalesce(n.breakdown, o.breakdown) AS breakdown,
        coalesce(n.territory_level, o.territory_level) AS territory_level,
        coalesce(n.territory_code, o.territory_code) AS territory_code,
        coalesce(n.territory, o.territory) AS territory,
        coalesce(n.period, o.period) AS period,
        coalesce(n.period_label, o.period_label) AS period_label,
        coalesce(n.unit, o.unit) AS unit,
        o.value AS old_value,
        o.raw_text AS old_raw_text,
        o.at_cell AS old_cell,
        o.cell_ids AS old_cell_ids,
        n.value AS new_value,
        n.raw_text AS new_raw_text,
        n.at_cell AS new_cell,
        n.cell_ids AS new_cell_ids,
        coalesce(n.source, o.source) AS source
    FROM old_figures AS o
    FULL JOIN new_figures AS n USING (series_key, period_start, period_end)
    WHERE
        (n.value, n.qualifier, n.value_low, n.value_high, n.obs_status, n.missing_reason)
        IS DISTINCT FROM
        (o.value, o.qualifier, o.value_low, o.value_high, o.obs_status, o.missing_reason)
),

-- Which figures that everybody quotes are others than they were?
national AS (
    SELECT
        coalesce(n.indicator, o.indicator) AS indicator,
        CAST(coalesce(n.year, o.year) AS VARCHAR) AS period,
        coalesce(n.unit, o.unit) AS unit,
        o.value AS old_value,
        n.value AS new_value,
        {{ behind("o") | indent(8) }} AS old_cell_ids,
        {{ behind("n") | indent(8) }} AS new_cell_ids
    FROM previous.kpi.national AS o
    FULL JOIN kpi.national AS n USING (indicator, year)
    WHERE n.value IS DISTINCT FROM o.value
),

refusals AS (
    SELECT
        if(o.submission_id IS NULL, 'refused', 'no_longer_refused') AS change,
        coalesce(n.source, o.source) AS source,
        coalesce(n.reason, o.reason) AS reason,
        n.message_fr,
        n.message_en,
        n.raw_text AS new_raw_text,
        -- of a whole file, its name alone
        '[' || n.file || ']' || concat_ws('!', n.sheet, nullif(n.cell, '')) AS new_cell,
        '[' || o.file || ']' || concat_ws('!', o.sheet, nullif(o.cell, '')) AS old_cell,
        CASE WHEN n.cell <> '' THEN [concat_ws('/', n.submission_id, n.sheet, n.cell)] END AS new_cell_ids,
        CASE WHEN o.cell <> '' THEN [concat_ws('/', o.submission_id, o.sheet, o.cell)] END AS old_cell_ids
    FROM previous.fact.rejection AS o
    FULL JOIN fact.rejection AS n USING (submission_id, sheet, cell, reason, message_fr)
    WHERE o.submission_id IS NULL OR n.submission_id IS NULL
),

reports AS (
    SELECT
        if(o.year IS NULL, 'reported', 'no_longer_reported') AS change,
        coalesce(n.source, o.source) AS source,
        coalesce(n.region_code, o.region_code) AS region_code,
        coalesce(n.region, o.region) AS region,
        CAST(coalesce(n.year, o.year) AS VARCHAR) AS period
    FROM (FROM previous.audit.coverage WHERE status = 'accepted') AS o
    FULL JOIN (FROM audit.coverage WHERE status = 'accepted') AS n USING (source, region_code, year)
    WHERE o.year IS NULL OR n.year IS NULL
),

changes AS (
    SELECT 'fact.observation' AS relation_name, * FROM figures
    UNION ALL BY NAME
    SELECT
        'kpi.national' AS relation_name, 'national' AS change, 'national' AS territory_level, 'FR' AS territory_code,
        'France' AS territory, period AS period_label, *
    FROM national
    UNION ALL BY NAME
    SELECT 'fact.rejection' AS relation_name, * FROM refusals
    UNION ALL BY NAME
    SELECT
        'audit.coverage' AS relation_name, change, source, 'region' AS territory_level, region_code AS territory_code,
        region AS territory, period, period AS period_label
    FROM reports
)

SELECT
    change,
    relation_name,
    indicator,
    population,
    breakdown,
    territory_level,
    territory_code,
    CASE WHEN territory_code IS NOT NULL THEN {{ territory_id("territory_level", "territory_code") | indent }} END
        AS territory_id,
    territory,
    period,
    period_label,
    unit,
    old_value,
    old_raw_text,
    old_cell,
    old_cell_ids,
    new_value,
    new_raw_text,
    new_cell,
    new_cell_ids,
    new_value - old_value AS difference,
    100 * (new_value - old_value) / nullif(abs(old_value), 0) AS difference_percent,
    source,
    reason,
    message_fr,
    message_en
FROM changes
-- the largest restatement first
ORDER BY
    list_position(
        [
            'national', 'restated', 'withdrawn', 'no_longer_reported', 'refused', 'added', 'reported',
            'no_longer_refused',
        ],
        change
    ),
    abs(difference_percent) DESC NULLS LAST, indicator, territory_code, period, new_cell, old_cell
