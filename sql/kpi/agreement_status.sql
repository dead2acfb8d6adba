/*
row_en = "One agreement on the day of the release: when it ends, and what it counts as in kpi.agreements."
row_fr = "Une convention au jour de la publication : son terme, et ce pour quoi elle compte dans kpi.agreements."
key = ["submission_id", "sheet", "cell"]
required = [
    "territory_level", "territory_code", "agreement_kind", "signatory", "theme", "signed", "announced", "in_force",
    "in_force_unknown", "ending_within_12_months",
]
columns = [
    "territory_level", "territory_code", "territory", "year", "agreement_kind", "signatory", "other_parties", "theme",
    "signed_on", "ends_on", "signed", "announced", "in_force", "in_force_unknown", "ending_within_12_months",
    "submission_id", "sheet", "cell",
]
without_lineage = "It shows each agreement beside the cell that states it; what it counts as is counted in kpi.agreements."

[describe.year]
type = "INTEGER"
en = "Year of the signature or announcement; null where no date is stated."
fr = "Année de la signature ou de l'annonce ; nulle si aucune date n'est indiquée."

[describe.ends_on]
type = "DATE"
en = "Last day of its term, the stated duration being counted from the signature; null where either is not stated."
fr = "Dernier jour de son terme, la durée indiquée étant comptée depuis la signature ; nul si l'une manque."

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
en = "Whether it is signed and in force on the day of the release."
fr = "Vrai si elle est signée et en vigueur au jour de la publication."

[describe.in_force_unknown]
type = "BOOLEAN"
en = "Whether it may be in force: no date or duration is stated, or it is renewable and its first term is over."
fr = "Vrai si elle est peut-être en vigueur : date ou durée non indiquée, ou renouvelable et premier terme échu."

[describe.ending_within_12_months]
type = "BOOLEAN"
en = "Whether it is in force and its term ends within twelve months of the day of the release."
fr = "Vrai si elle est en vigueur et que son terme tombe dans les douze mois suivant la publication."
*/
WITH dated AS (
    SELECT
        a.*,
        r.as_of,
        -- When does it end? The texts state a duration and no date of effect: it is counted from the signature. A term
        -- that no calendar holds is not known, and neither stops the arithmetic nor the clients that read the date.
        CAST(
            a.signed_on
            + to_months(
                CAST(
                    round(12 * CASE WHEN year(a.signed_on) + a.duration_years < 9999 THEN a.duration_years END)
                    AS INTEGER
                )
            ) AS DATE
        )
        - 1 AS ends_on
    FROM fact.agreement AS a
    CROSS JOIN audit.release AS r
),

standing AS (
    SELECT
        *,
        coalesce(state = 'signed' AND signed_on <= as_of AND ends_on >= as_of, FALSE) AS in_force
    FROM dated
)

SELECT
    territory_level,
    territory_code,
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
    state = 'signed' AND (ends_on IS NULL OR (ends_on < as_of AND is_renewable)) AS in_force_unknown,
    in_force AND ends_on <= as_of + INTERVAL 12 MONTH AS ending_within_12_months,
    submission_id,
    sheet,
    cell
FROM standing
ORDER BY territory_level, territory_code, signed_on, signatory, theme
