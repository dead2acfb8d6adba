/*
row_en = "One cell behind a figure of any relation of fact or kpi: FROM audit.explain('households_housed', 'Hauts-de-France', '2021')."
row_fr = "Une cellule à l'origine d'un chiffre de toute relation de fact ou kpi : FROM audit.explain('households_housed', 'Hauts-de-France', '2021')."
key = ["observation_id"]
parameters = ["wanted_figure", "wanted_territory", "wanted_period"]
columns = [
    "figure", "figure_value", "stands_for", "is_current", "indicator", "breakdown", "item", "territory", "period", "period_label",
    "value", "unit", "precision", "qualifier", "obs_status", "missing_reason", "raw_text", "file", "sheet", "cell", "source",
    "known_on", "superseded_on", "received_at", "submission_id", "sha256", "observation_id",
    "old_text", "correction_reason", "decided_by", "decided_on", "relations", "upstream",
]

[describe.figure]
en = "What was asked for: an indicator, a column of a kpi relation, a register (funding, target, agreement) or an item of it."
fr = "Ce qui est demandé : indicateur, colonne d'une relation kpi, registre (funding, target, agreement) ou l'une de ses lignes."

[describe.figure_value]
type = "DOUBLE"
en = "The figure itself, as the kpi relation holds it; null where no kpi relation holds it."
fr = "Le chiffre lui-même, tel que la relation kpi le contient ; nul si aucune ne le contient."

[describe.stands_for]
en = "stated: says the figure; term: of its formula; part: of its sum; compared: beside it; target and achieved: of a commitment."
fr = "stated : l'énonce ; term : terme de sa formule ; part : de sa somme ; compared : en regard ; target, achieved : engagement, réalisé."
allowed = ["stated", "term", "part", "compared", "target", "achieved"]

[describe.item]
en = "Which row of a register: the beneficiary, the line of a plan, the parties and subject of an agreement; else empty."
fr = "Ligne d'un registre : le bénéficiaire, la ligne d'un plan, les parties et l'objet d'une convention ; sinon vide."

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
-- What do the registers say? Financings, commitments and agreements are no series of figures: each row has a cell.
WITH registers AS (
    SELECT
        'fact.funding' AS register, [beneficiary] AS names, beneficiary AS item, NULL AS indicator, territory_level,
        territory_code, territory, NULL AS period, NULL AS period_label, event, value, unit, precision, qualifier,
        obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on
    FROM fact.funding
    UNION ALL
    SELECT
        'fact.target', [concat(plan, ', ', line_id), label], concat(plan, ', ', line_id), indicator, 'national', 'FR',
        NULL, period, period_label, plan, value, unit, precision, qualifier, obs_status, missing_reason, raw_text,
        submission_id, sheet, cell, known_on
    FROM fact.target
    UNION ALL
    SELECT
        'fact.agreement', [signatory, other_parties, theme], concat_ws(', ', signatory, other_parties, theme), NULL,
        territory_level, territory_code, territory, strftime(signed_on, '%Y'), strftime(signed_on, '%Y'), event, NULL,
        NULL, NULL, NULL, NULL, NULL, raw_text, submission_id, sheet, cell, known_on
    FROM fact.agreement
),

-- Which figures can be asked for?
known_figures AS (
    SELECT code AS name FROM dim.indicator
    UNION
    SELECT figure FROM audit.lineage
    UNION
    SELECT unnest(names) FROM registers
    UNION
    -- a register can be asked for, be it empty
    SELECT unnest(['fact.funding', 'fact.target', 'fact.agreement', 'funding', 'target', 'agreement'])
),

-- Which periods can be asked for? Those that something is about, as a code, a label or a year; of a register, also what
-- its occasions say.
known_periods AS (
    -- told apart first: a long history has few periods, and unnested it is three times as long
    SELECT unnest([period, period_label, strftime(period_end, '%Y')]) AS name
    FROM (SELECT DISTINCT period, period_label, period_end FROM fact.observation_history)
    UNION
    SELECT period FROM audit.lineage
    UNION
    SELECT unnest([period, period_label, event]) FROM registers
),

-- Is there such a figure, territory and period? An unknown one is an error that names the nearest, and no empty answer.
asked_for AS (
    SELECT
        CASE
            WHEN
                coalesce(CAST(wanted_period AS VARCHAR), '') <> ''
                AND EXISTS (FROM known_periods WHERE name <> '')
                AND NOT EXISTS (
                    FROM known_periods WHERE contains(lower(name), lower(CAST(wanted_period AS VARCHAR)))
                )
                THEN error(
                    concat(
                        'nothing is about the period "', wanted_period, '"; the nearest are ',
                        (
                            SELECT string_agg(name, ', ')
                            FROM (
                                SELECT name
                                FROM known_periods
                                WHERE name IS NOT NULL
                                ORDER BY
                                    abs(TRY_CAST(name AS INTEGER) - TRY_CAST(wanted_period AS INTEGER)) NULLS LAST,
                                    jaro_winkler_similarity(lower(name), lower(CAST(wanted_period AS VARCHAR))) DESC,
                                    name
                                LIMIT 3
                            )
                        )
                    )
                )
            WHEN lower(wanted_figure) NOT IN (SELECT lower(name) FROM known_figures WHERE name IS NOT NULL)
                THEN error(
                    concat(
                        'no figure is called "', wanted_figure, '"; the nearest are ',
                        (
                            SELECT string_agg(name, ', ')
                            FROM (
                                FROM known_figures
                                ORDER BY jaro_winkler_similarity(lower(name), lower(wanted_figure)) DESC
                                LIMIT 3
                            )
                        )
                    )
                )
            WHEN
                coalesce(wanted_territory, '') <> ''
                AND NOT EXISTS (
                    FROM dim.territory
                    WHERE lower(wanted_territory) IN (lower(code), lower(name), lower(territory_id))
                )
                THEN error(
                    concat(
                        'no territory is called "', wanted_territory, '"; the nearest are ',
                        (
                            SELECT string_agg(name, ', ')
                            FROM (
                                FROM dim.territory
                                ORDER BY jaro_winkler_similarity(lower(name), lower(wanted_territory)) DESC
                                LIMIT 3
                            )
                        )
                    )
                )
            ELSE lower(wanted_territory)
        END AS territory
),

-- Which territory is meant? Its code, its key or its name, in any case; 11 is a region before it is a department.
meant AS (
    SELECT level, code
    FROM dim.territory
    WHERE (SELECT territory FROM asked_for) IN (lower(code), lower(name), lower(territory_id))
    ORDER BY list_position(['national', 'region', 'department', 'other'], level), valid_to NULLS FIRST
    LIMIT 1
),

-- Which cells did the KPIs take for it? They say so themselves.
links AS (
    SELECT l.*
    FROM audit.lineage AS l
    JOIN meant AS m ON m.level = l.territory_level AND m.code = l.territory_code
    WHERE
        l.figure = lower(wanted_figure)
        -- as the label of a plan writes it, 2023-2027
        AND (l.period = CAST(wanted_period AS VARCHAR) OR l.period = replace(CAST(wanted_period AS VARCHAR), '-', '/'))
),

-- Which cells state it? All of its vintages. A period is meant as the columns period and period_label write it; a year
-- also means the dates and months within it.
stated AS (
    SELECT h.*
    FROM fact.observation_history AS h
    JOIN meant AS m ON m.level = h.territory_level AND m.code = h.territory_code
    WHERE
        h.indicator = lower(wanted_figure)
        AND (
            CAST(wanted_period AS VARCHAR) IN (h.period, h.period_label)
            OR (
                year(h.period_start) = TRY_CAST(wanted_period AS INTEGER)
                AND year(h.period_end) = TRY_CAST(wanted_period AS INTEGER)
            )
        )
    -- a file that was put back says it once, as it says it now
    QUALIFY row_number() OVER (PARTITION BY h.observation_id ORDER BY h.holds_from DESC) = 1
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
    QUALIFY row_number() OVER (PARTITION BY h.observation_id ORDER BY h.holds_from DESC) = 1
),

-- Which rows of a register are asked for? All, by its name (funding), or those of a name in it (a beneficiary, a line,
-- a party), everywhere or of one territory, at any time or of a period or occasion that says what was asked (2025).
asked AS (
    SELECT r.*, concat_ws('/', r.submission_id, r.sheet, r.cell) AS observation_id
    FROM registers AS r
    LEFT JOIN dim.territory AS t ON t.level = r.territory_level AND t.code = r.territory_code
    -- a region has what is in its departments
    LEFT JOIN meant AS m
        ON (m.level = t.level AND m.code = t.code)
        OR (m.level = 'region' AND t.level = 'department' AND m.code = t.parent_code)
    WHERE
        (
            lower(wanted_figure) IN (r.register, split_part(r.register, '.', 2))
            OR list_contains(list_transform(r.names, lambda name: lower(name)), lower(wanted_figure))
        )
        AND (m.code IS NOT NULL OR coalesce(wanted_territory, '') = '')
        AND contains(
            lower(concat_ws(' ', r.period, r.period_label, r.event)),
            lower(coalesce(CAST(wanted_period AS VARCHAR), ''))
        )
),

-- one that a KPI took is about the period that its lineage tells
taken_of_registers AS (
    SELECT DISTINCT r.* REPLACE (l.input_period AS period), l.observation_id
    FROM registers AS r
    JOIN links AS l
        ON l.input_relation = r.register AND l.observation_id = concat_ws('/', r.submission_id, r.sheet, r.cell)
    ANTI JOIN asked AS a ON a.observation_id = l.observation_id
),

cells AS (
    SELECT
        CASE WHEN superseded_on IS NULL THEN 'fact.observation' ELSE 'fact.observation_history' END AS held_by,
        indicator, breakdown, '' AS item, territory, period, period_label, value, unit, precision, qualifier,
        obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on, superseded_on, observation_id
    FROM stated
    UNION ALL
    SELECT
        NULL, indicator, breakdown, '', territory, period, period_label, value, unit, precision, qualifier,
        obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on, superseded_on, observation_id
    FROM taken
    UNION ALL
    SELECT
        register, indicator, '', item, territory, period, period_label, value, unit, precision, qualifier,
        obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on, NULL, observation_id
    FROM asked
    UNION ALL
    SELECT
        -- an agreement is counted and holds no figure itself
        CASE register WHEN 'fact.target' THEN register END, indicator, '', item, territory, period, period_label,
        value, unit, precision, qualifier, obs_status, missing_reason, raw_text, submission_id, sheet, cell, known_on,
        NULL, observation_id
    FROM taken_of_registers
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
    c.item,
    c.territory,
    c.period,
    c.period_label,
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
    c.breakdown, c.item, is_current DESC, c.known_on DESC
