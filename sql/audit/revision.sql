{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One revision: a source, in the same publisher's words, states a figure anew and differently, or says it is missing."
row_fr = "Une révision : une source, par le même éditeur, énonce à nouveau un chiffre, autrement, ou le dit manquant."
by = "figure"
required = [
    "kind", "indicator", "breakdown", "territory_level", "territory_code", "period", "period_label", "unit", "source", "old_known_on",
    "old_cell", "new_known_on", "new_cell", "days_between",
]
columns = [
    "kind", "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period", "period_label", "unit", "source",
    "old_value", "old_raw_text", "old_known_on", "old_cell", "new_value", "new_raw_text", "new_known_on", "new_cell",
    "difference", "difference_percent", "days_between",
]

[describe.kind]
en = "routine: within precision, announced as provisional or estimated, or a gap now filled; correction: any other."
fr = "routine : dans la précision, annoncé provisoire ou estimé, ou lacune comblée ; correction : toute autre."
allowed = ["routine", "correction"]

[describe.old_value]
type = "DOUBLE"
en = "Value before; null where the source had said that it was missing."
fr = "Valeur antérieure ; nulle si la source la disait manquante."

[describe.old_raw_text]
en = "Text of the earlier cell."
fr = "Texte de la cellule antérieure."

[describe.old_known_on]
type = "DATE"
en = "Day on which the earlier value became known."
fr = "Jour où la valeur antérieure a été connue."

[describe.old_cell]
en = "Earlier cell, as [file]sheet!cell."
fr = "Cellule antérieure, sous la forme [fichier]feuille!cellule."

[describe.new_value]
type = "DOUBLE"
en = "Value after; null where the source withdraws it."
fr = "Nouvelle valeur ; nulle si la source la retire."

[describe.new_raw_text]
en = "Text of the later cell."
fr = "Texte de la nouvelle cellule."

[describe.new_known_on]
type = "DATE"
en = "Day on which the new value became known."
fr = "Jour où la nouvelle valeur a été connue."

[describe.new_cell]
en = "Later cell, as [file]sheet!cell."
fr = "Nouvelle cellule, sous la forme [fichier]feuille!cellule."

[describe.days_between]
type = "INTEGER"
en = "Days between the two dates of knowledge."
fr = "Jours entre les deux dates de connaissance."
*/
-- Most figures are stated once, or always the same. They are left out first, which makes a long history three times
-- faster to compare.
WITH several AS (
    SELECT series_key, period_start, period_end
    FROM fact.observation_history
    GROUP BY ALL
    HAVING min(value) <> max(value) OR count(value) BETWEEN 1 AND count(*) - 1
),

-- what became of each statement against the one that held then (fact.statement)
outcomes AS (
    FROM fact.statement
    QUALIFY row_number() OVER (PARTITION BY submission_id, sheet, cell, stated_from ORDER BY span_from DESC) = 1
),

vintages AS (
    SELECT
        h.*,
        coalesce(o.outcome = 'is_more_precise', FALSE) AS is_more_precise,
        -- the same for a file and for those that came in its place
        coalesce(s.superseded_by, s.submission_id) AS standing,
        concat('[', s.file, ']', h.sheet, '!', h.cell) AS at_cell
    FROM fact.observation_history AS h
    SEMI JOIN several USING (series_key, period_start, period_end)
    JOIN fact.submission AS s USING (submission_id)
    LEFT JOIN outcomes AS o
        ON o.submission_id = h.submission_id
        AND o.sheet = h.sheet
        AND o.cell = h.cell
        AND o.stated_from = h.holds_from
    -- what was taken back revises nothing, nor does what says the same more vaguely, or nothing at all
    WHERE
        h.withdrawn_on IS NULL
        AND (
            coalesce(o.outcome, '') NOT IN ('confirms', 'says_nothing')
            OR h.superseded_on IS NULL
            OR h.superseded_on > h.holds_from
        )
),

-- What did the source say just before? Its statements of one figure, one after the other.
steps AS (
    SELECT
        *,
        lag(value) OVER statements AS old_value,
        lag(precision) OVER statements AS old_precision,
        lag(raw_text) OVER statements AS old_raw_text,
        lag(obs_status) OVER statements AS old_obs_status,
        lag(known_on) OVER statements AS old_known_on,
        lag(standing) OVER statements AS old_standing,
        lag(submission_id) OVER statements AS old_submission_id,
        lag(at_cell) OVER statements AS old_cell
    FROM vintages
    WINDOW statements AS (
        -- two publishers are two voices: if they differ they disagree (audit.conflict)
        PARTITION BY series_key, period_start, period_end, source, publisher
        ORDER BY holds_from, vintage_rank DESC
    )
)

SELECT
    -- Was the change to be expected? Provisional figures are made to change; a rounded figure followed by the exact one
    -- says the same; a figure that was missing is completed. Anything else corrects what had been stated as final.
    CASE
        WHEN old_value IS NULL OR old_obs_status IN ('P', 'E') OR is_more_precise THEN 'routine'
        WHEN abs(value - old_value) <= precision + old_precision + 1e-9 * abs(old_value) THEN 'routine'
        ELSE 'correction'
    END AS kind,
    indicator,
    breakdown,
    territory_level,
    territory_code,
    {{ territory_id("territory_level", "territory_code") | indent }} AS territory_id,
    territory,
    series_key,
    period,
    period_label,
    unit,
    source,
    old_value,
    old_raw_text,
    old_known_on,
    old_cell,
    value AS new_value,
    raw_text AS new_raw_text,
    known_on AS new_known_on,
    at_cell AS new_cell,
    value - old_value AS difference,
    100 * (value - old_value) / nullif(abs(old_value), 0) AS difference_percent,
    CAST(known_on - old_known_on AS INTEGER) AS days_between
FROM steps
WHERE
    old_cell IS NOT NULL
    AND value IS DISTINCT FROM old_value
    -- two files of the same day that differ are no revision but a disagreement (audit.conflict), unless it is the same
    -- file sent again
    AND (known_on > old_known_on OR (standing = old_standing AND submission_id <> old_submission_id))
ORDER BY new_known_on DESC, indicator, territory_code, period, new_cell
