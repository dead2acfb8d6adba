-- Qu'est-ce que cette publication change aux chiffres, les plus grands écarts d'abord ?
-- What does this release change in the figures, the largest differences first?
SELECT change, indicator, territory, period, old_value, new_value, difference_percent, old_cell, new_cell
FROM audit.release_change
WHERE change IN ('national', 'restated', 'withdrawn')
ORDER BY abs(difference_percent) DESC NULLS LAST;
