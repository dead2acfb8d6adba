/*
row_en = "One cell behind a figure, of fact or of any kpi relation: FROM audit.explain('households_housed', 'Hauts-de-France', '2021')."
row_fr = "Une cellule à l'origine d'un chiffre, de fact ou d'une relation kpi : FROM audit.explain('households_housed', 'Hauts-de-France', '2021')."
key = ["observation_id"]
parameters = ["wanted_figure", "wanted_territory", "wanted_period"]
columns = [
    "figure", "figure_value", "stands_for", "is_current", "indicator", "breakdown", "territory", "period", "value",
    "unit", "precision", "qualifier", "obs_status", "missing_reason", "raw_text", "file", "sheet", "cell", "source",
    "known_on", "superseded_on", "received_at", "submission_id", "sha256", "observation_id",
    "old_text", "correction_reason", "decided_by", "decided_on", "relations", "upstream",
]

[describe.figure]
en = "Figure asked for: an indicator, or a column of a kpi relation."
fr = "Chiffre demandé : un indicateur, ou une colonne d'une relation kpi."

[describe.figure_value]
type = "DOUBLE"
en = "The figure itself, as the kpi relation holds it; null where no kpi relation holds it."
fr = "Le chiffre lui-même, tel que la relation kpi le contient ; nul si aucune ne le contient."

[describe.stands_for]
en = "stated: says the figure; term: of its formula; part: of its sum; compared: beside it; target and achieved: of a commitment."
fr = "stated : l'énonce ; term : terme de sa formule ; part : de sa somme ; compared : en regard ; target, achieved : engagement, réalisé."
allowed = ["stated", "term", "part", "compared", "target", "achieved"]

[describe.is_current]
type = "BOOLEAN"
en = "Whether what the cell says holds today; false for an earlier or set-aside statement of the figure asked for."
fr = "Vrai si ce que dit la cellule prévaut aujourd'hui ; faux pour un énoncé antérieur ou écarté du chiffre demandé."

[describe.relations]
type = "VARCHAR[]"
en = "Relations that hold the figure asked for and are made from this cell."
fr = "Relations qui contiennent le chiffre demandé et sont faites de cette cellule."

[describe.upstream]
type = "VARCHAR[]"
en = "Relations between those and the cells, the nearest first; audit.relation has the formula of each."
fr = "Relations entre celles-ci et les cellules, de la plus proche à la plus lointaine ; audit.relation en donne la formule."
*/
-- Which territory is meant? Its code or its name, in any case; 11 is a region before it is a department.
WITH meant AS (
    SELECT level, code
    FROM dim.territory
    WHERE lower(wanted_territory) IN (lower(code), lower(name))
    ORDER BY list_position(['national', 'region', 'department', 'other'], level), valid_to NULLS FIRST
    LIMIT 1
),

-- Which cells did the KPIs take for it? They say so themselves.
links AS (
    SELECT l.*
    FROM audit.lineage AS l
    JOIN meant AS m ON m.level = l.territory_level AND m.code = l.territory_code
    WHERE l.figure = lower(wanted_figure) AND l.period = wanted_period
),

-- Which cells state it? All of its vintages. A period is meant as written in the column period; a year also means the
-- dates and months within it.
stated AS (
    SELECT h.*
    FROM fact.observation_history AS h
    JOIN meant AS m ON m.level = h.territory_level AND m.code = h.territory_code
    WHERE
        h.indicator = lower(wanted_figure)
        AND (
            h.period = wanted_period
            OR (
                year(h.period_start) = TRY_CAST(wanted_period AS INTEGER)
                AND year(h.period_end) = TRY_CAST(wanted_period AS INTEGER)
            )
        )
),

-- found by the indicator first, by which the history is sorted, and then by the key of the cell
taken AS (
    SELECT h.*
    FROM fact.observation_history AS h
    SEMI JOIN links AS l
        ON l.input_indicator = h.indicator
        AND l.input_territory_level = h.territory_level
        AND l.input_territory_code = h.territory_code
        AND l.input_period = h.period
        AND l.observation_id = h.observation_id
    ANTI JOIN stated AS s ON s.observation_id = h.observation_id
),

