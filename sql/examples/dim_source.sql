-- Quelle source l'emporte en cas de désaccord, et laquelle est attendue chaque année ?
-- Which source wins a disagreement, and which is due every year?
SELECT source, title_fr, authority, due_month
FROM dim.source
ORDER BY authority DESC;
