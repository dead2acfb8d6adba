{% from 'macros/keys.sql' import series_key, territory_id %}
{% from 'macros/periods.sql' import period_code %}
/*
row = "One figure, of an indicator, a territory and a period, that a submission states which came, went or changed."
keys = [
    ["series_key", "period_start", "period_end"],
    ["series_key", "period"],
    ["indicator", "population", "breakdown", "territory_level", "territory_code", "period_start", "period_end"],
    ["indicator", "population", "breakdown", "territory_level", "territory_code", "period"],
]
*/
SELECT DISTINCT
    {{ series_key("indicator", "population", "territory_id", "breakdown") | indent }} AS series_key,
    indicator,
    population,
    breakdown,
    territory_level,
    territory_code,
    {{ period_code("o") | indent }} AS period,
    period_start,
    period_end
FROM (
    SELECT
        *,
        {{ territory_id("territory_level", "territory_code") | indent(8) }} AS territory_id
    FROM stage.observation
) AS o
SEMI JOIN temp.changed USING (submission_id)
