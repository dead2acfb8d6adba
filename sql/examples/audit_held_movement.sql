-- Pour quels mouvements cette publication a-t-elle dû être acceptée ?
-- Which movements had to be accepted before this release was published?
SELECT kind, indicator, territory, period, old_value, new_value, old_cells, new_cells, message_fr
FROM audit.held_movement
ORDER BY ALL
