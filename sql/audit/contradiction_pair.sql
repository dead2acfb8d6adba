{% from 'macros/contradiction_kinds.sql' import described %}
{% from 'macros/contradictions.sql' import claims %}
{% from 'macros/contradictions_stated.sql' import akin, told_elsewhere, roundings, populations, neighbours, spans, years %}
{% from 'macros/contradictions_derived.sql' import changes, quotients, cumuls, breaks %}
/*
row_en = "One contradiction within a territory, as the keys of its cells; audit.contradiction shows it, and those between territories."
row_fr = "Une contradiction au sein d'un territoire, par les clés de ses cellules ; audit.contradiction la montre, et celles entre territoires."
by = "territory"
required = ["kind", "verdict", "territory_id", "left_cell_id", "right_cell_id"]
columns = ["kind", "verdict", "territory_id", "left_cell_id", "right_cell_id", "through_cell_id", "expected"]

{{ described() }}

[describe.left_cell_id]
en = "Key of the cell of the figure in doubt, submission/sheet/cell, as observation_id."
fr = "Clé de la cellule du chiffre en cause, dépôt/feuille/cellule, comme observation_id."

[describe.right_cell_id]
en = "Key of the cell of what it is held against."
fr = "Clé de la cellule de ce à quoi le chiffre est confronté."

[describe.through_cell_id]
en = "Key of the further cell that the comparison takes; null where there is none."
fr = "Clé de l'autre cellule sur laquelle s'appuie la comparaison ; nulle s'il n'y en a pas."

[describe.expected]
type = "DOUBLE"
en = "What the right side would have to be for both to hold; null where nothing says so."
fr = "Ce que devrait être le second chiffre pour que les deux tiennent ; nul si rien ne le dit."
*/
-- A rule that holds figures of one territory against each other stands here: a load makes those of the territories anew
-- that it touches. One that takes the figures of several stands in audit.contradiction.
WITH claims AS MATERIALIZED (
    {{ claims("fact.observation_history") | indent }}
),

akin AS (
    {{ akin() | indent }}
),

found AS (
    {{ told_elsewhere() | indent }}
    UNION ALL BY NAME
    {{ roundings() | indent }}
    UNION ALL BY NAME
    {{ populations() | indent }}
    UNION ALL BY NAME
    {{ neighbours() | indent }}
    UNION ALL BY NAME
    {{ spans() | indent }}
    UNION ALL BY NAME
    {{ years() | indent }}
    UNION ALL BY NAME
    {{ changes() | indent }}
    UNION ALL BY NAME
    {{ quotients() | indent }}
    UNION ALL BY NAME
    {{ cumuls() | indent }}
    UNION ALL BY NAME
    {{ breaks() | indent }}
)

SELECT
    f.kind,
    f.verdict,
    l.territory_id,
    f.left_id AS left_cell_id,
    f.right_id AS right_cell_id,
    f.through_id AS through_cell_id,
    f.expected
FROM found AS f
JOIN claims AS l ON l.id = f.left_id
ORDER BY kind, territory_id, left_cell_id, right_cell_id, through_cell_id
