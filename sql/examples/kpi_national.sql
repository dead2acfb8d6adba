-- Quels chiffres nationaux peut-on citer, et sur quelle base ?
-- Which national figures can be quoted, and on what basis?
SELECT label_fr, year, value, unit, basis, regions_reporting, regions_expected, gap, is_consistent
FROM kpi.national
WHERE value IS NOT NULL
ORDER BY label_fr, year;
