{% from 'macros/keys.sql' import territory_id %}
/*
row = "One region of which a figure is touched, or one of a department of it."
keys = [["region_code"], ["territory_id"]]
*/
SELECT region_code, {{ territory_id("'region'", "region_code") }} AS territory_id
FROM (
    SELECT DISTINCT if(f.territory_level = 'region', f.territory_code, t.parent_code) AS region_code
    FROM temp.touched_figure AS f
    LEFT JOIN stage.territory AS t ON t.level = f.territory_level AND t.code = f.territory_code
    WHERE f.territory_level IN ('region', 'department')
)
