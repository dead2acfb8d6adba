-- Quels chiffres définitifs ont été corrigés depuis ?
-- Which final figures were corrected since?
SELECT new_known_on, indicator, territory, period, old_raw_text, new_raw_text, difference_percent
FROM audit.revision
WHERE kind = 'correction'
ORDER BY new_known_on DESC;
