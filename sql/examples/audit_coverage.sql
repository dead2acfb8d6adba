-- Qui a répondu, et qui faut-il relancer ?
-- Who has reported, and who must be reminded?
SELECT source, year, region, status, due_on, figures
FROM audit.coverage
WHERE is_expected
ORDER BY year DESC, status, region;
