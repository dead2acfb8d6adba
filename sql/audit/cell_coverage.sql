/*
row_en = "One non-empty cell of one received file, the role that it was given and where it went: nothing is dropped in silence."
row_fr = "Une cellule non vide d'un fichier reçu, son rôle et sa destination : rien n'est écarté en silence."
key = ["submission_id", "sheet", "cell"]
by = "submission"
# a record is loaded where another file states it as well
whole = ["fact.target", "fact.agreement", "fact.funding"]
required = ["kind", "role", "raw_text"]
columns = ["submission_id", "file", "sheet", "cell", "kind", "role", "went_to", "raw_text", "hidden"]

[describe.went_to]
en = "Relation that holds what the cell says, or a later version of it; null where the cell states no figure or record."
fr = "Relation qui contient ce que dit la cellule, ou sa version ultérieure ; nul si elle n'énonce ni chiffre ni enregistrement."
allowed = [
    "fact.observation_history", "fact.target", "fact.agreement", "fact.funding", "fact.rejection",
    "audit.reconciliation", "audit.remark", "fact.submission", "fact.correction",
]
*/
-- Where did each cell go? A figure or record ends in the relation that loaded it; what was refused ends among the
-- rejections, or among the remarks once a later file has replaced its own; a total that is only compared, and not
-- loaded, ends among the reconciliations. Of a record of a withdrawn file, the submission alone tells the end.
WITH refused AS (
    SELECT submission_id, sheet, cell, reason, 'fact.rejection' AS went_to FROM fact.rejection
    UNION ALL
    SELECT submission_id, sheet, cell, reason, 'audit.remark' FROM audit.remark WHERE row_level = 'superseded'
),

-- figures apart, which are by far the most
recorded AS (
    -- commitments, agreements and financings hold the last version only: an earlier cell ends there when its row was
    -- replaced by the same row of a later file
    SELECT s.submission_id, s.sheet, s.cell, 1 AS choice, 'fact.target' AS went_to
    FROM stage.target AS s
    SEMI JOIN fact.target AS f ON f.plan = s.plan AND f.line_id = s.line_id
    UNION ALL
    SELECT s.submission_id, s.sheet, s.cell, 2, 'fact.agreement'
    FROM stage.agreement AS s
    SEMI JOIN fact.agreement AS f
        ON f.signatory = s.signatory
        AND f.agreement_kind = s.agreement_kind
        AND f.theme = s.theme
        AND f.territory_level = s.territory_level
        AND f.territory_code = s.territory_code
        AND f.event IS NOT DISTINCT FROM s.event
        AND f.other_parties IS NOT DISTINCT FROM s.other_parties
    UNION ALL
    SELECT s.submission_id, s.sheet, s.cell, 3, 'fact.funding'
    FROM stage.funding AS s
    SEMI JOIN fact.funding AS f
        ON f.lender = s.lender
        AND f.beneficiary = s.beneficiary
        AND f.purpose IS NOT DISTINCT FROM s.purpose
        AND f.event IS NOT DISTINCT FROM s.event
        AND f.territory_level IS NOT DISTINCT FROM s.territory_level
        AND f.territory_code IS NOT DISTINCT FROM s.territory_code
    UNION ALL
    SELECT submission_id, sheet, cell, 4, went_to FROM refused
    UNION ALL
    SELECT submission_id, sheet, cell, 5, 'audit.reconciliation' FROM stage.total
    UNION ALL
    SELECT r.submission_id, r.sheet, r.cell, 6, 'fact.submission'
    FROM (
        SELECT submission_id, sheet, cell FROM stage.target
        UNION ALL SELECT submission_id, sheet, cell FROM stage.agreement
        UNION ALL SELECT submission_id, sheet, cell FROM stage.funding
    ) AS r
    JOIN fact.submission AS s USING (submission_id)
    WHERE s.withdrawn_on IS NOT NULL
    UNION ALL
    -- a line of a correction file that was replaced ends with its later version, or was lifted by it
    SELECT submission_id, sheet, cell, 7, 'fact.correction' FROM stage.correction
),

-- one destination a cell: a record that was loaded and remarked upon is loaded
destinations AS (
    SELECT submission_id, sheet, cell, arg_min(went_to, choice) AS went_to
    FROM recorded
    WHERE cell <> ''
    GROUP BY ALL
),

-- a refusal of a whole file, sheet or table takes all its figures with it
refused_sheets AS (
    SELECT DISTINCT submission_id, if(r.row_level = 'file', '', sheet) AS sheet, went_to
    FROM refused
    LEFT JOIN stage.reason AS r USING (reason)
    WHERE cell = '' OR r.row_level IN ('table', 'file')
)

SELECT
    c.submission_id,
    s.file,
    c.sheet,
    c.cell,
    c.kind,
    c.role,
    CASE
        -- a figure that was loaded and remarked upon is loaded
        WHEN h.cell IS NOT NULL THEN 'fact.observation_history'
        WHEN d.cell IS NOT NULL THEN d.went_to
        WHEN c.role IN ('value', 'total', 'unclaimed') THEN coalesce(t.went_to, f.went_to)
    END AS went_to,
    c.raw_text,
    c.hidden
FROM stage.cell AS c
LEFT JOIN fact.submission AS s USING (submission_id)
-- a file that was put back has several vintages of each of its cells
LEFT JOIN (SELECT DISTINCT submission_id, sheet, cell FROM fact.observation_history) AS h
    USING (submission_id, sheet, cell)
LEFT JOIN destinations AS d USING (submission_id, sheet, cell)
LEFT JOIN refused_sheets AS t USING (submission_id, sheet)
LEFT JOIN refused_sheets AS f ON f.submission_id = c.submission_id AND f.sheet = ''
-- as the cells were read, sheet by sheet
ORDER BY c.rowid
