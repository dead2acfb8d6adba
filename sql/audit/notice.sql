/*
row_en = "One remark on what was loaded: a number stored as text, a hidden row, a sheet that no layout describes …"
row_fr = "Une remarque sur ce qui a été chargé : un nombre enregistré comme texte, une ligne masquée, une feuille ignorée…"
key = ["submission_id", "sheet", "cell", "reason", "message_fr"]
required = ["file", "raw_text", "message_en"]
columns = [
    "submission_id", "source", "region", "file", "sheet", "cell", "raw_text", "reason", "message_fr", "message_en",
]

[describe.region]
en = "Region that the file reports on; null where it covers several territories."
fr = "Région sur laquelle porte le fichier ; nul s'il couvre plusieurs territoires."
*/
SELECT
    x.submission_id,
    s.source,
    s.region,
    x.file,
    x.sheet,
    x.cell,
    x.raw_text,
    x.reason,
    x.message_fr,
    x.message_en
FROM stage.rejection AS x
LEFT JOIN fact.submission AS s USING (submission_id)
WHERE x.row_level = 'remark'
ORDER BY x.file, x.sheet, x.cell, x.reason
