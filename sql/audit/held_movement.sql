{% from 'macros/coverage.sql' import region_spoken_for %}
{% from 'macros/keys.sql' import territory_id %}
{% from 'macros/movements.sql' import national_cells, number_en, number_fr, shown_cells %}
/*
row_en = "One movement against the release published before, for which this release was held until somebody accepted it."
row_fr = "Un mouvement par rapport à la publication précédente, pour lequel celle-ci a été retenue jusqu'à son acceptation."
required = ["kind", "territory_id", "territory", "period", "message_fr", "message_en"]
columns = [
    "kind", "indicator", "source", "territory_id", "territory", "period", "unit", "old_value", "new_value",
    "difference_percent", "largest_restatement", "old_cells", "new_cells", "message_fr", "message_en",
]

[describe.kind]
en = "moved: a national figure by more than its largest_restatement; vanished: one that is no longer there; fewer_regions: fewer regions behind one; no_longer_reported: a region of a source and a year."
fr = "moved : un chiffre national varie de plus que largest_restatement ; vanished : il n'est plus là ; fewer_regions : moins de régions derrière lui ; no_longer_reported : une région, pour une source et une année."
allowed = ["moved", "vanished", "fewer_regions", "no_longer_reported"]

[describe.indicator]
en = "Indicator that moves; null where a region no longer reports."
fr = "Indicateur qui bouge ; nul si une région ne répond plus."

[describe.source]
en = "Source that a region no longer reports; null where a figure moves."
fr = "Source à laquelle une région ne répond plus ; nulle si un chiffre bouge."

[describe.unit]
en = "Unit of both values: that of the figure, regions, or figures that a region had reported."
fr = "Unité des deux valeurs : celle du chiffre, regions, ou figures pour les chiffres qu'une région avait communiqués."

[describe.old_value]
type = "DOUBLE"
en = "Value in the release before; null where a file behind it was erased."
fr = "Valeur dans la publication précédente ; nulle si un fichier dont elle vient a été effacé."

[describe.new_value]
type = "DOUBLE"
en = "Value in this release; null where there is none."
fr = "Valeur dans cette publication ; nulle s'il n'y en a pas."

[describe.difference_percent]
type = "DOUBLE"
unit = "percent"
en = "New value minus old value in percent of the old one; null where one is missing, or the old one is zero."
fr = "Nouvelle valeur moins l'ancienne, en pourcentage de l'ancienne ; nul si l'une manque, ou si l'ancienne est zéro."

[describe.old_cells]
en = "Cells behind the old value, as [file]sheet!cell, five at most; of a region that no longer reports, its files."
fr = "Cellules dont vient l'ancienne valeur, sous la forme [fichier]feuille!cellule, cinq au plus ; ou fichiers de la région."

[describe.new_cells]
en = "Cells behind the new value; of a region that no longer reports, what is refused of its files. Null for none."
fr = "Cellules dont vient la nouvelle valeur ; ou ce qui est refusé des fichiers de la région. Nul s'il n'y en a pas."

[describe.message_fr]
en = "The movement in a sentence, in French."
fr = "Le mouvement en une phrase, en français."

[describe.message_en]
en = "The movement in a sentence, in English."
fr = "Le mouvement en une phrase, en anglais."
*/
-- What would readers not believe without a word? A figure that they quoted yesterday and that is quite another one, or
-- is gone; a region that had reported and has not any more. What the ledger explains, a withdrawal, is left out.
-- A table of no rows where there is no release before, or where it has other columns.
WITH differing AS (
    SELECT indicator, year
    FROM previous.kpi.national AS o
    LEFT JOIN kpi.national AS n USING (indicator, year)
    WHERE n.value IS DISTINCT FROM o.value OR coalesce(n.regions_reporting, 0) < o.regions_reporting
),

old_cells AS (
    {{ national_cells("previous.", "differing") | indent }}
),

new_cells AS (
    {{ national_cells("", "differing") | indent }}
),

shown_old AS (
    {{ shown_cells("old_cells", "new_cells", "previous.") | indent }}
),

