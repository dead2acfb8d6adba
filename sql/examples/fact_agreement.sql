-- Quelles conventions ont été signées, par qui et pour combien de temps ?
-- Which agreements were signed, by whom and for how long?
SELECT signed_on, territory, signatory, other_parties, theme, duration_text
FROM fact.agreement
WHERE state = 'signed'
ORDER BY signed_on DESC NULLS LAST;
