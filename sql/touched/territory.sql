{% from 'macros/keys.sql' import territory_id %}
/*
row = "One territory, of which a figure is touched."
keys = [["territory_id"]]
*/
SELECT DISTINCT
    {{ territory_id("territory_level", "territory_code") | indent }} AS territory_id
FROM temp.touched_figure
