{% from 'macros/contradictions_derived.sql' import doubtful_sums %}
{% from 'macros/contradictions_told.sql' import shown, cells, told %}
/*
row_en = "One contradiction of a total and its parts, or of a part and its whole; audit.contradiction shows it among all."
row_fr = "Une contradiction d'un total et de ses parties, ou d'une partie et de son tout ; audit.contradiction la montre parmi toutes."
like = "audit.contradiction"
by = "sum"
*/
WITH sums AS (
    -- a sum of several cells is none of them
    SELECT *, CASE WHEN len(parts_ids) = 1 THEN parts_ids[1] END AS right_id
    FROM (
        {{ doubtful_sums("audit.reconciliation_figures") | indent(8) }}
    )
),

sides AS (
    SELECT stated_id AS observation_id FROM sums
    UNION
    SELECT unnest(parts_ids) FROM sums
),

{{ shown() }},

cells AS (
    {{ cells() | indent }}
),

sided AS (
    SELECT
        f.kind, f.verdict, l.value AS expected, l AS left_side, r AS right_side, f.parts_sum AS right_value,
        f.parts_cells AS right_cells, f.parts_ids AS right_cell_ids,
        CAST(NULL AS VARCHAR) AS through_cells, CAST(NULL AS VARCHAR) AS through_cell_id,
        CAST(NULL AS VARCHAR) AS through_text
    FROM sums AS f
    JOIN cells AS l ON l.id = f.stated_id
    LEFT JOIN cells AS r ON r.id = f.right_id
)

{{ told() }}
