/*
relation = "kpi.national"
blocking = false
en = "No national figure is lost, or moves by more than its indicator's plausible change, since the previous release."
fr = "Aucun chiffre national n'est perdu ni ne varie plus que plausible depuis la publication précédente."
*/
-- What will people notice when they open the new release? A figure that they quoted yesterday and that is gone, or is
-- quite another one. The change is taken on the smaller value, so that a doubling and a halving are equally far.
SELECT
    indicator, year, before.value AS value_before, before.basis AS basis_before, now.value, now.basis,
    i.plausible_change
FROM previous.kpi.national AS before
LEFT JOIN kpi.national AS now USING (indicator, year)
JOIN dim.indicator AS i ON i.code = indicator
WHERE
    before.value IS NOT NULL
    AND coalesce(
        abs(now.value - before.value)
            > i.plausible_change * least(abs(now.value), abs(before.value)) * (1 + 1e-9),
        TRUE
    )