shown_new AS (
    {{ shown_cells("new_cells", "old_cells", "") | indent }}
),

-- Which region no longer reports a source and a year, whose files would still have to say so?
unreported AS (
    FROM (FROM previous.audit.coverage WHERE status = 'accepted')
    ANTI JOIN (FROM audit.coverage WHERE status = 'accepted') USING (source, region_code, year)
),

reported_before AS (
    SELECT h.source, {{ region_spoken_for("h", "t", "s") | indent(4) }} AS region_code,
        CAST(year(h.period_end) AS INTEGER) AS year, h.submission_id, s.file
    FROM previous.fact.observation_history AS h
    JOIN previous.fact.submission AS s USING (submission_id)
    LEFT JOIN dim.territory AS t ON t.territory_id = h.territory_id
    WHERE
        s.withdrawn_on IS NULL
        AND h.source IN (SELECT source FROM unreported)
        AND year(h.period_end) IN (SELECT year FROM unreported)
    GROUP BY ALL
),

refused AS (
    SELECT submission_id, min(concat('[', file, ']', concat_ws('!', sheet, nullif(cell, '')))) AS at_cell
    FROM fact.rejection
    GROUP BY submission_id
),

reports AS (
    SELECT
        o.source,
        o.region_code,
        o.region,
        o.year,
        o.figures,
        bool_and(n.withdrawn_on IS NOT NULL) AS is_withdrawn,
        string_agg(DISTINCT concat('[', b.file, ']'), '; ') AS old_cells,
        string_agg(DISTINCT x.at_cell, '; ') AS new_cells
    FROM unreported AS o
    LEFT JOIN reported_before AS b USING (source, region_code, year)
    LEFT JOIN fact.submission AS n ON n.submission_id = b.submission_id
    LEFT JOIN refused AS x ON x.submission_id = b.submission_id
    GROUP BY ALL
),

-- Which cells are no longer behind a national figure, and does the ledger say why?
lost AS (
    SELECT
        o.indicator,
        o.year,
        bool_and(s.withdrawn_on IS NOT NULL) AS is_withdrawn,
        bool_and(s.withdrawn_on IS NOT NULL OR r.source IS NOT NULL) AS is_told
    FROM old_cells AS o
    ANTI JOIN new_cells AS n USING (indicator, year, role, territory_id)
    LEFT JOIN fact.submission AS s ON s.submission_id = o.submission_id
    LEFT JOIN reports AS r ON r.source = o.source AND r.region_code = o.territory_code AND r.year = o.year
    GROUP BY o.indicator, o.year
),

-- what was erased is told nowhere
erased AS (
    SELECT DISTINCT o.indicator, o.year
    FROM old_cells AS o
    JOIN fact.submission AS s ON s.submission_id = o.submission_id AND s.status = 'erased'
),

-- The change is taken on the smaller value, so that a halving is as far as a doubling.
figures AS (
    SELECT
        CASE
            WHEN o.value IS NOT NULL AND n.value IS NULL THEN if(coalesce(l.is_withdrawn, FALSE), NULL, 'vanished')
            WHEN
                abs(n.value - o.value) > i.largest_restatement * least(abs(n.value), abs(o.value)) * (1 + 1e-9)
                THEN 'moved'
            WHEN
                coalesce(n.regions_reporting, 0) < o.regions_reporting AND NOT coalesce(l.is_told, FALSE)
                THEN 'fewer_regions'
        END AS kind,
        indicator,
        year,
        coalesce(n.label_fr, o.label_fr) AS label_fr,
        coalesce(n.label_en, o.label_en) AS label_en,
        coalesce(n.unit, o.unit) AS unit,
        if(e.indicator IS NULL, o.value, NULL) AS old_value,
        n.value AS new_value,
        o.regions_reporting AS old_regions,
        coalesce(n.regions_reporting, 0) AS new_regions,
        i.largest_restatement,
        so.cells AS old_cells,
        sn.cells AS new_cells
    FROM previous.kpi.national AS o
    SEMI JOIN differing USING (indicator, year)
    LEFT JOIN kpi.national AS n USING (indicator, year)
    LEFT JOIN dim.indicator AS i ON i.code = indicator
    LEFT JOIN lost AS l USING (indicator, year)
    LEFT JOIN erased AS e USING (indicator, year)
    LEFT JOIN shown_old AS so USING (indicator, year)
    LEFT JOIN shown_new AS sn USING (indicator, year)
),

