{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One agreement, signed or announced, in its latest known version."
row_fr = "Une convention, signée ou annoncée, dans sa dernière version connue."
key = ["submission_id", "sheet", "cell"]
required = [
    "signatory", "agreement_kind", "theme", "state", "territory_level", "territory_code", "is_renewable", "known_on",
    "raw_text",
]
columns = [
    "event", "signatory", "other_parties", "agreement_kind", "theme", "territory_level", "territory_code", "territory_id", "territory",
    "state", "signed_on", "duration_years", "is_renewable", "duration_text", "known_on", "submission_id", "sheet",
    "cell", "raw_text", "remark",
]
*/
SELECT
    a.event,
    a.signatory,
    a.other_parties,
    a.agreement_kind,
    a.theme,
    a.territory_level,
    a.territory_code,
    CASE
        WHEN a.territory_code IS NOT NULL
            THEN {{ territory_id("a.territory_level", "a.territory_code") | indent(12) }}
    END AS territory_id,
    t.name AS territory,
    a.state,
    a.signed_on,
    a.duration_years,
    a.is_renewable,
    a.duration_text,
    a.known_on,
    a.submission_id,
    a.sheet,
    a.cell,
    a.raw_text,
    a.remark
FROM stage.agreement AS a
JOIN stage.submission AS s USING (submission_id)
-- a file that was put back speaks from then on
JOIN (
    SELECT submission_id, max(holds_from) AS holds_from, max(ledger_event) AS ledger_event
    FROM stage.stretch
    GROUP BY submission_id
) AS x USING (submission_id)
LEFT JOIN stage.territory AS t ON t.level = a.territory_level AND t.code = a.territory_code
WHERE s.withdrawn_on IS NULL
-- When are two rows the same agreement? Same parties, kind, subject, territory and occasion: the later file replaces
-- it. The occasion counts, because the same parties sign again on the same subject when an agreement ends.
QUALIFY a.submission_id = first_value(a.submission_id) OVER (
    PARTITION BY
        a.event, a.signatory, a.other_parties, a.agreement_kind, a.theme, a.territory_level, a.territory_code
    ORDER BY x.holds_from DESC, x.ledger_event DESC
)
ORDER BY a.signed_on, a.event, a.signatory, a.other_parties, a.theme
