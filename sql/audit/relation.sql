/*
row_en = "One relation of this release: how it is made, what it reads, and all that stands behind, down to the stage."
row_fr = "Une relation de cette publication : comment elle est faite, ce qu'elle lit, et tout ce qui est en amont."
key = ["relation_name"]
required = ["inputs", "upstream", "statement"]
columns = ["relation_name", "inputs", "upstream", "statement"]

[describe.relation_name]
en = "Qualified name of the relation."
fr = "Nom qualifié de la relation."

[describe.upstream]
type = "VARCHAR[]"
en = "All relations behind it, the nearest first and last the stage, which holds what the cells say."
fr = "Toutes les relations en amont, de la plus proche à l'étage stage, qui contient ce que disent les cellules."
*/
WITH RECURSIVE edges AS (
    SELECT relation_name, unnest(inputs) AS input FROM stage.relation
),

behind AS (
    SELECT relation_name, input, 1 AS distance FROM edges
    UNION
    SELECT b.relation_name, e.input, b.distance + 1
    FROM behind AS b
    JOIN edges AS e ON e.relation_name = b.input
),

-- a relation reached by several ways comes after all that read it
furthest AS (
    SELECT relation_name, input, max(distance) AS distance FROM behind GROUP BY relation_name, input
)

SELECT r.relation_name, r.inputs, list(f.input ORDER BY f.distance, f.input) AS upstream, r.statement
FROM stage.relation AS r
JOIN furthest AS f USING (relation_name)
GROUP BY r.relation_name, r.inputs, r.statement
ORDER BY r.relation_name