movements AS (
    SELECT
        * EXCLUDE (year, old_regions, new_regions, old_value, new_value, unit)
        REPLACE (if(kind = 'moved', largest_restatement, NULL) AS largest_restatement),
        'FR' AS territory_id,
        'France' AS territory,
        CAST(year AS VARCHAR) AS period,
        if(kind = 'fewer_regions', 'regions', unit) AS unit,
        if(kind = 'fewer_regions', CAST(old_regions AS DOUBLE), old_value) AS old_value,
        if(kind = 'fewer_regions', CAST(new_regions AS DOUBLE), new_value) AS new_value
    FROM figures
    WHERE kind IS NOT NULL
    UNION ALL BY NAME
    SELECT
        'no_longer_reported' AS kind,
        source,
        {{ territory_id("'region'", "region_code") | indent(8) }} AS territory_id,
        region AS territory,
        CAST(year AS VARCHAR) AS period,
        'figures' AS unit,
        CAST(figures AS DOUBLE) AS old_value,
        CAST(0 AS DOUBLE) AS new_value,
        old_cells,
        new_cells
    FROM reports
    WHERE NOT coalesce(is_withdrawn, FALSE)
),

numbered AS (
    SELECT
        *,
        100 * (new_value - old_value) / nullif(abs(old_value), 0) AS difference_percent,
        {{ number_en("old_value") }} AS old_en,
        {{ number_en("new_value") }} AS new_en,
        {{ number_fr("old_value") }} AS old_fr,
        {{ number_fr("new_value") }} AS new_fr,
        {{ number_en("100 * largest_restatement") }} AS most_en,
        {{ number_fr("100 * largest_restatement") }} AS most_fr
    FROM movements
)

SELECT
    kind,
    indicator,
    source,
    territory_id,
    territory,
    period,
    unit,
    old_value,
    new_value,
    difference_percent,
    largest_restatement,
    old_cells,
    new_cells,
    CASE kind
        WHEN 'moved' THEN concat(
            label_fr, ', France ', period, ' : ', coalesce(old_fr, '(effacé)'), ' deviendrait ', new_fr,
            translate(format(' ({:+.1f} %)', difference_percent), '.', ','), ', soit plus que les ', most_fr,
            ' % qui se passent d''acceptation.'
        )
        WHEN 'vanished' THEN concat(
            label_fr, ', France ', period, ' : ', coalesce(old_fr, '(effacé)'), ' est publié et ne le serait plus.'
        )
        WHEN 'fewer_regions' THEN concat(
            label_fr, ', France ', period, ' : régions connues : ', old_fr, ', il n''en resterait que ', new_fr, '.'
        )
        ELSE concat(
            territory, ', ', source, ' ', period, ' : chiffres communiqués : ', old_fr, ', il n''en resterait aucun.'
        )
    END AS message_fr,
    CASE kind
        WHEN 'moved' THEN concat(
            label_en, ', France ', period, ': ', coalesce(old_en, '(erased)'), ' would become ', new_en,
            format(' ({:+.1f} %)', difference_percent), ', more than the ', most_en, ' % that need no acceptance.'
        )
        WHEN 'vanished' THEN concat(
            label_en, ', France ', period, ': ', coalesce(old_en, '(erased)'), ' is published and would be no more.'
        )
        WHEN 'fewer_regions' THEN concat(
            label_en, ', France ', period, ': regions known: ', old_en, ', only ', new_en, ' would be left.'
        )
        ELSE concat(territory, ', ', source, ' ', period, ': figures reported: ', old_en, ', none would be left.')
    END AS message_en
FROM numbered
ORDER BY
    list_position(['moved', 'vanished', 'no_longer_reported', 'fewer_regions'], kind),
    abs(difference_percent) DESC NULLS LAST, indicator, source, territory_id, period
