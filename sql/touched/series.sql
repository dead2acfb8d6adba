{% from 'macros/keys.sql' import series_key, territory_id %}
/*
row = "One series, of which a figure is touched, or that differs from such a one by its population alone."
keys = [
    ["series_key"],
    ["indicator", "breakdown", "territory_level", "territory_code"],
]
*/
-- a relation that does not tell of whom its figures are has those of every population made anew
SELECT
    {{ series_key("indicator", "population", "territory_id", "breakdown") | indent }} AS series_key,
    indicator,
    breakdown,
    territory_level,
    territory_code
FROM (
    SELECT DISTINCT
        indicator,
        breakdown,
        territory_level,
        territory_code,
        {{ territory_id("territory_level", "territory_code") | indent(8) }} AS territory_id
    FROM temp.touched_figure
)
CROSS JOIN (SELECT population FROM stage.observation UNION SELECT population FROM temp.touched_figure)
