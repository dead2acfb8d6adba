-- Quels sont les derniers fichiers reçus, et que valaient-ils ?
-- Which files came last, and how good were they?
SELECT received_at, file, status, accepted, rejected
FROM fact.submission
ORDER BY received_at DESC
LIMIT 20;
