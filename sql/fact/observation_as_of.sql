/*
row_en = "One figure as it was known at the end of a day: FROM fact.observation_as_of(DATE '2021-12-31')."
row_fr = "Un chiffre tel qu'il était connu à la fin d'un jour : FROM fact.observation_as_of(DATE '2021-12-31')."
key = ["series_key", "period_start", "period_end"]
parameters = ["as_of_day"]
columns = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory_id", "territory", "series_key", "period",
    "period_start", "period_end", "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "is_total", "source", "publisher", "observation_id",
    "submission_id", "sheet", "cell", "raw_text", "label", "remark",
]
*/
-- What is left out tells of the statement, or what was not known yet on that day.
SELECT h.* EXCLUDE (holds_from, superseded_on, withdrawn_on, vintage_rank)
FROM fact.observation_history AS h
-- Was a better vintage known on that day, which has been withdrawn since? It held then. Few figures are ever withdrawn,
-- so that this costs nothing.
ANTI JOIN (
    FROM fact.observation_history
    WHERE holds_from <= as_of_day AND withdrawn_on > as_of_day AND superseded_on > as_of_day
) AS w
    ON w.series_key = h.series_key
    AND w.period_start = h.period_start
    AND w.period_end = h.period_end
    AND w.vintage_rank < h.vintage_rank
WHERE h.holds_from <= as_of_day AND (h.superseded_on IS NULL OR h.superseded_on > as_of_day)
