{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One cell behind one figure of a kpi relation. A stated figure of fact carries its own cell and has no row here."
row_fr = "Une cellule à l'origine d'un chiffre d'une relation kpi. Un chiffre de fact porte sa propre cellule et n'a pas de ligne ici."
key = ["relation_name", "figure", "territory_level", "territory_code", "period", "item", "observation_id"]
required = ["role", "input_relation"]
columns = [
    "relation_name", "figure", "territory_level", "territory_code", "territory_id", "period", "item", "figure_value", "role",
    "input_relation", "input_indicator", "input_breakdown", "input_territory_level", "input_territory_code",
    "input_period", "observation_id",
]

[describe.relation_name]
en = "Relation that holds the figure."
fr = "Relation qui contient le chiffre."

[describe.item]
en = "What tells apart several figures of one territory and period: the line of a plan, the kind of agreement; else empty."
fr = "Ce qui distingue plusieurs chiffres d'un territoire et d'une période : ligne d'un plan, nature de convention ; sinon vide."

[describe.figure_value]
type = "DOUBLE"
en = "The figure itself; for the nation without a published one, the sum of the regions that report."
fr = "Le chiffre lui-même ; pour la France sans chiffre publié, la somme des régions connues."

[describe.role]
en = "stated: says the figure; term: of its formula; part: of its sum; compared: beside it; target and achieved: of a commitment."
fr = "stated : l'énonce ; term : terme de sa formule ; part : de sa somme ; compared : en regard ; target, achieved : engagement, réalisé."
allowed = ["stated", "term", "part", "compared", "target", "achieved"]

[describe.input_relation]
en = "Relation that holds what the cell says."
fr = "Relation qui contient ce que dit la cellule."
allowed = ["fact.observation", "fact.target", "fact.agreement"]

[describe.input_indicator]
en = "Indicator that the cell states; null for an agreement."
fr = "Indicateur énoncé par la cellule ; nul pour une convention."

[describe.input_breakdown]
en = "Part of the indicator that the cell is about; empty for the whole."
fr = "Partie de l'indicateur sur laquelle porte la cellule ; vide pour l'ensemble."

[describe.input_territory_level]
en = "Level of the territory that the cell is about; null for a commitment."
fr = "Niveau du territoire sur lequel porte la cellule ; nul pour un engagement."

[describe.input_territory_code]
en = "INSEE code of the territory that the cell is about; null for a commitment."
fr = "Code INSEE du territoire sur lequel porte la cellule ; nul pour un engagement."

[describe.input_period]
en = "Period that the cell is about; null for an agreement without a date."
fr = "Période sur laquelle porte la cellule ; nulle pour une convention sans date."

[describe.observation_id]
en = "Key of the cell, as in fact.observation: submission_id/sheet/cell."
fr = "Clé de la cellule, comme dans fact.observation : submission_id/feuille/cellule."
*/
-- From which cells is each figure made? Nothing is guessed here: every KPI says in its own header how its figures lead
-- to the keys of the cells that its formula took. One whose figures lead to none fails the check
-- every_kpi_figure_has_its_cells.
WITH links AS (
{% for kpi in kpis %}
    SELECT
        '{{ kpi.name }}' AS relation_name, figure, territory_level, territory_code, period, item,
        CAST(figure_value AS DOUBLE) AS figure_value, role, observation_id
    FROM (
        {{ kpi.lineage | indent(8) }}
    )
{{ "    UNION ALL
" if not loop.last -}}
{% endfor %}
),

cells AS (
    SELECT
        'fact.observation' AS input_relation, indicator, breakdown, territory_level, territory_code, period,
        observation_id
    FROM fact.observation
    UNION ALL
    SELECT 'fact.target', indicator, '', NULL, NULL, period, concat_ws('/', submission_id, sheet, cell)
    FROM fact.target
    UNION ALL
    SELECT
        'fact.agreement', NULL, '', territory_level, territory_code, CAST(year(signed_on) AS VARCHAR),
        concat_ws('/', submission_id, sheet, cell)
    FROM fact.agreement
)

SELECT
    l.relation_name,
    l.figure,
    l.territory_level,
    l.territory_code,
    {{ territory_id("l.territory_level", "l.territory_code") | indent }} AS territory_id,
    l.period,
    l.item,
    l.figure_value,
    l.role,
    c.input_relation,
    c.indicator AS input_indicator,
    c.breakdown AS input_breakdown,
    c.territory_level AS input_territory_level,
    c.territory_code AS input_territory_code,
    c.period AS input_period,
    observation_id
FROM links AS l
-- a key that leads to no cell leaves input_relation empty, which the contract of this relation forbids
LEFT JOIN cells AS c USING (observation_id)
ORDER BY l.figure, l.territory_level, l.territory_code, l.period, l.relation_name, l.item, l.role, observation_id
