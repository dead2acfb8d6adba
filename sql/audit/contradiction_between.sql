{% from 'macros/contradictions.sql' import claims %}
{% from 'macros/contradictions_stated.sql' import akin, extents, neighbours_elsewhere %}
{% from 'macros/contradictions_derived.sql' import doubtful_sums, quotients, targets %}
{% from 'macros/contradictions_told.sql' import at_cell, shown, cells, pairs, told %}
/*
row_en = "One contradiction between territories, of a plan or of a total within a file; audit.contradiction shows it among all."
row_fr = "Une contradiction entre territoires, d'un plan ou d'un total d'un fichier ; audit.contradiction la montre parmi toutes."
like = "audit.contradiction"
*/
-- A rule that holds figures of several territories against each other stands here, and so do plans and the totals of
-- files. One that needs those of one territory stands in audit.contradiction_within, sums in audit.contradiction_sums.
WITH across AS MATERIALIZED (
    -- the figures that a rule holds against those of another territory
    FROM fact.observation_history
    WHERE
        territory_level NOT IN ('region', 'department')
        OR territory_id IN (SELECT split_part(akin_to, '/', 2) FROM dim.indicator)
        OR indicator IN (
            SELECT unnest([code, numerator]) FROM dim.indicator WHERE numerator = denominator
        )
),

claims AS MATERIALIZED (
    {{ claims("across") | indent }}
),

akin AS (
    {{ akin() | indent }}
),

lines AS (
    SELECT
        concat_ws('/', t.submission_id, t.sheet, t.cell) AS id,
        t.*,
        s.file
    FROM fact.target AS t
    JOIN fact.submission AS s USING (submission_id)
    WHERE t.value IS NOT NULL
),

found AS MATERIALIZED (
    {{ neighbours_elsewhere() | indent }}
    UNION ALL BY NAME
    {{ extents() | indent }}
    UNION ALL BY NAME
    {{ quotients(of_the_nation=true) | indent }}
    UNION ALL BY NAME
    {{ targets() | indent }}
),

sums AS (
    {{ doubtful_sums("audit.reconciliation_stated") | indent }}
),

-- the total of a file whose parts were compared, and the cell of its first part
totals AS (
    SELECT
        *,
        concat_ws('/', submission_id, sheet, cell) AS id,
        concat_ws('/', submission_id, sheet, regexp_extract(parts_cells, '[A-Z]+[0-9]+')) AS part_id
    FROM stage.total
),

-- the figures that a side can be
sides AS (
    SELECT unnest([left_id, right_id, through_id]) AS observation_id FROM found
    UNION
    SELECT unnest([id, part_id]) FROM totals
),

{{ shown() }},

-- a total that its parts belie was refused, and is no figure
refused AS (
    SELECT
        t.*,
        i.unit,
        x.raw_text,
        s.known_on,
        s.file,
        p.territory_level,
        p.territory_id,
        p.territory,
        p.period,
        p.period_label
    FROM totals AS t
    JOIN stage.cell AS x USING (submission_id, sheet, cell)
    JOIN fact.submission AS s USING (submission_id)
    JOIN dim.indicator AS i ON i.code = t.indicator
    -- where and when is what its parts say
    LEFT JOIN shown AS p ON p.observation_id = t.part_id
    ANTI JOIN shown AS c ON c.observation_id = t.id
),

-- every cell that a side can be
cells AS (
    SELECT *, {{ at_cell("each") }} AS at_cell
    FROM (
        {{ cells() | indent(8) }}
        UNION ALL BY NAME
        SELECT
            id, indicator, concat_ws(', ', plan, label) AS label_fr, label_fr AS label_en, period, period_label, unit,
            value, raw_text, known_on, file, sheet, cell, '' AS population
        FROM lines
        UNION ALL BY NAME
        SELECT
            id, indicator, label AS label_fr, label AS label_en, territory_level, territory_id, territory,
            coalesce(period, '') AS period, coalesce(period_label, '') AS period_label, unit, stated_value AS value,
            raw_text, known_on, file, sheet, cell, '' AS population
        FROM refused
    ) AS each
),

-- the keys of the cells of each sum
parts AS (
    SELECT parts_cells, list(id ORDER BY position) AS ids
    FROM (
        SELECT f.parts_cells, n.position, min(c.id) AS id
        FROM (SELECT DISTINCT parts_cells, string_split(parts_cells, '; ') AS parts FROM sums) AS f,
            unnest(range(1, len(f.parts) + 1)) AS n (position)
        JOIN cells AS c ON c.at_cell = f.parts[n.position]
        GROUP BY ALL
    )
    GROUP BY ALL
),

sided AS (
    {{ pairs() | indent }}
    UNION ALL BY NAME
    SELECT
        f.kind, f.verdict, l.value AS expected, l AS left_side, r AS right_side, f.parts_sum AS right_value,
        f.parts_cells AS right_cells,
        CASE
            WHEN starts_with(f.parts_cells, '[') THEN p.ids
            -- the parts of a total of a file stand on its sheet
            ELSE list_transform(
                string_split(f.parts_cells, ' '), lambda cell: regexp_replace(l.id, '[^/]+$', '') || cell
            )
        END AS right_cell_ids
    FROM sums AS f
    JOIN cells AS l ON l.at_cell = f.stated_cell
    -- a sum of several cells is none of them
    LEFT JOIN cells AS r ON r.at_cell = f.parts_cells
    LEFT JOIN parts AS p ON p.parts_cells = f.parts_cells
    QUALIFY row_number() OVER (PARTITION BY f.stated_cell, f.kind, f.parts_cells ORDER BY l.known_on DESC, l.id) = 1
)

{{ told() }}
