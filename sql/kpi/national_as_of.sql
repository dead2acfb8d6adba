{% from 'macros/bounds.sql' import sum_at_least, sum_at_most %}
/*
row_en = "One indicator and year for the nation, as known at the end of a day: FROM kpi.national_as_of(DATE '2021-12-31')."
row_fr = "Un indicateur et une année pour la France, tels que connus un jour donné : FROM kpi.national_as_of(DATE '2021-12-31')."
key = ["indicator", "year"]
parameters = ["as_of_day"]
columns = [
    "indicator", "label_fr", "label_en", "year", "value", "unit", "basis", "published_value", "published_qualifier",
    "regions_sum", "regions_reporting", "regions_expected", "coverage", "gap", "is_consistent", "precision",
    "qualifier", "known_on", "published_observation_id", "regions_observation_ids",
]

[describe.value]
type = "DOUBLE"
en = "National figure: the published one, else the sum of all regions; null when only some regions are known."
fr = "Chiffre national : celui qui est publié, sinon la somme de toutes les régions ; nul si seules certaines sont connues."

[describe.basis]
en = "published: stated for the nation; sum_of_regions: all regions report and are added up; partial: only some report."
fr = "published : publié pour la France ; sum_of_regions : somme de toutes les régions ; partial : certaines seulement."
allowed = ["published", "sum_of_regions", "partial"]

[describe.published_value]
type = "DOUBLE"
en = "Figure stated for the nation; null where none is."
fr = "Chiffre énoncé pour la France ; nul s'il n'y en a pas."

[describe.published_qualifier]
en = "How the published figure is hedged: =, >, <, ~ or interval."
fr = "Nuance du chiffre publié : =, >, <, ~ ou interval."
allowed = ["=", ">", "<", "~", "interval"]

[describe.regions_sum]
type = "DOUBLE"
en = "Sum of the regions that report, however few: read it with coverage. Null where the indicator does not add up."
fr = "Somme des régions connues, si peu soient-elles : à lire avec coverage. Nulle si l'indicateur ne s'additionne pas."

[describe.regions_reporting]
type = "INTEGER"
en = "Number of regions with a figure."
fr = "Nombre de régions ayant un chiffre."
minimum = 0

[describe.regions_expected]
type = "INTEGER"
en = "Number of regions that existed on 31 December of the year."
fr = "Nombre de régions existant au 31 décembre de l'année."
minimum = 1

[describe.coverage]
type = "DOUBLE"
unit = "share"
en = "Share of the expected regions that report, from 0 to 1."
fr = "Part des régions attendues qui ont un chiffre, de 0 à 1."
minimum = 0
maximum = 1

[describe.gap]
type = "DOUBLE"
en = "Published value minus the sum of the regions, when all report; null otherwise."
fr = "Valeur publiée moins la somme des régions, quand toutes sont connues ; nul sinon."

[describe.is_consistent]
type = "BOOLEAN"
en = "Whether published value and regions agree within the precision of their writing; null when it cannot be told."
fr = "Vrai si le chiffre publié et les régions concordent à la précision d'écriture près ; nul si l'on ne peut le dire."

[describe.qualifier]
en = "How the value is hedged: that of the published figure, or what the hedges of the regions make of their sum."
fr = "Nuance de la valeur : celle du chiffre publié, ou celle que les nuances des régions donnent à leur somme."
allowed = ["=", ">", "<", "~", "interval"]

[describe.known_on]
type = "DATE"
en = "Day on which the most recent figure behind the row became known."
fr = "Jour où le plus récent des chiffres de la ligne a été connu."

[describe.published_observation_id]
en = "Key of the cell that states the published figure; null where none is."
fr = "Clé de la cellule qui énonce le chiffre publié ; nulle s'il n'y en a pas."

[describe.regions_observation_ids]
type = "VARCHAR[]"
en = "Keys of the cells of the regions that report; null where none does."
fr = "Clés des cellules des régions connues ; nul s'il n'y en a pas."
*/
WITH annual AS (
    SELECT a.*, i.label_fr, i.label_en, i.is_additive
    FROM fact.annual_as_of(as_of_day) AS a
    JOIN dim.indicator AS i ON i.code = a.indicator
),

published AS (
    SELECT * FROM annual WHERE territory_level = 'national' AND territory_code = 'FR'
),

-- Which regions make up the nation in a year? Those that existed on its last day: the 18 of today since 2016, their
-- predecessors before. A figure of another region (Grand Est for 2015) would be counted twice: it is not added.
region_years AS (
    SELECT y.year, r.code
    FROM (SELECT DISTINCT year FROM annual) AS y
    JOIN dim.territory AS r
        ON r.level = 'region'
        AND coalesce(r.valid_from, DATE '0001-01-01') <= make_date(y.year, 12, 31)
        AND coalesce(r.valid_to, DATE '9999-12-31') >= make_date(y.year, 12, 31)
),

