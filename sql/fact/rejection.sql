/*
row_en = "One refused cell, table or file, with the reason and what to do. Remarks, and refusals that a later file answered, are in audit.remark."
row_fr = "Une cellule, un tableau ou un fichier refusé, avec le motif et la marche à suivre. Les remarques et les refus des fichiers remplacés depuis sont dans audit.remark."
bulk = "a row for each cell that was received: an index would take longer than the table"
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
en = "How much is refused: a file, a table or a cell."
fr = "Ce qui est refusé : un fichier, un tableau ou une cellule."
allowed = ["file", "table", "cell"]
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
WHERE x.row_level IN ('file', 'table', 'cell')
ORDER BY x.file, x.sheet, x.cell, x.reason
