-- Quelles conventions prennent fin, et lesquelles dans les douze mois qui suivent le 1er janvier 2027 ?
-- Which agreements come to an end, and which of them in the twelve months after 1 January 2027?
SELECT signatory, other_parties, theme, signed_on, ends_on, in_force, ending_within_12_months
FROM kpi.agreement_status_on(DATE '2027-01-01')
WHERE ends_on IS NOT NULL
ORDER BY ends_on, signatory, theme;
