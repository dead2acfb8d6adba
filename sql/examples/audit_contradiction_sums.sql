-- Quels totaux ne s'accordent pas avec leurs parties ?
-- Which totals disagree with their parts?
SELECT kind_fr, verdict, message_fr, left_cell, right_cell
FROM audit.contradiction_sums
ORDER BY verdict, kind_fr, message_fr;
