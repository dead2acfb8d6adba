-- Quelles sources se contredisent, et laquelle est retenue ?
-- Which sources contradict each other, and which one holds?
SELECT indicator, territory, period, kept_raw_text, kept_source, other_raw_text, other_source, difference_percent
FROM audit.conflict
ORDER BY abs(difference_percent) DESC;
