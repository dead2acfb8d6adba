-- Quelles règles trouvent des chiffres inconciliables au sein d'un territoire, et combien ?
-- Which rules find figures within a territory that cannot stand beside each other, and how many?
SELECT kind, verdict, territory_id, count(*) AS pairs
FROM audit.contradiction_pair
GROUP BY ALL
ORDER BY pairs DESC, kind, territory_id;
