/*
row_en = "One figure as it was known at the end of a day: FROM fact.observation_as_of(DATE '2021-12-31')."
row_fr = "Un chiffre tel qu'il était connu à la fin d'un jour : FROM fact.observation_as_of(DATE '2021-12-31')."
key = ["indicator", "breakdown", "territory_level", "territory_code", "period_start", "period_end"]
parameters = ["as_of_day"]
columns = [
    "indicator", "breakdown", "territory_level", "territory_code", "territory", "period", "period_start", "period_end",
    "frequency", "value", "unit", "precision", "qualifier", "value_low", "value_high", "at_least", "at_most",
    "obs_status", "missing_reason", "known_on", "is_total", "source", "submission_id", "sheet", "cell", "raw_text",
    "label", "remark",
]
*/
-- superseded_on is left out: it tells what was not known yet on that day
SELECT * EXCLUDE (superseded_on)
FROM fact.observation_history
WHERE known_on <= as_of_day AND (superseded_on IS NULL OR superseded_on > as_of_day)
