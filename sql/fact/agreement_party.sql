/*
row_en = "One party to one agreement: who signs it first, then the others one by one."
row_fr = "Une partie à une convention : le premier signataire, puis les autres, une à une."
key = ["submission_id", "sheet", "cell", "position"]
required = ["party", "theme", "agreement_kind", "state", "territory_level", "territory_code", "known_on"]
columns = [
    "submission_id", "sheet", "cell", "position", "party", "agreement_kind", "theme", "event", "territory_level",
    "territory_code", "territory_id", "territory", "state", "signed_on", "known_on",
]

[describe.position]
type = "INTEGER"
en = "1 for who signs first, then in the order of the register."
fr = "1 pour le premier signataire, puis dans l'ordre du registre."
minimum = 1

[describe.party]
en = "Name of the party, as the register writes it."
fr = "Nom de la partie, tel que le registre l'écrit."
*/
-- Who signs with whom? The register separates the other parties by semicolons, and may name none.
WITH named AS (
    SELECT
        *,
        list_filter(
            list_transform(
                list_concat([signatory], string_split(coalesce(other_parties, ''), ';')), lambda party: trim(party)
            ),
            lambda party: party <> ''
        ) AS parties
    FROM fact.agreement
)

SELECT
    submission_id,
    sheet,
    cell,
    CAST(unnest(range(1, len(parties) + 1)) AS INTEGER) AS position,
    unnest(parties) AS party,
    agreement_kind,
    theme,
    event,
    territory_level,
    territory_code,
    territory_id,
    territory,
    state,
    signed_on,
    known_on
FROM named
ORDER BY signed_on, event, submission_id, sheet, cell, position