cells AS (
    SELECT
        CASE WHEN superseded_on IS NULL THEN 'fact.observation' ELSE 'fact.observation_history' END AS held_by,
        indicator, breakdown, territory, period, value, unit, precision, qualifier, obs_status, missing_reason,
        raw_text, submission_id, sheet, cell, known_on, superseded_on, observation_id
    FROM stated
    UNION ALL
    SELECT
        NULL, indicator, breakdown, territory, period, value, unit, precision, qualifier, obs_status, missing_reason,
        raw_text, submission_id, sheet, cell, known_on, superseded_on, observation_id
    FROM taken
    UNION ALL
    SELECT
        'fact.target', t.indicator, '', NULL, l.input_period, t.value, t.unit, t.precision, t.qualifier, t.obs_status,
        t.missing_reason, t.raw_text, t.submission_id, t.sheet, t.cell, t.known_on, NULL, l.observation_id
    FROM fact.target AS t
    JOIN links AS l
        ON l.input_relation = 'fact.target' AND l.observation_id = concat_ws('/', t.submission_id, t.sheet, t.cell)
    UNION ALL
    SELECT
        NULL, NULL, '', a.territory, l.input_period, NULL, NULL, NULL, NULL, NULL, NULL, a.raw_text, a.submission_id,
        a.sheet, a.cell, a.known_on, NULL, l.observation_id
    FROM fact.agreement AS a
    JOIN links AS l
        ON l.input_relation = 'fact.agreement' AND l.observation_id = concat_ws('/', a.submission_id, a.sheet, a.cell)
),

-- a figure that several relations hold is made from the same cells: one row a cell, all relations beside it
used AS (
    SELECT
        c.observation_id,
        max(l.figure_value) AS figure_value,
        coalesce(arg_min(l.role, list_position(['stated', 'target', 'term', 'part', 'achieved', 'compared'], l.role)),
            'stated') AS stands_for,
        list_sort(list_distinct(list_concat(list(c.held_by), list(l.relation_name)))) AS relations
    FROM cells AS c
    LEFT JOIN links AS l USING (observation_id)
    GROUP BY c.observation_id
),

-- the relation that is made from most of the others has all of them behind it
behind AS (
    SELECT u.observation_id, arg_max(r.upstream, len(r.upstream)) AS upstream
    FROM used AS u
    JOIN audit.relation AS r ON list_contains(u.relations, r.relation_name)
    GROUP BY u.observation_id
)

SELECT
    lower(wanted_figure) AS figure,
    u.figure_value,
    u.stands_for,
    c.superseded_on IS NULL AS is_current,
    c.indicator,
    c.breakdown,
    c.territory,
    c.period,
    c.value,
    c.unit,
    c.precision,
    c.qualifier,
    c.obs_status,
    c.missing_reason,
    c.raw_text,
    s.file,
    c.sheet,
    c.cell,
    s.source,
    c.known_on,
    c.superseded_on,
    s.received_at,
    c.submission_id,
    s.sha256,
    c.observation_id,
    -- what the sender wrote, where we read the cell otherwise
    x.old_text,
    x.correction_reason,
    x.decided_by,
    x.decided_on,
    u.relations,
    b.upstream
FROM cells AS c
JOIN fact.submission AS s USING (submission_id)
JOIN used AS u USING (observation_id)
LEFT JOIN behind AS b USING (observation_id)
LEFT JOIN fact.correction AS x
    ON x.submission_id = c.submission_id AND x.sheet = c.sheet AND x.cell = c.cell AND x.status <> 'expired'
ORDER BY
    list_position(['stated', 'target', 'term', 'part', 'achieved', 'compared'], u.stands_for), c.territory, c.period,
    c.breakdown, is_current DESC, c.known_on DESC
