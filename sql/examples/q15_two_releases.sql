-- Que change cette publication par rapport à la précédente ?
-- What does this release change against the one before?
SELECT change, count(*) AS changes, round(max(abs(difference_percent)), 1) AS largest_percent
FROM audit.release_change
GROUP BY change
ORDER BY change;
