-- Quels totaux, quotients et engagements ne s'accordent pas avec les chiffres d'autres territoires ?
-- Which totals, quotients and commitments disagree with the figures of other territories?
SELECT kind_fr, verdict, message_fr, left_cell, right_cell
FROM audit.contradiction_between
ORDER BY verdict, kind_fr, message_fr;
