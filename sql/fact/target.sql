{% from 'macros/bounds.sql' import at_least, at_most %}
/*
row_en = "One commitment of a plan, in its latest known version."
row_fr = "Un engagement d'un plan, dans sa dernière version connue."
key = ["plan", "line_id"]
required = [
    "label", "indicator", "period", "period_label", "period_start", "unit", "qualifier", "obs_status", "known_on", "submission_id",
    "sheet", "cell", "raw_text",
]
columns = [
    "plan", "line_id", "parent_id", "relation", "label", "indicator", "period", "period_label", "period_start", "period_end", "value",
    "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most", "obs_status", "missing_reason",
    "known_on", "submission_id", "sheet", "cell", "raw_text", "remark",
]

[describe.period_start]
type = "DATE"
en = "First day of the period of the commitment."
fr = "Premier jour de la période de l'engagement."

[describe.period_end]
type = "DATE"
en = "Day by which the commitment is to be kept; null where the text states none."
fr = "Jour auquel l'engagement doit être tenu ; nul si le texte n'en donne pas."
*/
SELECT
    t.plan,
    t.line_id,
    t.parent_id,
    t.relation,
    t.label,
    t.indicator,
    CASE
        WHEN year(t.period_end) = year(t.period_start) OR t.period_end IS NULL THEN strftime(t.period_start, '%Y')
        ELSE strftime(t.period_start, '%Y/') || strftime(t.period_end, '%Y')
    END AS period,
    replace(period, '/', '-') AS period_label,
    t.period_start,
    t.period_end,
    t.value,
    t.unit,
    t.precision,
    t.qualifier,
    t.value_low,
    t.value_high,
    {{ at_least("t") | indent }} AS at_least,
    {{ at_most("t") | indent }} AS at_most,
    t.obs_status,
    t.missing_reason,
    t.known_on,
    t.submission_id,
    t.sheet,
    t.cell,
    t.raw_text,
    t.remark
FROM stage.target AS t
JOIN stage.submission AS s USING (submission_id)
-- a file that was put back speaks from then on
JOIN (
    SELECT submission_id, max(holds_from) AS holds_from, max(ledger_event) AS ledger_event
    FROM stage.stretch
    GROUP BY submission_id
) AS x USING (submission_id)
WHERE s.withdrawn_on IS NULL
-- Which version of a line holds? The latest known file's. A line that one file states twice is left as it is: the key
-- then breaks, and says so, rather than one of the two being dropped.
QUALIFY t.submission_id = first_value(t.submission_id) OVER (
    PARTITION BY t.plan, t.line_id
    ORDER BY x.holds_from DESC, x.ledger_event DESC
)
ORDER BY t.plan, t.line_id
