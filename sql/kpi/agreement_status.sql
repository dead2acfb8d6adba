/*
row_en = "One agreement on the day of the release: when it ends, and what it counts as in kpi.agreements."
row_fr = "Une convention au jour de la publication : son terme, et ce pour quoi elle compte dans kpi.agreements."
key = ["submission_id", "sheet", "cell"]
required = [
    "territory_level", "territory_code", "agreement_kind", "signatory", "theme", "signed", "announced", "in_force",
    "in_force_unknown", "ending_within_12_months",
]
like = "kpi.agreement_status_on"
without_lineage = "It shows each agreement beside the cell that states it; what it counts as is counted in kpi.agreements."
*/
-- as it stands on the day of the release; the formula stands in kpi.agreement_status_on alone
FROM kpi.agreement_status_on((SELECT as_of FROM audit.release))
