{% from 'macros/lateness.sql' import late %}
{% from 'macros/texts.sql' import counted, number, percent, several %}
/*
row_en = "One line of the note of this release: what came in, is refused, pending or remarked, moved, is late or fails a check."
row_fr = "Une ligne de la note de cette publication : ce qui est arrivé, est refusé, en attente ou remarqué, a changé, manque ou échoue à un contrôle."
key = ["section", "position"]
required = ["lines", "message_fr", "message_en"]
columns = [
    "section", "position", "source", "indicator", "territory", "period", "lines", "old_value", "new_value",
    "difference_percent", "cells", "message_fr", "message_en",
]

[describe.section]
en = "received: files; refused, pending, remarked: of them; national, restated, withdrawn: figures; late; check: a check that fails."
fr = "received : fichiers ; refused, pending, remarked : parmi eux ; national, restated, withdrawn : chiffres ; late : retards ; check : contrôle en échec."
allowed = ["received", "refused", "pending", "remarked", "national", "restated", "withdrawn", "late", "check"]

[describe.position]
type = "INTEGER"
en = "Place in its section, what matters most first."
fr = "Place dans sa rubrique, le plus important d'abord."
minimum = 1

[describe.lines]
type = "BIGINT"
en = "How many files, cells, figures, regions or rows the line tells of."
fr = "Nombre de fichiers, cellules, chiffres, régions ou lignes dont il est question."
minimum = 0

[describe.old_value]
type = "DOUBLE"
en = "Value in the release before; null where there was none, or the line tells of no figure."
fr = "Valeur dans la publication précédente ; nulle s'il n'y en avait pas, ou si la ligne ne porte pas sur un chiffre."

[describe.new_value]
type = "DOUBLE"
en = "Value in this release; null where there is none, or the line tells of no figure."
fr = "Valeur dans cette publication ; nulle s'il n'y en a pas, ou si la ligne ne porte pas sur un chiffre."

[describe.cells]
en = "Where to look: the files, or the first cells as [file]sheet!cell, one after the other; null where there are none."
fr = "Où regarder : les fichiers, ou les premières cellules sous la forme [fichier]feuille!cellule ; nul s'il n'y en a pas."
*/
-- What is new is what the release before had not; a first release tells of all files, and of no change.
WITH arrivals AS (
    SELECT s.*, u.title_fr
    FROM fact.submission AS s
    LEFT JOIN dim.source AS u USING (source)
    ANTI JOIN (FROM stage.before WHERE kind = 'submission') AS b ON b.name = s.submission_id
),

received AS (
    SELECT
        'received' AS section,
        source,
        region AS territory,
        count(*) AS lines,
        string_agg(file, ' ; ' ORDER BY file) AS cells,
        concat_ws(', ', coalesce(region, 'Plusieurs territoires'), any_value(title_fr)) AS who,
        concat_ws(', ', coalesce(region, 'Several territories'), source) AS who_en
    FROM arrivals
    GROUP BY source, region
),

refused AS (
    SELECT
        'refused' AS section,
        s.source,
        s.region AS territory,
        x.reason,
        count(*) AS lines,
        -- nothing of such a file is loaded, whatever its cells say
        count(DISTINCT submission_id) FILTER (s.status = 'rejected') AS whole,
        any_value(x.message_fr ORDER BY x.file, x.sheet, x.cell) AS message_fr,
        any_value(x.message_en ORDER BY x.file, x.sheet, x.cell) AS message_en,
        list(
            '[' || x.file || ']' || concat_ws('!', nullif(x.sheet, ''), nullif(x.cell, ''))
            ORDER BY x.file, x.sheet, x.cell
        ) AS places
    FROM fact.rejection AS x
    JOIN arrivals AS s USING (submission_id)
    GROUP BY s.source, s.region, x.reason
),

remarked AS (
    SELECT
        'remarked' AS section,
        x.reason,
        count(*) AS lines,
        any_value(x.message_fr ORDER BY x.file, x.sheet, x.cell) AS message_fr,
        any_value(x.message_en ORDER BY x.file, x.sheet, x.cell) AS message_en,
        list(
            '[' || x.file || ']' || concat_ws('!', nullif(x.sheet, ''), nullif(x.cell, ''))
            ORDER BY x.file, x.sheet, x.cell
        ) AS places
    FROM audit.remark AS x
    SEMI JOIN arrivals AS s USING (submission_id)
    WHERE x.row_level = 'remark'
    GROUP BY x.reason
),

-- the ten largest of each kind; audit.release_change has them all
moved AS (
    SELECT c.*, coalesce(i.label_fr, c.indicator) AS label_fr, coalesce(i.label_en, c.indicator) AS label_en
    FROM audit.release_change AS c
    LEFT JOIN dim.indicator AS i ON i.code = c.indicator
    WHERE c.change IN ('national', 'restated', 'withdrawn')
    QUALIFY row_number() OVER (
        PARTITION BY c.change
        ORDER BY
            abs(c.difference_percent) DESC NULLS LAST, c.indicator, c.territory_id, c.period, c.population, c.breakdown,
            c.new_cell
    ) <= 10
),

