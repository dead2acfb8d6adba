-- Quels financements ont été accordés aux bailleurs ?
-- Which financings were granted to landlords?
SELECT territory, lender, beneficiary, purpose, raw_text, value AS amount_eur
FROM fact.funding
ORDER BY value DESC NULLS LAST;
