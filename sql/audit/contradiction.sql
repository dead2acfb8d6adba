{% from 'macros/contradiction_kinds.sql' import described, name, sentence %}
{% from 'macros/contradictions.sql' import claims %}
{% from 'macros/contradictions_stated.sql' import akin, extents, neighbours_elsewhere %}
{% from 'macros/contradictions_derived.sql' import quotients, targets %}
/*
row_en = "One contradiction of the sources: a figure, what it cannot stand beside or is not to be compared with, and both cells."
row_fr = "Une contradiction des sources : un chiffre, ce qui l'exclut ou ne s'y compare pas, et les cellules des deux."
required = [
    "kind", "kind_fr", "kind_en", "verdict", "indicator", "period", "period_label", "unit", "left_value", "left_text",
    "left_file", "left_sheet", "left_cell",
    "right_value", "right_cell", "message_fr", "message_en",
]
columns = [
    "kind", "kind_fr", "kind_en", "verdict", "indicator", "territory_level", "territory_id", "territory", "period",
    "period_label", "population", "unit",
    "left_value", "left_text", "left_publisher", "left_known_on", "left_file", "left_sheet", "left_cell",
    "left_cell_id", "right_indicator", "right_territory_id", "right_period", "right_period_label", "right_population", "right_value", "right_text",
    "right_publisher", "right_known_on", "right_file", "right_sheet", "right_cell", "right_cell_ids", "through_cells", "through_cell_id",
    "expected", "gap", "gap_percent", "message_fr", "message_en",
]

{{ described() }}

[describe.kind_fr]
en = "Name of the kind, in French."
fr = "Nom de la règle, en français."

[describe.kind_en]
en = "Name of the kind, in English."
fr = "Nom de la règle, en anglais."

{% for side, en, fr in (("left", "the figure in doubt", "du chiffre en cause"), ("right", "what it is held against", "de ce à quoi il est confronté")) %}
[describe.{{ side }}_value]
type = "DOUBLE"
en = "Value of {{ en }}{{ ", or the sum of the parts" if side == "right" }}."
fr = "Valeur {{ fr }}{{ ", ou somme des parties" if side == "right" }}."

[describe.{{ side }}_text]
en = "Text of the cell of {{ en }}{{ "; null where it is a sum" if side == "right" }}."
fr = "Texte de la cellule {{ fr }}{{ " ; nul s'il s'agit d'une somme" if side == "right" }}."

[describe.{{ side }}_publisher]
en = "Who published {{ en }}; null where its file does not say."
fr = "Qui a publié le texte {{ fr }} ; nul si le fichier ne le dit pas."

[describe.{{ side }}_known_on]
type = "DATE"
en = "Day on which {{ en }} became known."
fr = "Jour où a été connue la valeur {{ fr }}."

[describe.{{ side }}_file]
en = "File of {{ en }}, below raw/."
fr = "Fichier {{ fr }}, sous raw/."

[describe.{{ side }}_sheet]
en = "Sheet of {{ en }}."
fr = "Feuille {{ fr }}."

[describe.{{ side }}_cell]
en = "Cell of {{ en }}{{ "; of a sum, the cells of its parts" if side == "right" }}."
fr = "Cellule {{ fr }}{{ " ; pour une somme, celles des parties" if side == "right" }}."

{% endfor %}
[describe.right_indicator]
en = "Indicator of what it is held against."
fr = "Indicateur de ce à quoi le chiffre est confronté."

[describe.right_territory_id]
en = "Territory of what it is held against."
fr = "Territoire de ce à quoi le chiffre est confronté."

[describe.right_period]
en = "Period of what it is held against."
fr = "Période de ce à quoi le chiffre est confronté."

[describe.right_period_label]
en = "The same period as people write it."
fr = "La même période telle qu'on l'écrit."

[describe.right_population]
en = "Population of what it is held against, where it is not that of its indicator's definition."
fr = "Population de ce à quoi le chiffre est confronté, quand ce n'est pas celle de la définition."

[describe.through_cells]
en = "Further cells that the comparison takes, as [file]sheet!cell; null where there are none."
fr = "Autres cellules sur lesquelles s'appuie la comparaison, sous la forme [fichier]feuille!cellule ; nul s'il n'y en a pas."

[describe.left_cell_id]
en = "Key of the cell of the figure in doubt, submission/sheet/cell, as observation_id."
fr = "Clé de la cellule du chiffre en cause, dépôt/feuille/cellule, comme observation_id."

[describe.right_cell_ids]
type = "VARCHAR[]"
en = "Keys of the cells of what it is held against: one, or those of the parts of a sum."
fr = "Clés des cellules de ce à quoi le chiffre est confronté : une, ou celles des parties d'une somme."

[describe.through_cell_id]
en = "Key of the further cell that the comparison takes; null where there is none."
fr = "Clé de l'autre cellule sur laquelle s'appuie la comparaison ; nulle s'il n'y en a pas."

[describe.expected]
type = "DOUBLE"
en = "What the right side would have to be for both to hold; null where nothing says so."
fr = "Ce que devrait être le second chiffre pour que les deux tiennent ; nul si rien ne le dit."

[describe.gap]
type = "DOUBLE"
en = "Right side minus what is expected."
fr = "Second chiffre moins ce qui en est attendu."

[describe.gap_percent]
type = "DOUBLE"
unit = "percent"
en = "Gap in percent of what is expected."
fr = "Écart en pourcentage de ce qui est attendu."

[describe.message_fr]
en = "What contradicts what, in French."
fr = "Ce qui contredit quoi, en français."

[describe.message_en]
en = "What contradicts what, in English."
fr = "Ce qui contredit quoi, en anglais."
*/
-- What do the sources say that cannot stand beside something else they say? No rule names a territory, an indicator, a
-- value or a file: what belongs together is declared with the indicators. What only rounding explains is no
-- contradiction, and what cannot be compared is shown as such.
WITH across AS MATERIALIZED (
    -- the figures that a rule holds against those of another territory
    FROM fact.observation_history
    WHERE
        territory_level NOT IN ('region', 'department')
        OR territory_id IN (SELECT split_part(akin_to, '/', 2) FROM dim.indicator)
        OR indicator IN (
            SELECT unnest([code, numerator]) FROM dim.indicator WHERE numerator = denominator
        )
),

