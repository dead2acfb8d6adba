/*
relation = "fact.submission"
blocking = false
en = "No file states a date of issue that lies after its receipt."
fr = "Aucun fichier n'indique une date d'émission postérieure à sa réception."
*/
-- Was a date mistyped? A figure from the future would hide the ones that come before it.
SELECT file, known_on, received_at
FROM fact.submission
WHERE known_on > CAST(received_at AS DATE)
