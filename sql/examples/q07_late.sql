-- Qui est en retard au 1er décembre 2025, pour quelle année, et depuis quand ?
-- Who is late on 1 December 2025, for which year, and since when?
SELECT region, year, due_on, DATE '2025-12-01' - due_on AS days_late
FROM audit.coverage_on(DATE '2025-12-01')
WHERE status = 'late' AND year >= 2024
ORDER BY year DESC, region;
