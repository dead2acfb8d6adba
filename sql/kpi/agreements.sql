{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One territory, year of signature (null where no date is stated) and kind of agreement, counted on the day of the release."
row_fr = "Un territoire, une année de signature (nulle sans date indiquée) et une nature de convention, au jour de la publication."
required = [
    "territory_level", "territory_code", "agreement_kind", "signed", "announced", "in_force", "in_force_unknown",
    "ending_within_12_months",
]
columns = [
    "territory_level", "territory_code", "territory_id", "territory", "year", "agreement_kind", "signed", "announced", "in_force",
    "in_force_unknown", "ending_within_12_months", "stated_counts",
]
# each count is that of the agreements for which the column of its name is true
lineage = '''
WITH agreements AS (
    UNPIVOT (
        SELECT
            territory_level, territory_code, CAST(year AS VARCHAR) AS period, agreement_kind,
            concat_ws('/', submission_id, sheet, cell) AS observation_id,
            signed, announced, in_force, in_force_unknown, ending_within_12_months
        FROM kpi.agreement_status
    )
    ON signed, announced, in_force, in_force_unknown, ending_within_12_months
    INTO NAME figure VALUE counts
)

SELECT
    figure, territory_level, territory_code, coalesce(period, '') AS period, agreement_kind AS item,
    count(*) OVER (PARTITION BY figure, territory_level, territory_code, period, agreement_kind) AS figure_value,
    'part' AS role, observation_id
FROM agreements
WHERE counts
'''
shown = '''
WITH agreements AS (
    UNPIVOT (SELECT * EXCLUDE (territory, stated_counts) FROM kpi.agreements)
    ON * EXCLUDE (territory_level, territory_code, territory_id, year, agreement_kind)
    INTO NAME figure VALUE count
)

SELECT
    figure, territory_level, territory_code, coalesce(CAST(year AS VARCHAR), '') AS period, agreement_kind AS item,
    'part' AS role, count AS cells
FROM agreements
'''

[describe.year]
type = "INTEGER"
en = "Year of the signature or announcement; null where no date is stated."
fr = "Année de la signature ou de l'annonce ; nulle si aucune date n'est indiquée."

[describe.signed]
type = "INTEGER"
en = "Agreements signed, each registered one by one; counts such as “about thirty” are in fact.observation."
fr = "Conventions signées, enregistrées une à une ; les dénombrements (« une trentaine ») sont dans fact.observation."
minimum = 0

[describe.announced]
type = "INTEGER"
en = "Agreements announced and not signed; not counted as signed."
fr = "Conventions annoncées et non signées ; elles ne comptent pas parmi les signées."
minimum = 0

[describe.in_force]
type = "INTEGER"
en = "Signed agreements in force on the day of the release, their duration being counted from the day of signature."
fr = "Conventions signées en vigueur au jour de la publication, la durée étant comptée depuis la signature."
minimum = 0

[describe.in_force_unknown]
type = "INTEGER"
en = "Signed agreements that may be in force: no date or duration is stated, or it is renewable and its first term is over."
fr = "Conventions signées peut-être en vigueur : date ou durée non indiquée, ou renouvelable et premier terme échu."
minimum = 0

[describe.ending_within_12_months]
type = "INTEGER"
en = "Agreements in force whose term ends within twelve months of the day of the release."
fr = "Conventions en vigueur dont le terme tombe dans les douze mois suivant la publication."
minimum = 0

[describe.stated_counts]
type = "VARCHAR[]"
en = "What texts say of the number of agreements signed there in the year, all kinds together, and who says so; null where none does."
fr = "Ce que des textes disent du nombre de conventions signées là cette année-là, toutes natures confondues, et qui le dit ; nul sinon."
*/
-- What do texts say? "Une trentaine", or 50: more than are registered one by one, and not their sum.
WITH stated AS (
    SELECT
        territory_id,
        CAST(year(period_end) AS INTEGER) AS year,
        list(concat(raw_text, ' (' || nullif(breakdown, '') || ')') ORDER BY value DESC, breakdown) AS stated_counts
    FROM fact.observation
    WHERE indicator = 'agreements_signed' AND value IS NOT NULL
    GROUP BY ALL
)

-- what each agreement counts as stands in kpi.agreement_status alone
SELECT
    a.territory_level,
    a.territory_code,
    {{ territory_id("a.territory_level", "a.territory_code") | indent }} AS territory_id,
    any_value(a.territory) AS territory,
    a.year,
    a.agreement_kind,
    CAST(count(*) FILTER (signed) AS INTEGER) AS signed,
    CAST(count(*) FILTER (announced) AS INTEGER) AS announced,
    CAST(count(*) FILTER (in_force) AS INTEGER) AS in_force,
    CAST(count(*) FILTER (in_force_unknown) AS INTEGER) AS in_force_unknown,
    CAST(count(*) FILTER (ending_within_12_months) AS INTEGER) AS ending_within_12_months,
    any_value(s.stated_counts) AS stated_counts
FROM kpi.agreement_status AS a
LEFT JOIN stated AS s
    ON s.territory_id = {{ territory_id("a.territory_level", "a.territory_code") | indent }}
    AND s.year = a.year
-- one row for each territory, year and kind, the agreements without a date apart
GROUP BY a.territory_level, a.territory_code, a.year, a.agreement_kind
ORDER BY a.territory_level, a.territory_code, a.year, a.agreement_kind
