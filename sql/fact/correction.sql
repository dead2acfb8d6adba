/*
row_en = "One correction of ours that is in force: a cell of a received file, read as we declare instead of as it is written."
row_fr = "Une correction de notre fait en vigueur : une cellule d'un fichier reçu, lue comme nous le déclarons et non comme écrite."
key = ["submission_id", "sheet", "cell"]
required = [
    "file", "old_text", "new_text", "correction_reason", "decided_by", "decided_on", "status", "declared_in",
    "declared_cell",
]
columns = [
    "submission_id", "file", "sheet", "cell", "old_text", "new_text", "correction_reason", "decided_by", "decided_on",
    "status", "later_cell", "later_text", "declared_in", "declared_cell",
]

[describe.status]
en = "applied; removable: bears on no current figure any more; returned: the sender wrote it again; expired: not applied."
fr = "applied : appliquée ; removable : à retirer ; returned : réécrite par l'expéditeur ; expired : non appliquée."
allowed = ["applied", "removable", "returned", "expired"]

[describe.later_cell]
en = "Cell of the sender's later file that states the same, as [file]sheet!cell; null where none does."
fr = "Cellule du fichier ultérieur de l'expéditeur qui énonce la même chose, sous la forme [fichier]feuille!cellule."

[describe.later_text]
en = "Text of that cell."
fr = "Texte de cette cellule."

[describe.declared_in]
en = "Correction file (submission_id)."
fr = "Fichier de corrections (submission_id)."

[describe.declared_cell]
en = "Cell that declares what is read instead, as [file]sheet!cell."
fr = "Cellule qui déclare ce qui est lu à la place, sous la forme [fichier]feuille!cellule."
*/
WITH declared AS (
    SELECT
        c.corrected_id AS submission_id,
        s.file,
        s.source,
        s.received_at,
        s.superseded_by,
        s.withdrawn_on,
        c.corrected_sheet AS sheet,
        c.corrected_cell AS cell,
        c.old_text,
        c.new_text,
        c.correction_reason,
        c.decided_by,
        c.decided_on,
        c.submission_id AS declared_in,
        concat('[', d.file, ']', c.sheet, '!', c.cell) AS declared_cell
    FROM stage.correction AS c
    JOIN stage.submission AS s ON s.submission_id = c.corrected_id
    JOIN stage.submission AS d ON d.submission_id = c.submission_id
    WHERE c.is_in_force
),

-- Has the sender spoken again? By a later statement of the same figure, or in the same cell of the file that now stands
-- at the same place.
stated_again AS (
    SELECT
        d.submission_id, d.sheet, d.cell, 1 AS choice, s.received_at,
        concat('[', s.file, ']', l.sheet, '!', l.cell) AS later_cell,
        l.raw_text AS later_text
    FROM declared AS d
    JOIN (
        FROM fact.observation_history
        SEMI JOIN declared USING (submission_id, sheet, cell)
        -- where its file was put back, what came before that is no answer any more
        QUALIFY row_number() OVER (PARTITION BY submission_id, sheet, cell ORDER BY holds_from DESC) = 1
    ) AS h USING (submission_id, sheet, cell)
    JOIN fact.observation_history AS l
        ON l.source = h.source
        AND l.series_key = h.series_key
        AND l.period_start = h.period_start
        AND l.period_end = h.period_end
        AND l.observation_id <> h.observation_id
        AND l.holds_from >= h.holds_from
        AND l.withdrawn_on IS NULL
    JOIN stage.submission AS s ON s.submission_id = l.submission_id AND s.received_at > d.received_at
    UNION ALL
    SELECT
        d.submission_id, d.sheet, d.cell, 2, s.received_at,
        concat('[', s.file, ']', l.sheet, '!', l.cell),
        l.raw_text
    FROM declared AS d
    JOIN stage.submission AS s ON s.submission_id = d.superseded_by
    JOIN stage.cell AS l ON l.submission_id = d.superseded_by AND l.sheet = d.sheet AND l.cell = d.cell
),

later AS (
    FROM stated_again
    QUALIFY row_number() OVER (
        PARTITION BY submission_id, sheet, cell ORDER BY choice, received_at DESC, later_cell
    ) = 1
)

SELECT
    d.submission_id,
    d.file,
    d.sheet,
    d.cell,
    d.old_text,
    d.new_text,
    d.correction_reason,
    d.decided_by,
    d.decided_on,
    -- What should be done about it? Nothing; take the line out, since a later file holds or the corrected one was taken
    -- back; declare it anew for the later file, which says the wrong thing again; or put the line right.
    CASE
        WHEN c.submission_id IS NULL THEN 'expired'
        WHEN d.withdrawn_on IS NOT NULL THEN 'removable'
        -- spaces of all kinds are alike
        WHEN
            regexp_replace(l.later_text, '[\s\x{00A0}\x{2009}\x{202F}]+', ' ', 'g')
            = regexp_replace(d.old_text, '[\s\x{00A0}\x{2009}\x{202F}]+', ' ', 'g')
            THEN 'returned'
        WHEN l.later_cell IS NOT NULL OR d.superseded_by IS NOT NULL THEN 'removable'
        ELSE 'applied'
    END AS status,
    l.later_cell,
    l.later_text,
    d.declared_in,
    d.declared_cell
FROM declared AS d
LEFT JOIN later AS l USING (submission_id, sheet, cell)
LEFT JOIN stage.cell AS c
    ON c.submission_id = d.submission_id AND c.sheet = d.sheet AND c.cell = d.cell AND c.raw_text = d.new_text
ORDER BY d.file, d.sheet, d.cell
