{% from 'macros/reconciliations.sql' import at_its_reach, judged, summed %}
/*
row_en = "One line of a plan, or one total within a file, that was compared with its parts; audit.reconciliation shows it."
row_fr = "Une ligne d'un plan, ou un total d'un fichier, comparés à leurs parties ; audit.reconciliation les montre."
like = "audit.reconciliation"
*/
WITH commitments AS (
    {{ at_its_reach("fact.target") | indent }}
),

-- A line of a plan is the sum of its "dont" lines. A "dont" line in another unit (650 000 families among 4 million
-- aids) is a part that cannot be added: it counts as missing. What an envelope is to produce (result) is no part of it.
plan AS (
    SELECT
        'plan' AS kind,
        concat(w.plan, ', ', w.line_id, ' : ', w.label) AS what,
        w.indicator, w.line_id AS breakdown, NULL AS territory_level, NULL AS territory_code, NULL AS territory,
        w.period, w.period_label, w.unit,
        w.value AS stated_value, w.precision AS stated_precision, w.qualifier AS stated_qualifier,
        w.at_least AS stated_at_least, w.at_most AS stated_at_most, w.at_cell AS stated_cell,
        w.known_on AS stated_known_on, w.at_cell AS stated_id, p.known_on,
        CASE WHEN p.unit = w.unit THEN p.value END AS value,
        CASE WHEN p.unit = w.unit THEN p.precision END AS precision,
        p.qualifier,
        CASE WHEN p.unit = w.unit THEN p.at_least END AS at_least,
        CASE WHEN p.unit = w.unit THEN p.at_most END AS at_most,
        p.at_cell,
        p.at_cell AS observation_id, p.line_id AS position
    FROM commitments AS w
    JOIN commitments AS p ON p.plan = w.plan AND p.parent_id = w.line_id AND p.relation = 'part'
    WHERE w.value IS NOT NULL
),

summed AS (
    {{ summed("plan") | indent }}
)

SELECT * EXCLUDE (stated_id, parts_ids)
FROM (
    {{ judged("summed") | indent }}
)

UNION ALL

-- totals within a file were compared when it was read, with the rows that stand beside them
SELECT
    'stated_total',
    t.label,
    t.indicator,
    o.territory_level,
    o.territory_code,
    o.territory_id,
    o.territory,
    o.period,
    o.period_label,
    i.unit,
    t.stated_value,
    t.stated_precision,
    coalesce(o.qualifier, '='),
    t.parts_sum,
    t.parts_precision,
    t.parts,
    t.parts_missing,
    t.stated_value - t.parts_sum,
    t.stated_precision + t.parts_precision,
    t.verdict,
    coalesce(o.known_on, s.known_on),
    coalesce(o.known_on, s.known_on),
    concat('[', s.file, ']', t.sheet, '!', t.cell),
    t.parts_cells
FROM stage.total AS t
JOIN fact.submission AS s USING (submission_id)
JOIN dim.indicator AS i ON i.code = t.indicator
LEFT JOIN (
    FROM fact.observation_history
    SEMI JOIN stage.total USING (submission_id, sheet, cell)
    -- a file that was put back says it once, as it says it now
    QUALIFY row_number() OVER (PARTITION BY submission_id, sheet, cell ORDER BY holds_from DESC) = 1
) AS o USING (submission_id, sheet, cell)
WHERE s.withdrawn_on IS NULL
ORDER BY kind, what, territory_level, territory_code, period, stated_cell