expected AS (
    SELECT year, CAST(count(*) AS INTEGER) AS regions_expected FROM region_years GROUP BY year
),

regional AS (
    SELECT
        a.indicator,
        a.year,
        CAST(count(*) AS INTEGER) AS regions_reporting,
        sum(a.value) AS total,
        sum(a.precision) AS precision,
        max(a.known_on) AS known_on,
        list(a.observation_id ORDER BY a.territory_code) AS observation_ids,
        -- what the parts prove of their sum
        {{ sum_at_least("a.at_least") }} AS at_least,
        {{ sum_at_most("a.at_most") }} AS at_most,
        CASE
            WHEN bool_and(a.qualifier = '=') THEN '='
            WHEN bool_and(a.qualifier IN ('=', '>', 'interval')) THEN '>'
            WHEN bool_and(a.qualifier IN ('=', '<')) THEN '<'
            ELSE '~'
        END AS qualifier
    FROM annual AS a
    SEMI JOIN region_years AS r ON r.year = a.year AND r.code = a.territory_code
    WHERE a.territory_level = 'region'
    GROUP BY a.indicator, a.year
),

both_sides AS (
    SELECT
        indicator,
        year,
        i.label_fr,
        i.label_en,
        i.unit,
        i.is_additive,
        p.value AS published_value,
        p.qualifier AS published_qualifier,
        p.precision AS published_precision,
        p.at_least AS published_at_least,
        p.at_most AS published_at_most,
        coalesce(r.regions_reporting, 0) AS regions_reporting,
        e.regions_expected,
        coalesce(r.regions_reporting, 0) = e.regions_expected AS is_complete,
        CASE WHEN i.is_additive THEN r.total END AS regions_sum,
        r.precision AS regions_precision,
        r.qualifier AS regions_qualifier,
        CASE WHEN i.is_additive THEN r.at_least END AS regions_at_least,
        CASE WHEN i.is_additive THEN r.at_most END AS regions_at_most,
        greatest(p.known_on, r.known_on) AS known_on,
        p.observation_id AS published_observation_id,
        r.observation_ids AS regions_observation_ids
    FROM published AS p
    FULL JOIN regional AS r USING (indicator, year)
    JOIN dim.indicator AS i ON i.code = indicator
    JOIN expected AS e USING (year)
    -- a share or a rate of some regions says nothing of the nation
    WHERE p.value IS NOT NULL OR i.is_additive
),

judged AS (
    SELECT
        *,
        CASE
            WHEN published_value IS NOT NULL THEN 'published'
            WHEN is_complete THEN 'sum_of_regions'
            ELSE 'partial'
        END AS basis,
        CASE WHEN is_complete THEN published_value - regions_sum END AS gap,
        published_precision + regions_precision AS tolerance
    FROM both_sides
)

SELECT
    indicator,
    label_fr,
    label_en,
    year,
    -- a sum of the regions that happened to report is never the national figure
    CASE basis WHEN 'published' THEN published_value WHEN 'sum_of_regions' THEN regions_sum END AS value,
    unit,
    basis,
    published_value,
    published_qualifier,
    regions_sum,
    regions_reporting,
    regions_expected,
    regions_reporting / regions_expected AS coverage,
    gap,
    -- Do both sides agree? A proof that they do not: what one is at least exceeds what the other is at most; some
    -- regions alone can prove it, since the others only add. A sign that they do: all regions report, no side is only
    -- bounded, and the gap is within the precisions added up (plus the machine's rounding). Else unknown.
    CASE
        WHEN regions_at_least > published_at_most + 1e-9 * abs(published_at_most) THEN FALSE
        WHEN is_complete AND regions_at_most < published_at_least - 1e-9 * abs(published_at_least) THEN FALSE
        WHEN
            published_qualifier IN ('=', '~')
            AND regions_qualifier IN ('=', '~')
            AND abs(gap) <= tolerance + 1e-9 * abs(published_value)
            THEN TRUE
    END AS is_consistent,
    CASE basis WHEN 'published' THEN published_precision WHEN 'sum_of_regions' THEN regions_precision END AS precision,
    CASE basis WHEN 'published' THEN published_qualifier WHEN 'sum_of_regions' THEN regions_qualifier END AS qualifier,
    known_on,
    published_observation_id,
    regions_observation_ids
FROM judged
ORDER BY indicator, year
