-- De quelles publications les chiffres courants viennent-ils, et combien chacune en donne-t-elle ?
-- Which publications do the current figures come from, and how many does each give?
SELECT p.publisher, p.title, count(*) AS figures
FROM fact.observation AS o
JOIN fact.submission AS s USING (submission_id)
JOIN dim.publication AS p USING (publication_id)
GROUP BY ALL
ORDER BY figures DESC, p.publisher, p.title;
