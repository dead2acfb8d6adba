-- Quels chiffres ont été redits ailleurs, et plus vaguement ?
-- Which figures were said again elsewhere, and more vaguely?
SELECT indicator, territory, period, held_raw_text, held_known_on, raw_text, confirmed_on
FROM audit.confirmation
WHERE is_rounder
ORDER BY indicator, confirmed_on;
