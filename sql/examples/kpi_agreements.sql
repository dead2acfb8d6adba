-- Combien de conventions sont en vigueur, et combien s'achèvent bientôt ?
-- How many agreements are in force, and how many end soon?
SELECT territory, year, agreement_kind, signed, in_force, in_force_unknown, ending_within_12_months
FROM kpi.agreements
ORDER BY territory, year;
