-- Quelles conventions s'achèvent dans les douze mois, et avec qui les renégocier ?
-- Which agreements end within twelve months, and with whom are they to be renegotiated?
SELECT territory, signatory, other_parties, theme, ends_on
FROM kpi.agreement_status
WHERE ending_within_12_months
ORDER BY ends_on;
