/*
row_en = "One figure as it was known at the end of a day: FROM fact.observation_as_of(DATE '2021-12-31')."
row_fr = "Un chiffre tel qu'il était connu à la fin d'un jour : FROM fact.observation_as_of(DATE '2021-12-31')."
key = ["series_key", "period_start", "period_end"]
parameters = ["as_of_day"]
columns = [
    "indicator", "population", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period", "period_label",
    "period_start", "period_end", "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "confirmed_on", "known_before_period_end", "is_disputed", "is_total", "source",
    "publisher", "observation_id", "submission_id", "sheet", "cell", "raw_text", "label", "remark",
]
*/
-- What is left out tells of the statement, or what was not known yet on that day, as a later confirmation was not.
SELECT
    h.* EXCLUDE (holds_from, superseded_on, withdrawn_on, vintage_rank)
    REPLACE (if(h.confirmed_on <= as_of_day, h.confirmed_on, c.confirmed_on) AS confirmed_on)
FROM fact.observation_history AS h
LEFT JOIN (
    SELECT
        holder_submission_id AS submission_id,
        holder_sheet AS sheet,
        holder_cell AS cell,
        max(stated_from) AS confirmed_on
    FROM fact.statement
    WHERE outcome = 'confirms' AND stated_from <= as_of_day
    GROUP BY ALL
) AS c USING (submission_id, sheet, cell)
WHERE h.holds_from <= as_of_day AND (h.superseded_on IS NULL OR h.superseded_on > as_of_day)
