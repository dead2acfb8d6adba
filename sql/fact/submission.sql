/*
row_en = "One received file, accepted or not."
row_fr = "Un fichier reçu, accepté ou non."
key = ["submission_id"]
by = "submission"
required = ["sha256", "source", "file", "size_bytes", "received_at", "known_on", "known_from", "publication_id", "layout", "status", "cells", "accepted", "rejected"]
columns = [
    "submission_id", "sha256", "source", "region_code", "region", "file", "size_bytes", "received_at", "known_on",
    "known_from", "publication_id", "superseded_by", "withdrawn_on", "withdrawal_reason", "layout", "status", "cells", "accepted", "rejected",
]

[describe.region_code]
en = "INSEE code of the region that the file reports on; null where it covers several territories."
fr = "Code INSEE de la région sur laquelle porte le fichier ; nul s'il couvre plusieurs territoires."

[describe.region]
en = "Name of the region that the file reports on; null where it covers several territories."
fr = "Nom de la région sur laquelle porte le fichier ; nul s'il couvre plusieurs territoires."
*/
{% from 'macros/publications.sql' import publications %}
WITH published AS (
    {{ publications() | indent }}
)

SELECT
    s.submission_id,
    s.sha256,
    s.source,
    s.region_code,
    r.name AS region,
    s.file,
    s.size_bytes,
    s.received_at,
    s.known_on,
    s.known_from,
    p.publication_id,
    s.superseded_by,
    s.withdrawn_on,
    s.withdrawal_reason,
    s.layout,
    s.status,
    s.cells,
    s.accepted,
    s.rejected
FROM stage.submission AS s
JOIN published AS p ON p.submission_id = s.submission_id
LEFT JOIN dim.territory AS r ON r.level = 'region' AND r.code = s.region_code
ORDER BY s.received_at, s.file, s.submission_id
