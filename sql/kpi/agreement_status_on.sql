{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One agreement on a day, today or any other: FROM kpi.agreement_status_on(current_date)."
row_fr = "Une convention un jour donné, aujourd'hui ou un autre : FROM kpi.agreement_status_on(current_date)."
key = ["submission_id", "sheet", "cell"]
parameters = ["on_day"]
columns = [
    "territory_level", "territory_code", "territory_id", "territory", "year", "agreement_kind", "signatory", "other_parties", "theme",
    "signed_on", "ends_on", "signed", "announced", "in_force", "in_force_unknown", "ending_within_12_months",
    "submission_id", "sheet", "cell",
]
[describe.year]
type = "INTEGER"
en = "Year of the signature or announcement; null where no date is stated."
fr = "Année de la signature ou de l'annonce ; nulle si aucune date n'est indiquée."

[describe.ends_on]
type = "DATE"
en = "Last day of its term: of the years that its name states (2023-2027), else of its duration counted from the signature; null where neither is stated."
fr = "Dernier jour de son terme : des années que dit son nom (2023-2027), sinon de sa durée comptée depuis la signature ; nul sans l'une ni l'autre."

[describe.signed]
type = "BOOLEAN"
en = "Whether it is signed."
fr = "Vrai si elle est signée."

[describe.announced]
type = "BOOLEAN"
en = "Whether it is announced and not signed."
fr = "Vrai si elle est annoncée et non signée."

[describe.in_force]
type = "BOOLEAN"
en = "Whether it is signed and in force on the day."
fr = "Vrai si elle est signée et en vigueur ce jour-là."

[describe.in_force_unknown]
type = "BOOLEAN"
en = "Whether it may be in force: no date or duration is stated, or it is renewable and its first term is over."
fr = "Vrai si elle est peut-être en vigueur : date ou durée non indiquée, ou renouvelable et premier terme échu."

[describe.ending_within_12_months]
type = "BOOLEAN"
en = "Whether it is in force and its term ends within twelve months of the day."
fr = "Vrai si elle est en vigueur et que son terme tombe dans les douze mois suivants."
*/
WITH dated AS (
    SELECT
        a.*,
        -- When does it end? Where its name states its years (« convention quinquennale 2023-2027 »), with the last of
        -- them, as its commitments do. Else the texts state a duration and no date of effect: it is counted from the
        -- signature. A term that no calendar holds is not known, and neither stops the arithmetic nor the clients that
        -- read the date.
        CAST(
            make_date(
                CAST(
                    nullif(
                        regexp_extract(
                            concat_ws(' ', a.event, a.theme, a.duration_text), '\b20\d\d ?[-–] ?(20\d\d)\b', 1
                        ),
                        ''
                    ) AS INTEGER
                ),
                12, 31
            ) AS DATE
        ) AS last_day_of_its_years,
        CAST(
            a.signed_on
            + to_months(
                CAST(
                    round(12 * CASE WHEN year(a.signed_on) + a.duration_years < 9999 THEN a.duration_years END)
                    AS INTEGER
                )
            ) AS DATE
        )
        - 1 AS last_day_of_its_duration
    FROM fact.agreement AS a
),

ending AS (
    SELECT *, coalesce(last_day_of_its_years, last_day_of_its_duration) AS ends_on
    FROM dated
),

standing AS (
    SELECT
        *,
        coalesce(
            state = 'signed' AND signed_on <= CAST(on_day AS DATE) AND ends_on >= CAST(on_day AS DATE), FALSE
        ) AS in_force
    FROM ending
)

SELECT
    territory_level,
    territory_code,
    {{ territory_id("territory_level", "territory_code") | indent }} AS territory_id,
    territory,
    CAST(year(signed_on) AS INTEGER) AS year,
    agreement_kind,
    signatory,
    other_parties,
    theme,
    signed_on,
    ends_on,
    state = 'signed' AS signed,
    state = 'announced' AS announced,
    in_force,
    -- an agreement that may have been renewed is not declared over
    state = 'signed' AND (ends_on IS NULL OR (ends_on < CAST(on_day AS DATE) AND is_renewable)) AS in_force_unknown,
    in_force AND ends_on <= CAST(on_day AS DATE) + INTERVAL 12 MONTH AS ending_within_12_months,
    submission_id,
    sheet,
    cell
FROM standing
ORDER BY territory_level, territory_code, signed_on, signatory, theme
