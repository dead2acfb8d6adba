-- Quels chiffres nationaux connaissait-on à la fin de janvier 2022 ?
-- Which national figures were known at the end of January 2022?
SELECT label_fr, year, value, basis, known_on
FROM kpi.national_as_of(DATE '2022-01-31')
WHERE value IS NOT NULL
ORDER BY label_fr, year;
