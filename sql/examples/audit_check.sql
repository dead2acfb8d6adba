-- Qu'a-t-on contrôlé, et qu'a-t-on trouvé ?
-- What was checked, and what was found?
SELECT check_name, is_blocking, passed, failures, description_fr
FROM audit."check"
ORDER BY passed, failures DESC;