claims AS MATERIALIZED (
    {{ claims("across") | indent }}
),

akin AS (
    {{ akin() | indent }}
),

lines AS (
    SELECT
        concat_ws('/', t.submission_id, t.sheet, t.cell) AS id,
        t.*,
        s.file,
        concat('[', s.file, ']', t.sheet, '!', t.cell) AS at_cell
    FROM fact.target AS t
    JOIN fact.submission AS s USING (submission_id)
    WHERE t.value IS NOT NULL
),

found AS (
    SELECT
        kind, verdict, left_cell_id AS left_id, right_cell_id AS right_id, through_cell_id AS through_id, expected
    FROM audit.contradiction_pair
    UNION ALL BY NAME
    {{ neighbours_elsewhere() | indent }}
    UNION ALL BY NAME
    {{ extents() | indent }}
    UNION ALL BY NAME
    {{ quotients(of_the_nation=true) | indent }}
    UNION ALL BY NAME
    {{ targets() | indent }}
),

-- Totals and their parts were compared (audit.reconciliation). "Consistent" there is what the writing of all numbers
-- allows; a sum of the parts as written that does not round to the total as written deserves a look.
sums AS (
    SELECT
        if(kind = 'dont', 'part_exceeds', 'sum') AS kind,
        if(verdict = 'inconsistent', verdict, 'cannot_tell') AS verdict,
        stated_cell,
        parts_sum,
        parts_cells
    FROM audit.reconciliation
    WHERE
        kind <> 'growth'
        AND (
            verdict = 'inconsistent'
            OR kind <> 'dont'
            AND parts_missing = 0
            AND stated_qualifier = '='
            AND floor(parts_sum / nullif(2 * stated_precision, 0) + 0.5) * 2 * stated_precision <> stated_value
        )
),

-- the total of a file whose parts were compared, and the cell of its first part
totals AS (
    SELECT
        *,
        concat_ws('/', submission_id, sheet, cell) AS id,
        concat_ws('/', submission_id, sheet, regexp_extract(parts_cells, '[A-Z]+[0-9]+')) AS part_id
    FROM stage.total
),

-- the figures that a side can be, of all that are known
sides AS (
    SELECT unnest([left_id, right_id, through_id]) AS observation_id FROM found
    UNION
    SELECT unnest([id, part_id]) FROM totals
    UNION
    SELECT observation_id
    FROM fact.observation_history
    WHERE
        -- many cells have such an address: which of them it is, their claims tell
        cell IN (
            SELECT split_part(unnest([stated_cell] || string_split(parts_cells, '; ')), '!', -1) FROM sums
        )
),

shown AS MATERIALIZED (
    SELECT h.* FROM fact.observation_history AS h SEMI JOIN sides USING (observation_id)
),

shown_claims AS MATERIALIZED (
    {{ claims("shown") | indent }}
),

-- a total that its parts belie was refused, and is no figure
refused AS (
    SELECT
        t.*,
        i.unit,
        x.raw_text,
        s.known_on,
        s.file,
        p.territory_level,
        p.territory_id,
        p.territory,
        p.period,
        p.period_label
    FROM totals AS t
    JOIN stage.cell AS x USING (submission_id, sheet, cell)
    JOIN fact.submission AS s USING (submission_id)
    JOIN dim.indicator AS i ON i.code = t.indicator
    -- where and when is what its parts say
    LEFT JOIN shown_claims AS p ON p.id = t.part_id
    ANTI JOIN shown_claims AS c ON c.id = t.id
),