late AS (
    {{ late("audit.coverage", "(SELECT as_of FROM audit.release)") | indent }}
),

told AS (
    SELECT
        section, source, territory, lines, cells,
        concat(who, ' : ', {{ several("lines", "fichier", "fichiers") }}) AS message_fr,
        concat(who_en, ': ', {{ several("lines", "file", "files") }}) AS message_en
    FROM received
    UNION ALL BY NAME
    SELECT
        section, source, territory, lines, array_to_string(places[:20], ' ; ') AS cells,
        concat_ws(
            ' — ',
            territory,
            CASE
                WHEN whole > 0
                    THEN {{ several("whole", "fichier refusé en entier", "fichiers refusés en entier") }}
            END,
            {{ counted("reason", "lines", "places[1]", "fr") | indent(12) }},
            message_fr
        ) AS message_fr,
        concat_ws(
            ' — ',
            territory,
            CASE
                WHEN whole > 0
                    THEN {{ several("whole", "file refused as a whole", "files refused as a whole") }}
            END,
            {{ counted("reason", "lines", "places[1]", "en") | indent(12) }},
            message_en
        ) AS message_en
    FROM refused
    UNION ALL BY NAME
    SELECT
        'pending' AS section, source, region AS territory, 1 AS lines, file AS cells,
        concat(file, ' : n''a pas pu être lu cette fois') AS message_fr,
        concat(file, ': could not be read this time') AS message_en
    FROM fact.submission
    WHERE status = 'pending'
    UNION ALL BY NAME
    SELECT
        section, lines, array_to_string(places[:20], ' ; ') AS cells,
        concat_ws(' — ', {{ counted("reason", "lines", "places[1]", "fr") | indent(8) }}, message_fr) AS message_fr,
        concat_ws(' — ', {{ counted("reason", "lines", "places[1]", "en") | indent(8) }}, message_en) AS message_en
    FROM remarked
    UNION ALL BY NAME
    SELECT
        change AS section, source, indicator, territory, period, 1 AS lines, old_value, new_value, difference_percent,
        concat_ws(' → ', old_cell, new_cell) AS cells,
        concat(
            concat_ws(', ', label_fr, territory, period_label), ' : ',
            coalesce({{ number("old_value", "fr") | indent(12) }}, 'inconnu'), ' → ',
            coalesce({{ number("new_value", "fr") | indent(12) }}, 'inconnu'),
            {{ percent("difference_percent", "fr") }}
        ) AS message_fr,
        concat(
            concat_ws(', ', label_en, territory, period), ': ',
            coalesce({{ number("old_value", "en") | indent(12) }}, 'unknown'), ' → ',
            coalesce({{ number("new_value", "en") | indent(12) }}, 'unknown'),
            {{ percent("difference_percent", "en") }}
        ) AS message_en
    FROM moved
    UNION ALL BY NAME
    SELECT
        'late' AS section, source, CAST(year AS VARCHAR) AS period, regions AS lines,
        concat(source, ' ', year, ', dû le ', strftime(due_on, '%d/%m/%Y'), ' : ', who) AS message_fr,
        concat(source, ' ', year, ', due on ', due_on, ': ', who) AS message_en
    FROM late
    UNION ALL BY NAME
    SELECT
        'check' AS section, c.failures AS lines,
        concat(
            c.check_name, if(c.is_blocking, ' (bloquant)', ''),
            if(b.name IS NULL, ', nouveau', ', déjà la fois d''avant'), ' : ',
            {{ several("c.failures", "ligne", "lignes") }}, '. Attendu : ', c.description_fr
        ) AS message_fr,
        concat(
            c.check_name, if(c.is_blocking, ' (blocking)', ''), if(b.name IS NULL, ', new', ', as the time before'),
            ': ', {{ several("c.failures", "row", "rows") }}, '. Expected: ', c.description
        ) AS message_en
    FROM audit."check" AS c
    LEFT JOIN stage.before AS b ON b.kind = 'check' AND b.name = c.check_name
    WHERE NOT c.passed
)

SELECT
    section,
    CAST(
        row_number() OVER (
            PARTITION BY section
            ORDER BY abs(difference_percent) DESC NULLS LAST, lines DESC, message_fr, cells
        ) AS INTEGER
    ) AS position,
    source,
    indicator,
    territory,
    period,
    CAST(lines AS BIGINT) AS lines,
    old_value,
    new_value,
    difference_percent,
    cells,
    message_fr,
    message_en
FROM told
ORDER BY
    list_position(
        ['received', 'refused', 'pending', 'remarked', 'national', 'restated', 'withdrawn', 'late', 'check'], section
    ),
    position
