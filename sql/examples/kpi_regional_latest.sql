-- Quel est le dernier nombre de mises en chantier connu de chaque région, et de quand date-t-il ?
-- What is the latest known number of starts of each region, and of which year?
SELECT region, starts, starts_year
FROM kpi.regional_latest
ORDER BY region;
