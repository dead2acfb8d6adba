{% from 'macros/annual.sql' import is_annual, rank_in_year %}
/*
relation = "fact.observation"
blocking = false
en = "No annual figure is further from that of the last year known before it than its indicator plausibly moves."
fr = "Aucun chiffre annuel ne s'écarte de la dernière année connue avant lui au-delà du plausible pour l'indicateur."
*/
-- Was a unit or a digit mistyped, or does the label stand for something else? The change is taken on the smaller of the
-- two figures, so that a doubling and a halving are equally far. Most regions state a figure in one year and not again
-- before several: that of the last year known is better than none, however old. The plausible factor grows with the
-- square root of the years between, for good and bad years partly make up for each other: where it is 1.5 from year to
-- year, it is 2.25 over four years and 3.6 over ten.
WITH annual AS (
    SELECT o.indicator, o.territory, o.breakdown, o.series_key, year(o.period_end) AS year, o.value, i.plausible_change
    FROM fact.observation AS o
    JOIN dim.indicator AS i ON i.code = o.indicator AND i.growth_of IS NULL
    -- a figure whose unit is in doubt has a check of its own (scales_are_plausible)
    ANTI JOIN audit.suspect_scale AS x USING (observation_id)
    WHERE
        o.value IS NOT NULL
        AND o.qualifier IN ('=', '~')
        AND {{ is_annual("o", "i") | indent(8) }}
    QUALIFY {{ rank_in_year("o") | indent }} = 1
),

in_time AS (
    SELECT *, lag(year) OVER earlier AS year_before, lag(value) OVER earlier AS value_before
    FROM annual
    WINDOW earlier AS (
        PARTITION BY series_key
        ORDER BY year
    )
)

SELECT indicator, territory, breakdown, year, year_before, value_before, value, plausible_change
FROM in_time
WHERE
    abs(value - value_before)
    > ((1 + plausible_change) ** sqrt(year - year_before) - 1) * least(abs(value), abs(value_before)) * (1 + 1e-9)
