{% from 'macros/keys.sql' import territory_id %}
/*
row_en = "One financing to a landlord, in its latest known version. The amount is null where it was not stated."
row_fr = "Un financement à un bailleur, dans sa dernière version connue. Le montant est nul s'il n'a pas été indiqué."
key = ["submission_id", "sheet", "cell"]
required = ["lender", "beneficiary", "unit", "qualifier", "obs_status", "known_on", "raw_text"]
columns = [
    "event", "lender", "beneficiary", "territory_level", "territory_code", "territory_id", "territory", "purpose", "value", "unit",
    "precision", "qualifier", "value_low", "value_high", "obs_status", "missing_reason", "known_on", "submission_id",
    "sheet", "cell", "raw_text", "remark",
]
*/
SELECT
    f.event,
    f.lender,
    f.beneficiary,
    f.territory_level,
    f.territory_code,
    CASE
        WHEN f.territory_code IS NOT NULL
            THEN {{ territory_id("f.territory_level", "f.territory_code") | indent(12) }}
    END AS territory_id,
    t.name AS territory,
    f.purpose,
    f.value,
    f.unit,
    f.precision,
    f.qualifier,
    f.value_low,
    f.value_high,
    f.obs_status,
    f.missing_reason,
    f.known_on,
    f.submission_id,
    f.sheet,
    f.cell,
    f.raw_text,
    f.remark
FROM stage.funding AS f
JOIN stage.submission AS s USING (submission_id)
-- a file that was put back speaks from then on
JOIN (
    SELECT submission_id, max(holds_from) AS holds_from, max(ledger_event) AS ledger_event
    FROM stage.stretch
    GROUP BY submission_id
) AS x USING (submission_id)
LEFT JOIN stage.territory AS t ON t.level = f.territory_level AND t.code = f.territory_code
WHERE s.withdrawn_on IS NULL
-- When are two rows the same financing? Same lender, beneficiary, territory, purpose and occasion: the later file
-- replaces it. Two amounts in one file are two financings.
QUALIFY f.submission_id = first_value(f.submission_id) OVER (
    PARTITION BY f.event, f.lender, f.beneficiary, f.territory_level, f.territory_code, f.purpose
    ORDER BY x.holds_from DESC, x.ledger_event DESC
)
ORDER BY f.event, f.lender, f.beneficiary, f.purpose
