-- Que savait-on un jour donné, et depuis quand ?
-- What was known on a day, and since when?
SELECT indicator, territory, year, value, basis, known_on
FROM kpi.annual_as_of(DATE '2022-01-31')
WHERE territory_level = 'national'
ORDER BY indicator, year;
