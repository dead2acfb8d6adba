-- Quels chiffres annuels départementaux connaît-on aujourd'hui ?
-- Which annual figures of departments are known today?
SELECT indicator, territory, year, value, unit
FROM fact.annual_as_of(current_date)
WHERE territory_level = 'department'
ORDER BY indicator, territory, year;
