/*
relation = "fact.observation"
blocking = false
en = "No annual figure differs from that of the year before by more than its indicator's plausible change."
fr = "Aucun chiffre annuel ne s'écarte de celui de l'année précédente au-delà de la variation plausible de l'indicateur."
*/
-- Was a unit or a digit mistyped, or does the label stand for something else? The change is taken on the smaller of the
-- two years, so that a doubling and a halving are equally far.
WITH annual AS (
    SELECT a.indicator, a.territory, a.series_key, a.year, a.value, i.plausible_change
    FROM fact.annual_as_of(DATE '9999-12-31') AS a
    JOIN dim.indicator AS i ON i.code = a.indicator AND i.growth_of IS NULL
    -- a figure whose unit is in doubt has a check of its own (scales_are_plausible)
    ANTI JOIN audit.suspect_scale AS x USING (observation_id)
    WHERE a.qualifier IN ('=', '~')
)

SELECT a.indicator, a.territory, a.year, b.value AS value_before, a.value, a.plausible_change
FROM annual AS a
JOIN annual AS b
    ON b.series_key = a.series_key
    AND b.year = a.year - 1
WHERE abs(a.value - b.value) > a.plausible_change * least(abs(a.value), abs(b.value)) * (1 + 1e-9)
