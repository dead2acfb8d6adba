-- Quels bailleurs ont été financés, où, et de combien ?
-- Which landlords were financed, where, and with how much?
SELECT beneficiary, territory, value, unit, purpose
FROM fact.funding
ORDER BY value DESC NULLS LAST, beneficiary;
