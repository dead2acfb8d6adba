/*
relation = "audit.lineage"
blocking = true
en = "Every figure of every kpi relation leads to the cells that it is made from."
fr = "Tout chiffre de toute relation kpi mène aux cellules dont il est fait."
*/
-- Can each number be defended? Counted here from what the KPIs show, and not from what they say of their cells: each
-- says in its header what it shows, and how many cells there must be at least behind it.
WITH shown AS (
{% for kpi in kpis %}
    SELECT '{{ kpi.name }}' AS relation_name, figure, territory_level, territory_code, period, item, role, cells
    FROM (
        {{ kpi.shown | indent(8) }}
    )
{{ "    UNION ALL\n" if not loop.last -}}
{% endfor %}
),

-- A KPI may ask for cells of any period, or in any role: those are counted once for all figures, not once for each.
found AS (
    SELECT
        relation_name,
        figure,
        territory_level,
        territory_code,
        item,
        period,
        grouping(period) = 1 AS of_any_period,
        if(grouping(role) = 1, 'any', role) AS role,
        count(observation_id) AS cells
    FROM audit.lineage
    GROUP BY
        relation_name, figure, territory_level, territory_code, item,
        GROUPING SETS ((period, role), (period), (role), ())
),

-- Does a KPI hold numbers and show no figure? Nothing could then be missing behind it.
silent AS (
{% for kpi in kpis %}
    SELECT '{{ kpi.name }}' AS relation_name
    WHERE
        EXISTS (
            FROM {{ kpi.name }}
{% if kpi.numbers %}
            WHERE coalesce({{ kpi.numbers | join(", ") }}) IS NOT NULL
{% endif %}
        )
        AND NOT EXISTS (FROM shown WHERE relation_name = '{{ kpi.name }}' AND cells > 0)
{{ "    UNION ALL\n" if not loop.last -}}
{% endfor %}
)

SELECT
    s.relation_name, s.figure, s.territory_code, s.period, s.item, s.role, s.cells,
    coalesce(l.cells, 0) AS cells_found
FROM shown AS s
LEFT JOIN found AS l
    ON l.relation_name = s.relation_name
    AND l.figure = s.figure
    AND l.territory_level = s.territory_level
    AND l.territory_code = s.territory_code
    AND l.item = s.item
    AND l.of_any_period = (s.period IS NULL)
    AND coalesce(l.period, '') = coalesce(s.period, '')
    AND l.role = s.role
WHERE cells_found < s.cells
UNION ALL
SELECT relation_name, NULL, NULL, NULL, NULL, NULL, 1, 0 FROM silent
