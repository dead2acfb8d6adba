-- Qui est en retard aujourd'hui, et depuis quand ?
-- Who is late today, and since when?
SELECT source, region, year, due_on
FROM audit.coverage_on(current_date)
WHERE status = 'late'
ORDER BY due_on, region;
