-- Quelles conventions se terminent dans les douze mois ?
-- Which agreements end within twelve months?
SELECT territory, signatory, theme, ends_on
FROM kpi.agreement_status_on(current_date)
WHERE ending_within_12_months
ORDER BY ends_on;
