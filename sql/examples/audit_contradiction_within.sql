-- Quels territoires ont le plus de chiffres inconciliables entre eux, et selon quelles règles ?
-- Which territories have most figures that cannot stand beside each other, and by which rules?
SELECT territory, kind_fr, verdict, count(*) AS pairs
FROM audit.contradiction_within
GROUP BY ALL
ORDER BY pairs DESC, territory, kind_fr;
