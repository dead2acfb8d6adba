/*
row_en = "One remark on what was loaded (a number stored as text, a hidden row …), or one refusal in a file that a later one has replaced."
row_fr = "Une remarque sur ce qui a été chargé (nombre enregistré comme texte, ligne masquée…), ou un refus dans un fichier remplacé depuis."
key = ["submission_id", "sheet", "cell", "reason", "message_fr"]
required = ["file", "row_level", "raw_text", "message_en"]
columns = [
    "submission_id", "source", "region", "file", "sheet", "cell", "raw_text", "row_level", "reason", "message_fr",
    "message_en",
]

[describe.region]
en = "Region that the file reports on; null where it covers several territories."
fr = "Région sur laquelle porte le fichier ; nul s'il couvre plusieurs territoires."

[describe.row_level]
en = "Whether it is a remark, or a refusal in a file that a later one has replaced at the same place (superseded)."
fr = "Remarque, ou refus dans un fichier qu'un autre a remplacé depuis au même endroit (superseded)."
allowed = ["remark", "superseded"]
*/
SELECT
    x.submission_id,
    s.source,
    s.region,
    x.file,
    x.sheet,
    x.cell,
    x.raw_text,
    x.row_level,
    x.reason,
    x.message_fr,
    x.message_en
FROM stage.rejection AS x
LEFT JOIN fact.submission AS s USING (submission_id)
WHERE x.row_level IN ('remark', 'superseded')
ORDER BY x.file, x.sheet, x.cell, x.reason