-- every cell that a side can be
cells AS (
    SELECT
        c.id, c.at_cell, c.indicator, i.label_fr, i.label_en, c.territory_level, c.territory_id, c.territory, c.period,
        c.period_label, c.population,
        coalesce(p.label_fr, '') AS population_fr,
        coalesce(p.label_en, '') AS population_en,
        c.unit, c.value, c.raw_text, c.publisher, c.known_on, c.file, c.sheet, c.cell
    FROM shown_claims AS c
    JOIN dim.indicator AS i ON i.code = c.indicator
    LEFT JOIN dim.population AS p ON p.population = coalesce(nullif(c.population, ''), i.own_population)
    UNION ALL BY NAME
    SELECT
        id, at_cell, indicator, concat_ws(', ', plan, label) AS label_fr, label_fr AS label_en, period,
        period_label, unit, value,
        raw_text, known_on, file, sheet, cell, '' AS population, '' AS population_fr, '' AS population_en
    FROM lines
    UNION ALL BY NAME
    SELECT
        id, concat('[', file, ']', sheet, '!', cell) AS at_cell, indicator, label AS label_fr, label AS label_en,
        territory_level, territory_id, territory, coalesce(period, '') AS period,
        coalesce(period_label, '') AS period_label, unit, stated_value AS value, raw_text,
        known_on, file, sheet, cell, '' AS population,
        '' AS population_fr, '' AS population_en
    FROM refused
),

-- the keys of the cells of each sum
parts AS (
    SELECT parts_cells, list(id ORDER BY position) AS ids
    FROM (
        SELECT f.parts_cells, n.position, min(c.id) AS id
        FROM (SELECT DISTINCT parts_cells, string_split(parts_cells, '; ') AS parts FROM sums) AS f,
            unnest(range(1, len(f.parts) + 1)) AS n (position)
        JOIN cells AS c ON c.at_cell = f.parts[n.position]
        GROUP BY ALL
    )
    GROUP BY ALL
),

sided AS (
    SELECT
        f.kind, f.verdict, f.expected,
        l AS left_side,
        r AS right_side,
        r.value AS right_value,
        r.at_cell AS right_cells,
        [r.id] AS right_cell_ids,
        t.at_cell AS through_cells,
        t.id AS through_cell_id,
        t.raw_text AS through_text
    FROM found AS f
    JOIN cells AS l ON l.id = f.left_id
    JOIN cells AS r ON r.id = f.right_id
    LEFT JOIN cells AS t ON t.id = f.through_id
    UNION ALL BY NAME
    SELECT
        f.kind, f.verdict, l.value AS expected, l AS left_side, r AS right_side, f.parts_sum AS right_value,
        f.parts_cells AS right_cells,
        CASE
            WHEN starts_with(f.parts_cells, '[') THEN p.ids
            -- the parts of a total of a file stand on its sheet
            ELSE list_transform(
                string_split(f.parts_cells, ' '), lambda cell: regexp_replace(l.id, '[^/]+$', '') || cell
            )
        END AS right_cell_ids
    FROM sums AS f
    JOIN cells AS l ON l.at_cell = f.stated_cell
    -- a sum of several cells is none of them
    LEFT JOIN cells AS r ON r.at_cell = f.parts_cells
    LEFT JOIN parts AS p ON p.parts_cells = f.parts_cells
    QUALIFY row_number() OVER (PARTITION BY f.stated_cell, f.kind, f.parts_cells ORDER BY l.known_on DESC, l.id) = 1
),

told AS (
    SELECT
        *,
        {{ sentence("fr") | indent(8) }} AS message_fr,
        {{ sentence("en") | indent(8) }} AS message_en
    FROM sided
)

SELECT
    kind,
    {{ name("fr") | indent }} AS kind_fr,
    {{ name("en") | indent }} AS kind_en,
    verdict,
    left_side.indicator AS indicator,
    left_side.territory_level AS territory_level,
    left_side.territory_id AS territory_id,
    left_side.territory AS territory,
    left_side.period AS period,
    left_side.period_label AS period_label,
    left_side.population AS population,
    left_side.unit AS unit,
    left_side.value AS left_value,
    left_side.raw_text AS left_text,
    left_side.publisher AS left_publisher,
    left_side.known_on AS left_known_on,
    left_side.file AS left_file,
    left_side.sheet AS left_sheet,
    left_side.cell AS left_cell,
    left_side.id AS left_cell_id,
    coalesce(right_side.indicator, left_side.indicator) AS right_indicator,
    coalesce(right_side.territory_id, left_side.territory_id) AS right_territory_id,
    coalesce(right_side.period, left_side.period) AS right_period,
    coalesce(right_side.period_label, left_side.period_label) AS right_period_label,
    coalesce(right_side.population, left_side.population) AS right_population,
    right_value,
    right_side.raw_text AS right_text,
    right_side.publisher AS right_publisher,
    right_side.known_on AS right_known_on,
    -- the parts of a total of a file stand beside it
    if(starts_with(right_cells, '['), right_side.file, left_side.file) AS right_file,
    if(starts_with(right_cells, '['), right_side.sheet, left_side.sheet) AS right_sheet,
    coalesce(right_side.cell, right_cells) AS right_cell,
    right_cell_ids,
    through_cells,
    through_cell_id,
    expected,
    right_value - expected AS gap,
    100 * (right_value - expected) / nullif(abs(expected), 0) AS gap_percent,
    message_fr,
    message_en
FROM told
ORDER BY kind, indicator, territory_id, period, left_file, left_sheet, left_cell, right_file, right_cell
