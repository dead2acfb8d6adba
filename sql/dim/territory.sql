{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One territory: the nation, a region (those before 2016 included), a department, or a pseudo-territory."
row_fr = "Un territoire : la France, une région (y compris avant 2016), un département, ou un pseudo-territoire."
key = ["territory_id"]
required = ["level", "code", "name", "slug"]
columns = ["code", "level", "territory_id", "name", "slug", "parent_code", "valid_from", "valid_to"]
*/
SELECT
    code,
    level,
    {{ territory_id("level", "code") | indent }} AS territory_id,
    name,
    slug,
    parent_code,
    valid_from,
    valid_to
FROM stage.territory
-- from the widest to the narrowest, which is the order in which people look for one
ORDER BY list_position(['national', 'other', 'region', 'department'], level), valid_to NULLS FIRST, code
