-- Qui n'a pas encore envoyé ce qui est dû, et depuis quand ?
-- Who has not yet sent what is due, and since when?
SELECT source, year, due_on, current_date - due_on AS days_late, regions, who
FROM audit.late_on(current_date);
